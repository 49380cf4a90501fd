import type { ChatAuthState } from '../core/state.js'

/** State of a session as a person sees it. */
export type ChatPresence =
  | 'signed-out'
  | 'connecting'
  | 'connected'
  | 'reconnecting'
  | 'offline'
  | 'paused'
  | 'leaving'
  | 'failed'

const presences: Record<ChatAuthState['status'], ChatPresence> = {
  disconnected: 'signed-out',
  connecting: 'connecting',
  connected: 'connected',
  reconnecting: 'reconnecting',
  paused: 'paused',
  disconnecting: 'leaving',
  failed: 'failed',
}

/** Returns the presence of a session. `offline` takes the place of what a lost network keeps from working. */
export function presenceOf(state: {
  readonly status: ChatAuthState['status']
  readonly isOnline?: boolean
}): ChatPresence {
  const needsNetwork = state.status !== 'failed' && state.status !== 'disconnecting'
  return needsNetwork && state.isOnline === false ? 'offline' : presences[state.status]
}
