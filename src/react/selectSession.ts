import type { ChatAuthError } from '../core/errors.js'
import { isLive, retryingOf, type Attempts, type ChatAuthState } from '../core/state.js'
import type { ChatIdentity, ChatUser } from '../core/types.js'

/** Flat view of the session, with the fields that most apps need. */
export interface SessionSlice {
  readonly status: ChatAuthState['status']
  /** Identity that is connected, connecting, disconnecting or failed; null while `disconnected`. */
  readonly identity: ChatIdentity | null
  /** The user's record on the chat backend; null unless a session is live. */
  readonly user: ChatUser | null
  /** Unique id of the live session, or null. Use it as a `key` for content that must not outlive it. */
  readonly sessionId: string | null
  /** Reason why the session failed, with a `remedy`; null unless `status` is `failed`. */
  readonly error: ChatAuthError | null
  /** Whether a live session is getting a new token. The UI can stay; requests are held if necessary. */
  readonly isRefreshing: boolean
  /** What is being tried again, for the token or the connection, while connecting too; null if nothing. */
  readonly retrying: Attempts | null
  /** Whether the platform reports a network. A hint: an opened connection disproves `false`. */
  readonly isOnline: boolean
  /** Expiry of the live session's token; null if the token never expires. */
  readonly tokenExpiresAt: Date | null
}

/** Selects the flat view, without fields that change with every request, such as the held count. */
export function selectSession(state: ChatAuthState): SessionSlice {
  const live = isLive(state) ? state : null
  return {
    status: state.status,
    identity: 'identity' in state ? state.identity : null,
    user: live?.user ?? null,
    sessionId: live?.sessionId ?? null,
    error: state.status === 'failed' ? state.error : null,
    isRefreshing: live !== null && live.token.status !== 'valid',
    retrying: toldOnce(retryingOf(state)),
    isOnline: 'isOnline' in state ? state.isOnline : true,
    tokenExpiresAt: live?.token.expiresAt ?? null,
  }
}

/** The attempts that each error was told with: the same object for as long as nothing changes. */
const told = new WeakMap<ChatAuthError, Attempts>()

function toldOnce(attempts: Attempts | null): Attempts | null {
  if (!attempts?.error) return null
  const before = told.get(attempts.error)
  const isSame =
    before?.attempt === attempts.attempt && before.nextAttemptAt === attempts.nextAttemptAt
  if (before && isSame) return before
  told.set(attempts.error, attempts)
  return attempts
}
