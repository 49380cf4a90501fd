import type { Environment } from './environment.js'
import type { ChatAuthEvent } from './events.js'
import type { RenewalOptions } from './renewal.js'
import type { RetryOptions } from './retry.js'
import type { ChatAuthState } from './state.js'
import type { ChatUser, Connector, TokenProvider } from './types.js'

/** How a `ChatAuth` is made. Only `connector` is needed; every default is right for most apps. */
export interface ChatAuthOptions<Client = unknown> {
  /** How sessions reach the chat backend. */
  connector: Connector<Client>
  /** The token provider of every `connectUser` and `switchUser` that brings none of its own. */
  tokenProvider?: TokenProvider | undefined
  renewal?: RenewalOptions | undefined
  retry?: RetryOptions | undefined
  /**
   * How long the token provider may take for one call, in milliseconds.
   * @default 10000
   */
  providerTimeoutMs?: number | undefined
  /**
   * How long a request may wait for a good token, in milliseconds, before it is rejected with
   * `hold-timeout`.
   * @default 30000
   */
  holdTimeoutMs?: number | undefined
  /**
   * How many requests may wait at once; the next one is rejected with `hold-overflow`.
   * @default 1000
   */
  maxHeldRequests?: number | undefined
  /** Told what happens and why, without tokens. What it throws is reported as an unhandled error. */
  onEvent?: ((event: ChatAuthEvent) => void) | undefined
  /** Replaces parts of the platform: clock, timers, network status. For tests and React Native. */
  environment?: Partial<Environment> | undefined
}

/**
 * One app's authentication: who is connected, and the requests they send. The five methods that
 * change who is connected run one at a time, and the latest intent wins: the promise of an earlier one
 * rejects with `superseded`.
 */
export interface ChatAuth<Client = unknown> {
  /** The current state: the same object until something changes. */
  getState(): ChatAuthState<Client>
  /** Calls back after every change of the state; returns what unsubscribes. */
  subscribe(listener: () => void): () => void
  /**
   * Connects a user, in place of whoever is connected. With a user already connected or connecting
   * under the same id nothing happens but that the token provider is replaced by the one given.
   * @throws TypeError without a user id, or without any token or token provider
   * @throws ChatAuthError when the session could not connect
   */
  connectUser(user: ChatUser, tokenOrProvider?: string | TokenProvider): Promise<void>
  /** Has the backend make a guest and connects as them. Their id is the one that the backend gives. */
  setGuestUser(user: ChatUser): Promise<void>
  /** Connects without a user: to read what everyone may read. */
  connectAnonymousUser(): Promise<void>
  /** Ends the session: its requests are rejected with `session-ended`, its connection is closed. */
  disconnectUser(): Promise<void>
  /** Logs out and connects someone else, as one operation. */
  switchUser(user: ChatUser, tokenOrProvider?: string | TokenProvider): Promise<void>
  /** Fetches a new token now. A session with a good token goes on if that fails. */
  refreshToken(): Promise<void>
  /** Tries again at once: a failed session is started anew, a waiting attempt is made now. */
  retry(): Promise<void>
  /**
   * As the global `fetch`, with the session's token: held while there is no good one, replayed once if
   * it was refused. Paths are relative to the connector's `baseUrl`.
   * @throws ChatAuthError `not-connected`, `session-ended`, `hold-timeout`, `foreign-origin`, …
   */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /** Ends everything and leaves nothing behind: no timer, listener or socket. Cannot be undone. */
  dispose(): void
}

/** The options with their defaults in place; what the parts of a session are made with. */
export interface Settings {
  readonly renewal: { readonly renewBeforeMs: number | undefined; readonly minIntervalMs: number }
  readonly retry: Required<RetryOptions>
  readonly providerTimeoutMs: number
  readonly holdTimeoutMs: number
  readonly maxHeldRequests: number
}

/**
 * Checks the options and fills in the defaults.
 * @throws TypeError that names the option at fault
 */
export function resolveOptions(options: ChatAuthOptions): Settings {
  if (typeof options?.connector?.createConnection !== 'function') {
    throw new TypeError(
      '`connector` is missing: pass httpConnector({ apiKey, baseUrl }) or another connector.',
    )
  }
  if (options.tokenProvider !== undefined) assertTokenProvider(options.tokenProvider)
  const { renewal, retry } = options
  return {
    renewal: {
      renewBeforeMs: positive('renewal.renewBeforeMs', renewal?.renewBeforeMs, undefined),
      minIntervalMs: positive('renewal.minIntervalMs', renewal?.minIntervalMs, 500),
    },
    retry: {
      maxAttempts: positive('retry.maxAttempts', retry?.maxAttempts, 8),
      minDelayMs: positive('retry.minDelayMs', retry?.minDelayMs, 500),
      maxDelayMs: positive('retry.maxDelayMs', retry?.maxDelayMs, 30_000),
    },
    providerTimeoutMs: positive('providerTimeoutMs', options.providerTimeoutMs, 10_000),
    holdTimeoutMs: positive('holdTimeoutMs', options.holdTimeoutMs, 30_000),
    maxHeldRequests: positive('maxHeldRequests', options.maxHeldRequests, 1000),
  }
}

function positive<Fallback extends number | undefined>(
  name: string,
  value: number | undefined,
  fallback: Fallback,
): number | Fallback {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value > 0) return value
  throw new TypeError(`\`${name}\` must be a number above 0.`)
}

/** @throws TypeError if `value` is neither a function nor an object with `getToken` */
export function assertTokenProvider(value: unknown): asserts value is TokenProvider {
  if (typeof value === 'function') return
  if (typeof (value as { getToken?: unknown } | null)?.getToken === 'function') return
  throw new TypeError(
    '`tokenProvider` must be a function that returns a token, or an object with `getToken`.',
  )
}

/** @throws TypeError if `user` has no `id` of letters */
export function assertUser(user: unknown): asserts user is ChatUser {
  const id = (user as { id?: unknown } | null | undefined)?.id
  if (typeof id === 'string' && id !== '') return
  throw new TypeError('`user.id` must be a non-empty string.')
}
