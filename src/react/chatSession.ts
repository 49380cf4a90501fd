import type { ChatSession } from '../core/chatSession.js'
import { ChatAuthError } from '../core/errors.js'
import type { ChatAuth } from '../core/chatAuth.js'
import { isLive, type ChatAuthState } from '../core/state.js'

// Re-exported for components, which may import `react` but not `core`.
export { isLive, type ChatSession }

/** Live session, as passed to queries and mutations. */
export interface ChatRequestContext<Client = unknown> extends ChatSession<Client> {
  /**
   * Works as `useChatFetch`, in this session only. Once the session has ended, every call rejects with
   * `session-ended` and is never sent as the next user.
   */
  readonly fetch: ChatAuth['fetch']
}

/** The id of the live session, or null without one. */
export function sessionIdOf(state: ChatAuthState): string | null {
  return isLive(state) ? state.sessionId : null
}

/**
 * Builds the context of a request in one session.
 * @throws ChatAuthError unless that session is the live one
 */
export function requestContextOf<Client>(
  auth: ChatAuth,
  sessionId: string | null,
): ChatRequestContext<Client> {
  if (sessionId === null) throw new ChatAuthError('not-connected')
  const state = auth.getState()
  if (!isLive(state) || state.sessionId !== sessionId) throw new ChatAuthError('session-ended')
  return {
    // The context does not carry the client's type; the app names it for its own connector.
    client: state.client as Client,
    user: state.user,
    sessionId,
    async fetch(input, init) {
      // first request answered → switch → second request: without this, it goes out as the next user.
      if (sessionIdOf(auth.getState()) !== sessionId) throw new ChatAuthError('session-ended')
      return auth.fetch(input, init)
    },
  }
}
