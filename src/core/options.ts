import { readCount, readDuration, readInterval } from './tools/duration.js'
import type { Environment, GuestStorage } from './environment.js'
import type { ChatAuthError } from './errors.js'
import type { ChatAuthEvent } from './events.js'
import type { RenewalOptions } from './token/renewal.js'
import type { RetryOptions } from './retry.js'
import type { Connector } from './connector.js'
import type { ChatIdentity, TokenProvider } from './types.js'

/** Options of `createChatAuth`. Only `connector` is required; the defaults suit most apps. */
export interface ChatAuthOptions<Client = unknown> {
  /** The connector through which sessions reach the chat backend. */
  connector: Connector<Client>
  /**
   * The token provider for every `connectUser` and `switchUser` called without one. A string is a static
   * token: for one user, never renewed. When it expires, the session fails with `token-expired`.
   */
  tokenProvider?: string | TokenProvider | undefined
  renewal?: RenewalOptions | undefined
  retry?: RetryOptions | undefined
  /**
   * Time limit for one call of the token provider, in milliseconds. `Infinity` means no limit.
   * @default 10000
   */
  providerTimeoutMs?: number | undefined
  /**
   * How long a request is held while there is no good token, in milliseconds. It is then rejected with
   * `hold-timeout`. `Infinity` means no limit.
   * @default 30000
   */
  holdTimeoutMs?: number | undefined
  /**
   * How many requests may be held at once. The next one is rejected with `hold-overflow`. `Infinity`
   * means no limit.
   * @default 1000
   */
  maxHeldRequests?: number | undefined
  /**
   * Whether the tabs of one browser act as one: they share a user's token, and a log-out or switch
   * reaches all of them. A tab waits for another tab's provider call for at most `providerTimeoutMs` or
   * 30 s, whichever is shorter. Without Web Locks, BroadcastChannel or storage, each tab works alone.
   * Tabs trust all pages of their origin: pass `false` if the origin also serves other apps.
   * @default true
   */
  crossTab?: boolean | undefined
  /**
   * Called with each event, which contains no token. Called after the transition, so that it may call
   * any method of the handle. An error that it throws is reported as uncaught.
   */
  onEvent?: ((event: ChatAuthEvent) => void) | undefined
  /**
   * How long the app may be hidden before its session is paused, in milliseconds: without a socket, its
   * user gets push notifications. The session resumes once the app is visible. `null` means never.
   * @default null in browsers, 0 on React Native
   */
  pauseAfterHiddenMs?: number | null | undefined
  /**
   * Where a guest and the guest's token are kept, so that a reload connects the same guest: the
   * browser's session or local storage, or your own. Forgotten at log-out and upgrade.
   * @default 'none'
   */
  guestStorage?: 'none' | 'session' | 'local' | GuestStorage | undefined
  /**
   * Asks a person before a log-out, switch or upgrade ends a live session, for as long as the answer
   * takes. Return `false` to keep the session: the caller's promise then rejects with `vetoed`. An error
   * that it throws is reported as uncaught, and keeps the session too. Not called for an end that this
   * tab did not ask for, nor for `dispose` and `disconnectUser({ thisTabOnly: true })`.
   */
  confirmEnd?:
    | ((question: EndQuestion<Client>) => void | boolean | Promise<void | boolean>)
    | undefined
  /** Returns how much of the app's own would be lost, such as unsent messages. Read for `confirmEnd`. */
  unsaved?: (() => number | boolean) | undefined
  /**
   * Called before a log-out, switch or upgrade ends a live session, after `confirmEnd`, for example to unregister a push
   * token or flush a draft. The session still works meanwhile. Return `false` to keep it: the caller's
   * promise then rejects with `vetoed`. Not called at `dispose` and `disconnectUser({ thisTabOnly: true })`,
   * nor for a session that has failed or that another tab ended.
   */
  beforeSessionEnd?:
    | ((session: EndingSession<Client>) => void | boolean | Promise<void | boolean>)
    | undefined
  /**
   * Time limit for `beforeSessionEnd`, in milliseconds. After that, the session ends without its answer.
   * `Infinity` means no limit.
   * @default 3000
   */
  beforeEndTimeoutMs?: number | undefined
  /** Called once a session that had connected is over and its connection closed, whatever the reason. */
  afterSessionEnd?: ((session: EndedSession) => void) | undefined
  /** Replaces parts of the platform, such as clock, timers and network status. For tests and React Native. */
  environment?: Partial<Environment> | undefined
}

/** A log-out or switch that a person is asked about, and what it would cost. */
export interface EndQuestion<Client = unknown> {
  readonly action: 'logOut' | 'switch'
  /** Identity whose session would end. */
  readonly identity: ChatIdentity
  /** Identity that would be connected in its place; null for a log-out. */
  readonly next: ChatIdentity | null
  readonly client: Client
  readonly sessionId: string
  /** Number of requests that wait for a good token, and would be rejected. */
  readonly heldRequests: number
  /** Number that the option `unsaved` returned; 1 for `true`, 0 for `false` or without the option. */
  readonly unsaved: number
  /**
   * Aborted when the answer no longer matters: another intent took the place of this one, or the session
   * ended otherwise. Close the dialog then.
   */
  readonly signal: AbortSignal
}

