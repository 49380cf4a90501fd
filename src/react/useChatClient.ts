'use client'
import { isLive, type ChatAuthState } from '../core/state.js'
import { useChatAuthContext } from './context.js'
import { useSelectedState } from './useSelectedState.js'

/**
 * Returns the live session's client from the connector, or null. Every session has its own client; the
 * old one is closed at a switch.
 */
export function useChatClient<Client = unknown>(): Client | null {
  const { auth } = useChatAuthContext('useChatClient')
  // The context does not carry the client's type; the app names it for its own connector.
  return useSelectedState(auth, selectClient) as Client | null
}

function selectClient(state: ChatAuthState): unknown {
  return isLive(state) ? state.client : null
}
