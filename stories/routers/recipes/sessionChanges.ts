import type { ChatAuth, ChatAuthState } from 'react-chat-auth'

/** Calls `invalidate` when what `ready()` answered is over: at a switch, log-out, retry, or new session. */
export function onSessionChange(auth: ChatAuth, invalidate: () => void): () => void {
  let known = answerOf(auth.getState())
  return auth.subscribe(() => {
    const before = known
    known = answerOf(auth.getState())
    // Loaders that wait in `ready()` learn of the next session by themselves.
    if (known !== before && before !== 'waiting') invalidate()
  })
}

function answerOf(state: ChatAuthState): string {
  if ('sessionId' in state) return state.sessionId
  return state.status === 'disconnected' || state.status === 'failed' ? state.status : 'waiting'
}

/** Resolves with the id of the live session; waits for it while its user connects. */
export async function sessionIdOf(auth: ChatAuth, signal: AbortSignal): Promise<string> {
  const state = auth.getState()
  // A session whose socket is being reopened sends requests all the same.
  return 'sessionId' in state ? state.sessionId : (await auth.ready({ signal })).sessionId
}

/** Whether somebody is signed in: connected, or about to be. */
export function isSignedIn(auth: ChatAuth): boolean {
  const state = auth.getState()
  return 'sessionId' in state || state.status === 'connecting'
}
