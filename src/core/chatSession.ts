import type { ChatAuthState } from './state.js'
import type { ChatUser } from './types.js'

/** A session that has connected. */
export interface ChatSession<Client = unknown> {
  readonly client: Client
  /** The user's record on the chat backend. */
  readonly user: ChatUser
  /** Unique to each session. */
  readonly sessionId: string
}

/** The session of a state; null where none has connected. */
export function chatSessionOf<Client>(state: ChatAuthState<Client>): ChatSession<Client> | null {
  if (!('sessionId' in state)) return null
  const { client, user, sessionId } = state
  return { client, user, sessionId }
}

/** The session as it is in this state: its user may have changed since it connected. */
export function asOf<Client>(
  state: ChatAuthState<Client>,
  session: ChatSession<Client>,
): ChatSession<Client> {
  const now = chatSessionOf(state)
  return now?.sessionId === session.sessionId ? now : session
}
