'use client'
import type { QueryClient } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import type { ChatAuth } from '../core/chatAuth.js'
import type { SessionData } from './sessionData.js'

/** Context of `<ChatAuthProvider>`. Changes only with the handle, so it causes no other re-renders. */
export interface ChatAuthContextValue {
  readonly auth: ChatAuth
  /** Client in which the hooks' actions run as mutations. */
  readonly queryClient: QueryClient
  /** Store of the session's queries and mutations. */
  readonly sessionData: SessionData
}

export const ChatAuthContext = createContext<ChatAuthContextValue | null>(null)

/**
 * Reads the provider's context.
 * @throws Error outside the provider, naming the hook and the fix
 */
export function useChatAuthContext(hook: string): ChatAuthContextValue {
  const context = useContext(ChatAuthContext)
  if (context) return context
  throw new Error(
    `${hook} must be used inside <ChatAuthProvider>: wrap the root of the app in ` +
      '<ChatAuthProvider connector={…} tokenProvider={…}>. If it is wrapped, two copies of ' +
      'react-chat-auth are installed: `npm ls react-chat-auth` finds them.',
  )
}
