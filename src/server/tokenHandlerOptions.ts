import type { AllowedOrigins } from './judgeOrigin.js'
import type { TokenRefusal } from './answers.js'
import type { ApiSecret } from './secrets.js'

/** Who is signed in to the app. */
export interface SignedInUser {
  /** null: nobody, and there are `headers` to send all the same. */
  userId: string | null
  /** When this session began: one from before the user's revocation gets no token any more. */
  signedInAt?: Date | null | undefined
  /**
   * What goes out with the answer, such as the cookie of a session that rolls: `Headers`, or names and
   * values. Headers that say what the answer is, such as `Content-Type`, are left out.
   */
  headers?: HeadersInit | Readonly<Record<string, string | readonly string[]>> | null | undefined
}

/** What became of a request, for logs, metrics and alarms. Holds no token and no secret of ours. */
export interface TokenAnswer {
  /** Who was signed in; null where that was not asked, or nobody was. */
  readonly userId: string | null
  /** The answer's status; 499 where the client broke off. */
  readonly status: number
  /** Why there is no token; null where there is one, or for a preflight. */
  readonly refusal: TokenRefusal | null
  readonly request: Request
  /** Milliseconds from the request to the answer. */
  readonly tookMs: number
}

/** What an app's session says; nothing, if nobody is signed in. */
export type Authenticated = string | SignedInUser | null | undefined | false

type Awaitable<T> = T | Promise<T>

/** How a token handler is made. `secret` and `authenticate` are needed, every other default is right for most apps. */
export interface TokenHandlerOptions<Context = unknown> {
  /**
   * The API secret; several while they are rotated, of which the first signs. As a function it is asked
   * at every request: for a secret store, or where the environment is not there yet at build time.
   */
  secret: ApiSecret | ((context: Context) => Awaitable<ApiSecret>)
  /**
   * Who is asking, from the app's own session: their user id, or nothing. `context` is what the handler
   * was called with beside the request. A thrown `Response` of 401, 403 or a redirect means nobody too;
   * one of 429 or 503, from any hook, is passed on with its `Retry-After`; whatever else is thrown is a
   * 500. Each hook has a request of its own, whose body it may read.
   */
  authenticate: (request: Request, context: Context) => Awaitable<Authenticated>
  /** Lifetime of the tokens, in seconds; `null` for ever. @default 3600 */
  expiresInSeconds?: number | null | undefined
  /** Further claims of the user's token; not `user_id`, `exp` or `iat`. @default a random `jti` */
  claims?:
    | ((userId: string, request: Request, context: Context) => Awaitable<Record<string, unknown>>)
    | undefined
  /**
   * Other origins whose pages may ask, with their cookies: each as browsers write it, such as
   * `https://app.example.com` or `capacitor://localhost`; or a function that is asked about each
   * foreign `Origin`, for preview deployments. @default []
   */
  allowedOrigins?: AllowedOrigins | null | undefined
  /**
   * Asked once it is clear who asks: how many seconds they must wait, an hour at most, as `Retry-After`
   * of a 429; nothing or 0 lets them through. Anything else is a 500, so that a broken limit is noticed.
   */
  rateLimit?:
    | ((
        userId: string,
        request: Request,
        context: Context,
      ) => Awaitable<number | null | undefined | void>)
    | undefined
  /**
   * The user's tokens from before this date no longer count; nothing, if nothing was revoked. If you also
   * revoke for the whole app, the later of the two dates. No token is made that would be refused.
   */
  revokedBefore?:
    | ((userId: string, request: Request, context: Context) => Awaitable<Date | null | undefined>)
    | undefined
  /**
   * How long the hooks of one request may take together, in milliseconds; then the answer is 503 with
   * `Retry-After`, and the signal of their requests is aborted. `Infinity` is no limit. @default 5000
   */
  hookTimeoutMs?: number | null | undefined
  /**
   * Told why there was a 500, or which hook was too slow, for the app's log. Holds no token and no secret
   * of ours. Not waited for.
   */
  onError?: ((error: unknown, request: Request, context: Context) => unknown) | undefined
  /** Told of every answer, once it is made. Not waited for, and cannot change it. */
  onAnswer?: ((answer: TokenAnswer, context: Context) => unknown) | undefined
  /** What counts as the present. @default the present */
  now?: (() => Date) | undefined
}

/**
 * Answers requests for a token. Takes a second argument, such as a framework's own request, if
 * `authenticate` does.
 */
export type TokenHandler<Context = unknown> = (
  request: Request,
  ...rest: unknown extends Context ? [context?: unknown] : [context: Context]
) => Promise<Response>
