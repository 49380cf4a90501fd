import type { ChatAuthError } from '../core/errors.js'
import { isLive, type ChatAuthState } from '../core/state.js'
import type { ChatIdentity, ChatUser } from '../core/types.js'

/** What most of an app wants to know of the session, flat. */
export interface SessionSlice {
  readonly status: ChatAuthState['status']
  /** Who is connected, connecting, disconnecting or could not connect; null while `disconnected`. */
  readonly identity: ChatIdentity | null
  /** The user as the chat backend knows them; null unless a session is live. */
  readonly user: ChatUser | null
  /** Differs for every session; null unless one is live. A good `key` for what must not outlive it. */
  readonly sessionId: string | null
  /** Why the session failed; null unless `status` is `failed`. Its `remedy` says what to do. */
  readonly error: ChatAuthError | null
  /** Whether a live session is getting a new token. Requests wait if they must; nothing need be hidden. */
  readonly isRefreshing: boolean
  /** When the token of the live session expires; null if it never does. */
  readonly tokenExpiresAt: Date | null
}

/** Leaves out what changes with every request, such as how many are held. */
export function selectSession(state: ChatAuthState): SessionSlice {
  const live = isLive(state) ? state : null
  return {
    status: state.status,
    identity: 'identity' in state ? state.identity : null,
    user: live?.user ?? null,
    sessionId: live?.sessionId ?? null,
    error: state.status === 'failed' ? state.error : null,
    isRefreshing: live !== null && live.token.status !== 'valid',
    tokenExpiresAt: live?.token.expiresAt ?? null,
  }
}
