'use client'
import type { ChatAuth } from '../core/chatAuth.js'
import { useChatAuthContext } from './context.js'

/**
 * Returns the handle of `createChatAuth`, for code outside rendering such as a route loader. Causes no
 * re-renders.
 */
export function useChatAuth<Client = unknown>(): ChatAuth<Client> {
  // The context does not carry the client's type; the app names it for its own connector.
  return useChatAuthContext('useChatAuth').auth as ChatAuth<Client>
}
