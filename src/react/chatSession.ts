import { ChatAuthError } from '../core/errors.js'
import type { ChatAuth } from '../core/options.js'
import { isLive, type ChatAuthState } from '../core/state.js'
import type { ChatUser } from '../core/types.js'

// Components reach core through here: imports point inward one step at a time.
export { isLive }

/** A live session. */
export interface ChatSession<Client = unknown> {
  readonly client: Client
  /** The user as the chat backend knows them. */
  readonly user: ChatUser
  readonly sessionId: string
}

/** A live session, as queries and mutations are given it. */
export interface ChatRequestContext<Client = unknown> extends ChatSession<Client> {
  /**
   * As `useChatFetch`, in this session only: after it has ended, every call rejects with
   * `session-ended`, and none is sent as whoever came next.
   */
  readonly fetch: ChatAuth['fetch']
}

/** The id of the live session, or null without one. */
export function sessionIdOf(state: ChatAuthState): string | null {
  return isLive(state) ? state.sessionId : null
}

/** @throws ChatAuthError if that session is not, or no longer, the live one */
export function requestContextOf<Client>(
  auth: ChatAuth,
  sessionId: string | null,
): ChatRequestContext<Client> {
  if (sessionId === null) throw new ChatAuthError('not-connected')
  const state = auth.getState()
  if (!isLive(state) || state.sessionId !== sessionId) throw new ChatAuthError('session-ended')
  return {
    // Only the app knows which connector it gave the provider.
    client: state.client as Client,
    user: state.user,
    sessionId,
    async fetch(input, init) {
      // Code between two requests of one query may outlive the session: it must not speak as the next.
      if (sessionIdOf(auth.getState()) !== sessionId) throw new ChatAuthError('session-ended')
      return auth.fetch(input, init)
    },
  }
}
