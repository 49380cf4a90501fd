import { readCount, readDuration, readInterval } from './tools/duration.js'
import type { Environment, GuestStorage } from './environment.js'
import type { ChatAuthError } from './errors.js'
import type { ChatAuthEvent } from './events.js'
import type { RenewalOptions } from './token/renewal.js'
import type { RetryOptions } from './retry.js'
import { takeUser } from './tools/takeUser.js'
import type { Connector } from './connector.js'
import type { ChatIdentity, ChatUserInput, TokenProvider } from './types.js'

/** How a `ChatAuth` is made. Only `connector` is needed; every default is right for most apps. */
export interface ChatAuthOptions<Client = unknown> {
  /** How sessions reach the chat backend. */
  connector: Connector<Client>
  /** The token provider of every `connectUser` and `switchUser` that brings none of its own. */
  tokenProvider?: TokenProvider | undefined
  renewal?: RenewalOptions | undefined
  retry?: RetryOptions | undefined
  /**
   * How long the token provider may take for one call, in milliseconds. `Infinity` is no limit.
   * @default 10000
   */
  providerTimeoutMs?: number | undefined
  /**
   * How long a request may wait for a good token, in milliseconds, before it is rejected with
   * `hold-timeout`. `Infinity` is no limit.
   * @default 30000
   */
  holdTimeoutMs?: number | undefined
  /**
   * How many requests may wait at once; the next one is rejected with `hold-overflow`. `Infinity` is
   * no limit.
   * @default 1000
   */
  maxHeldRequests?: number | undefined
  /**
   * Whether the tabs of one browser act as one for a user: a token that one of them fetches does for
   * all, a log-out or switch in one reaches all. A tab waits for another's provider call no longer than
   * `providerTimeoutMs` or 30 s, whichever is shorter. Where the browser lacks Web Locks, BroadcastChannel or storage, or blocks
   * them, every tab works alone. Tabs trust all pages of their origin: `false` where others than this
   * app are served from it.
   * @default true
   */
  crossTab?: boolean | undefined
  /**
   * Told what happens and why, without tokens; after the transition, so that it may call any method of
   * the handle. What it throws is reported as an unhandled error.
   */
  onEvent?: ((event: ChatAuthEvent) => void) | undefined
  /**
   * Where a guest is kept, so that a reload finds the same person: the browser's session or local
   * storage, or one of your own. Their token is kept with them. Forgotten at log-out and upgrade.
   * @default 'none'
   */
  guestStorage?: 'none' | 'session' | 'local' | GuestStorage | undefined
  /**
   * Called before a live session is ended by a log-out, switch or upgrade, while it still works: to
   * unregister a push token or flush a draft. Return `false` to keep it: the caller's promise then
   * rejects with `vetoed`. Not called by `dispose`, nor for a session that failed or that another tab
   * ended.
   */
  beforeSessionEnd?:
    | ((session: EndingSession<Client>) => void | boolean | Promise<void | boolean>)
    | undefined
  /**
   * How long `beforeSessionEnd` may take, in milliseconds; after that the session ends regardless.
   * `Infinity` is no limit.
   * @default 3000
   */
  beforeEndTimeoutMs?: number | undefined
  /** Called after a session that had connected is over, for whatever reason, and its connection closed. */
  afterSessionEnd?: ((session: EndedSession) => void) | undefined
  /** Replaces parts of the platform: clock, timers, network status. For tests and React Native. */
  environment?: Partial<Environment> | undefined
}

/** A session that is about to end, and still works. */
export interface EndingSession<Client = unknown> {
  readonly identity: ChatIdentity
  readonly client: Client
  readonly sessionId: string
  /** As `auth.fetch`, of this session. */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
}

/** A session that is over. */
export interface EndedSession {
  readonly identity: ChatIdentity
  readonly sessionId: string
  /** `session-ended` after a log-out or switch, `disposed`, or why the session failed. */
  readonly error: ChatAuthError
}

/** The options with their defaults in place; what the parts of a session are made with. */
export interface Settings {
  readonly renewal: { readonly renewBeforeMs: number | undefined; readonly minIntervalMs: number }
  readonly retry: Required<RetryOptions>
  readonly providerTimeoutMs: number
  readonly holdTimeoutMs: number
  readonly maxHeldRequests: number
  readonly beforeEndTimeoutMs: number
  readonly crossTab: boolean
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
  if (options.tokenProvider !== undefined) assertTokenProvider(options.tokenProvider)
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
  }
}

/** Options that belong together; anything but an object would leave all of them at their defaults. */
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

/** @throws TypeError if `value` is neither a function nor an object with `getToken` */
export function assertTokenProvider(value: unknown): asserts value is TokenProvider {
  if (typeof value === 'function') return
  if (typeof (value as { getToken?: unknown } | null)?.getToken === 'function') return
  throw new TypeError(
    '`tokenProvider` must be a function that returns a token, or an object with `getToken`: pass one ' +
      'to createChatAuth, <ChatAuthProvider> or connectUser.',
  )
}

function assertGuestStorage(value: unknown): void {
  if (value === undefined || value === 'none' || value === 'session' || value === 'local') return
  if (typeof (value as Partial<GuestStorage> | null)?.getItem === 'function') return
  throw new TypeError("`guestStorage` must be 'none', 'session', 'local' or a storage.")
}

/** @throws TypeError if `user` has no id, or has a field that is not the client's to set */
export function assertUser(user: unknown): asserts user is ChatUserInput {
  takeUser(user as ChatUserInput)
}
