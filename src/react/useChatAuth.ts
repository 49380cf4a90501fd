'use client'
import type { ChatAuth } from '../core/options.js'
import { useChatAuthContext } from './context.js'

/**
 * The handle itself, as `createChatAuth` returns it: for code that is not rendering, such as a route
 * loader. It never re-renders.
 */
export function useChatAuth<Client = unknown>(): ChatAuth<Client> {
  // Only the app knows which connector it gave the provider.
  return useChatAuthContext('useChatAuth').auth as ChatAuth<Client>
}