/** A session that is about to end but still works. */
export interface EndingSession<Client = unknown> {
  readonly identity: ChatIdentity
  readonly client: Client
  readonly sessionId: string
  /** Works as `auth.fetch`, for this session only. */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
}

/** A session that is over. */
export interface EndedSession {
  readonly identity: ChatIdentity
  readonly sessionId: string
  /** `session-ended` after a log-out or switch, `disposed`, or the error of a failed session. */
  readonly error: ChatAuthError
}

/** Options for the parts of a session, with defaults filled in. */
export interface Settings {
  readonly renewal: { readonly renewBeforeMs: number | undefined; readonly minIntervalMs: number }
  readonly retry: Required<RetryOptions>
  readonly providerTimeoutMs: number
  readonly holdTimeoutMs: number
  readonly maxHeldRequests: number
  readonly beforeEndTimeoutMs: number
  readonly crossTab: boolean
  /** `Infinity`: never. */
  readonly pauseAfterHiddenMs: number
}

/**
 * Checks the options and fills in the defaults.
 * @throws TypeError that names the option at fault
 */
export function resolveOptions<Client>(options: ChatAuthOptions<Client>): Settings {
  if (typeof options?.connector?.createConnection !== 'function') {
    throw new TypeError(
      '`connector` is missing: pass httpConnector({ apiKey, baseUrl }) or another connector.',
    )
  }
  if (options.tokenProvider !== undefined) assertTokens(options.tokenProvider)
  assertGuestStorage(options.guestStorage)
  const renewal = group('renewal', options.renewal)
  const retry = group('retry', options.retry)
  return {
    renewal: {
      renewBeforeMs: readDuration('renewal.renewBeforeMs', renewal.renewBeforeMs, undefined),
      minIntervalMs: readInterval('renewal.minIntervalMs', renewal.minIntervalMs, 500),
    },
    retry: {
      maxAttempts: readCount('retry.maxAttempts', retry.maxAttempts, Infinity),
      minDelayMs: readInterval('retry.minDelayMs', retry.minDelayMs, 500),
      maxDelayMs: readDuration('retry.maxDelayMs', retry.maxDelayMs, 30_000),
    },
    providerTimeoutMs: readDuration('providerTimeoutMs', options.providerTimeoutMs, 10_000),
    holdTimeoutMs: readDuration('holdTimeoutMs', options.holdTimeoutMs, 30_000),
    maxHeldRequests: readCount('maxHeldRequests', options.maxHeldRequests, 1000),
    beforeEndTimeoutMs: readDuration('beforeEndTimeoutMs', options.beforeEndTimeoutMs, 3000),
    crossTab: flag('crossTab', options.crossTab, true),
    pauseAfterHiddenMs: readHiddenLimit(options),
  }
}

/** Reads the option, or the platform's default. Unlike other limits, it may be 0. */
function readHiddenLimit<Client>(options: ChatAuthOptions<Client>): number {
  const { pauseAfterHiddenMs: given, environment } = options
  const limit = (given === undefined ? environment?.pauseAfterHiddenMs : given) ?? Infinity
  if (typeof limit === 'number' && limit >= 0) return limit
  throw new TypeError('`pauseAfterHiddenMs` must be a number of milliseconds, or null for never.')
}

/** Reads a group of options. A value that is no object is rejected rather than ignored. */
function group<Options extends object>(name: string, value: Options | undefined): Partial<Options> {
  if (value === undefined) return {}
  if (typeof value === 'object' && value !== null) return value
  throw new TypeError(`\`${name}\` must be an object.`)
}

function flag(name: string, value: boolean | undefined, fallback: boolean): boolean {
  if (value === undefined) return fallback
  if (typeof value === 'boolean') return value
  throw new TypeError(`\`${name}\` must be true or false.`)
}

/** @throws TypeError if `value` is no token, no function and no object with `getToken` */
export function assertTokens(value: unknown): asserts value is string | TokenProvider {
  if (typeof value === 'string' || typeof value === 'function') return
  if (typeof (value as { getToken?: unknown } | null)?.getToken === 'function') return
  throw new TypeError(
    '`tokenProvider` must be a function that returns a token, an object with `getToken`, or a token: ' +
      'pass one to createChatAuth, <ChatAuthProvider> or connectUser.',
  )
}

function assertGuestStorage(value: unknown): void {
  if (value === undefined || value === 'none' || value === 'session' || value === 'local') return
  if (typeof (value as Partial<GuestStorage> | null)?.getItem === 'function') return
  throw new TypeError("`guestStorage` must be 'none', 'session', 'local' or a storage.")
}
