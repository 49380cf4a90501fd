'use client'
import { isLive, type ChatAuthState } from '../core/state.js'
import { useChatAuthContext } from './context.js'
import { useSelectedState } from './useSelectedState.js'

/**
 * The connector's client of the live session, or null. Every session has its own: after a switch this
 * is another object, and the old one is closed.
 */
export function useChatClient<Client = unknown>(): Client | null {
  const { auth } = useChatAuthContext('useChatClient')
  // Only the app knows which connector it gave the provider.
  return useSelectedState(auth, selectClient) as Client | null
}

function selectClient(state: ChatAuthState): unknown {
  return isLive(state) ? state.client : null
}
