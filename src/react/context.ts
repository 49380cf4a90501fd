'use client'
import type { QueryClient } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import type { ChatAuth } from '../core/options.js'
import type { SessionData } from './sessionData.js'

/** What `<ChatAuthProvider>` hands down. It changes only with the handle, so that nobody re-renders over it. */
export interface ChatAuthContextValue {
  readonly auth: ChatAuth
  /** Where the actions of the hooks run as mutations. */
  readonly queryClient: QueryClient
  /** Where the queries and mutations of the session are. */
  readonly sessionData: SessionData
}

export const ChatAuthContext = createContext<ChatAuthContextValue | null>(null)

/** @throws Error outside the provider, naming the hook that was called there and the fix */
export function useChatAuthContext(hook: string): ChatAuthContextValue {
  const context = useContext(ChatAuthContext)
  if (context) return context
  throw new Error(
    `${hook} must be used inside <ChatAuthProvider>: wrap the root of the app in ` +
      '<ChatAuthProvider connector={…} tokenProvider={…}>. If it is wrapped, two copies of ' +
      'react-chat-auth are installed: `npm ls react-chat-auth` finds them.',
  )
}
