import type { ChatAuthError } from '../core/errors.js'
import { isLive, retryingOf, type Attempts, type ChatAuthState } from '../core/state.js'
import type { ChatIdentity, ChatUser } from '../core/types.js'

/** A failed attempt of the token provider or the connection, and the next one. */
export interface Retrying extends Attempts {
  /** Why the last attempt failed. */
  readonly error: ChatAuthError
}

/** Fields of the flat view, in any status. */
interface SessionFields {
  readonly status: ChatAuthState['status']
  /** Identity that is connected, connecting, disconnecting or failed; null while `disconnected`. */
  readonly identity: ChatIdentity | null
  /** The user's record on the chat backend; null unless a session is live. The same object until a field changes. */
  readonly user: ChatUser | null
  /** Unique id of the live session, or null. Use it as a `key` for content that must not outlive it. */
  readonly sessionId: string | null
  /** When the live session connected; null without one. Reconnections and pauses keep it. */
  readonly connectedAt: Date | null
  /** Expiry of the live session's token; null if the token never expires. */
  readonly tokenExpiresAt: Date | null
  /** Reason why the session failed, with a `remedy`; null unless `status` is `failed`. */
  readonly error: ChatAuthError | null
  /** `another-tab` if a log-out elsewhere ended the last session, until the next one is asked for; else null. */
  readonly endedBy: 'another-tab' | null
  readonly isConnected: boolean
  /** Whether a session connects for the first time; later reconnects set `isReconnecting`. */
  readonly isConnecting: boolean
  /** Whether the live session's socket is being reopened; requests still go out. */
  readonly isReconnecting: boolean
  /** Whether the live session's socket rests; requests still go out. */
  readonly isPaused: boolean
  /** Whether the token provider is being asked right now; false while the next attempt is waited for. */
  readonly isRefreshing: boolean
  /**
   * Failed attempts of the token, or else of the connection, also while connecting. Null if nothing is
   * tried again. Its `nextAttemptAt` is null during an attempt.
   */
  readonly retrying: Retrying | null
  /** Whether the platform reports a network. A hint: an opened connection disproves `false`. */
  readonly isOnline: boolean
}

interface Live {
  readonly identity: ChatIdentity
  readonly user: ChatUser
  readonly sessionId: string
  readonly connectedAt: Date
  readonly error: null
  readonly endedBy: null
}

interface NotLive {
  readonly user: null
  readonly sessionId: null
  readonly connectedAt: null
  readonly tokenExpiresAt: null
  readonly isConnected: false
}

/** Flat view of the session, with the fields that most apps need. A union by `status`. */
export type SessionSlice = SessionFields &
  (
    | ({ readonly status: 'disconnected'; readonly identity: null; readonly error: null } & NotLive)
    | ({
        readonly status: 'connecting' | 'disconnecting'
        readonly identity: ChatIdentity
        readonly error: null
        readonly endedBy: null
      } & NotLive)
    | ({ readonly status: 'connected'; readonly isConnected: true } & Live)
    | ({ readonly status: 'reconnecting' | 'paused'; readonly isConnected: false } & Live)
    | ({
        readonly status: 'failed'
        readonly identity: ChatIdentity
        readonly error: ChatAuthError
        readonly endedBy: null
      } & NotLive)
  )

/** How each field is read, without those that change with every request, such as the held count. */
export const sessionFields: {
  readonly [Field in keyof SessionFields]: (state: ChatAuthState) => SessionFields[Field]
} = {
  status: (state) => state.status,
  identity: (state) => ('identity' in state ? state.identity : null),
  user: (state) => (isLive(state) ? state.user : null),
  sessionId: (state) => (isLive(state) ? state.sessionId : null),
  connectedAt: (state) => (isLive(state) ? state.connectedAt : null),
  tokenExpiresAt: (state) => (isLive(state) ? state.token.expiresAt : null),
  error: (state) => (state.status === 'failed' ? state.error : null),
  endedBy: (state) => (state.status === 'disconnected' ? (state.endedBy ?? null) : null),
  isConnected: (state) => state.status === 'connected',
  isConnecting: (state) => state.status === 'connecting',
  isReconnecting: (state) => state.status === 'reconnecting',
  isPaused: (state) => state.status === 'paused',
  isRefreshing: (state) => 'token' in state && state.token.status === 'refreshing',
  retrying: (state) => toldOnce(retryingOf(state)),
  isOnline: (state) => ('isOnline' in state ? state.isOnline : true),
}

/** Selects the whole flat view. */
export function selectSession(state: ChatAuthState): SessionSlice {
  const names = Object.keys(sessionFields) as (keyof SessionFields)[]
  // All fields are read from one state, which is what the union says of them.
  return Object.fromEntries(names.map((name) => [name, sessionFields[name](state)])) as never
}

/** The attempts that each error was told with: the same object for as long as nothing changes. */
const told = new WeakMap<ChatAuthError, Retrying>()

function toldOnce(attempts: Attempts | null): Retrying | null {
  if (!attempts?.error) return null
  const { attempt, nextAttemptAt, error } = attempts
  const before = told.get(error)
  if (before?.attempt === attempt && before.nextAttemptAt === nextAttemptAt) return before
  const retrying = { attempt, nextAttemptAt, error }
  told.set(error, retrying)
  return retrying
}
