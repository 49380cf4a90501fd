import type { AllowedOrigins } from './judgeOrigin.js'
import type { TokenRefusal } from './answers.js'
import type { ApiSecret } from './secrets.js'

/** The user who is signed in to the app. */
export interface SignedInUser {
  /** Id of the user; null if no user is signed in and only `headers` are to be sent. */
  userId: string | null
  /** Start of this session; a session from before the user's revocation gets no token. */
  signedInAt?: Date | null | undefined
  /**
   * Headers for the answer, such as the cookie of a rolling session: `Headers`, or names and values.
   * Headers that describe the answer, such as `Content-Type`, are dropped.
   */
  headers?: HeadersInit | Readonly<Record<string, string | readonly string[]>> | null | undefined
}

/** Record of a request for logs, metrics and alarms. Contains no token and no API secret. */
export interface TokenAnswer {
  /** Id of the signed-in user; null if there was none or `authenticate` was not called. */
  readonly userId: string | null
  /** HTTP status of the answer; 499 if the client disconnected. */
  readonly status: number
  /** Reason of a refusal; null for a token or a preflight. */
  readonly refusal: TokenRefusal | null
  readonly request: Request
  /** Milliseconds from the request to the answer. */
  readonly tookMs: number
}

/** Result of `authenticate`; null or undefined if no user is signed in. */
export type Authenticated = string | SignedInUser | null | undefined | false

type Awaitable<T> = T | Promise<T>

/** Options of `createTokenHandler`. Only `secret` and `authenticate` are required. */
export interface TokenHandlerOptions<Context = unknown> {
  /**
   * The API secret, or several during a rotation; the first signs. A function is called for every
   * request, for a secret store or an environment that is missing at build time.
   */
  secret: ApiSecret | ((context: Context) => Awaitable<ApiSecret>)
  /**
   * Returns the user id of the app's own session, or nothing. `context` is the handler's second argument.
   * A thrown `Response` of 401, 403 or a redirect also means that no user is signed in. A thrown 429 or
   * 503 from any hook is passed on with its `Retry-After`; anything else thrown becomes a 500. Each hook
   * gets its own request and may read the body.
   */
  authenticate: (request: Request, context: Context) => Awaitable<Authenticated>
  /**
   * Lifetime of the tokens in seconds; `null` for tokens that never expire.
   * @default 3600
   */
  expiresInSeconds?: number | null | undefined
  /**
   * Returns further claims of the user's token, except `user_id`, `exp` and `iat`.
   * @default a random `jti`
   */
  claims?:
    | ((userId: string, request: Request, context: Context) => Awaitable<Record<string, unknown>>)
    | undefined
  /**
   * Foreign origins whose pages may request tokens with cookies. Each is spelled as in browsers, such as
   * `https://app.example.com` or `capacitor://localhost`. A function decides about each foreign `Origin`,
   * for example for preview deployments.
   * @default []
   */
  allowedOrigins?: AllowedOrigins | null | undefined
  /**
   * Returns the seconds that this user must wait, at most 3600, sent as `Retry-After` of a 429. Nothing or
   * 0 admits the request. Any other result is a 500, so that a broken limit is noticed. Called after
   * `authenticate`.
   */
  rateLimit?:
    | ((
        userId: string,
        request: Request,
        context: Context,
      ) => Awaitable<number | null | undefined | void>)
    | undefined
  /**
   * Returns the date before which the user's tokens are revoked, or nothing. If you also revoke tokens of
   * the whole app, return the later date. No token is issued that would be refused.
   */
  revokedBefore?:
    | ((userId: string, request: Request, context: Context) => Awaitable<Date | null | undefined>)
    | undefined
  /**
   * Milliseconds that all hooks of one request may take together. After that the answer is 503 with
   * `Retry-After`, and the signal of the hooks' requests aborts. `Infinity` sets no limit.
   * @default 5000
   */
  hookTimeoutMs?: number | null | undefined
  /**
   * Called with the reason of a 500 or the name of a slow hook, for the app's log. Contains no token and
   * no API secret. Not awaited.
   */
  onError?: ((error: unknown, request: Request, context: Context) => unknown) | undefined
  /** Called with every answer. Not awaited; cannot change the answer. */
  onAnswer?: ((answer: TokenAnswer, context: Context) => unknown) | undefined
  /**
   * Current time, for tests.
   * @default the system clock
   */
  now?: (() => Date) | undefined
}

/**
 * Answers token requests. Takes a second argument, such as a framework's request, if `authenticate`
 * does.
 */
export type TokenHandler<Context = unknown> = (
  request: Request,
  ...rest: unknown extends Context ? [context?: unknown] : [context: Context]
) => Promise<Response>
