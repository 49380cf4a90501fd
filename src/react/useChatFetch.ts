'use client'
import { useCallback } from 'react'
import type { ChatAuth } from '../core/chatAuth.js'
import { useChatAuthContext } from './context.js'

/**
 * Returns `fetch` with the session's token. Requests are held while there is no good token, and replayed
 * once after a refusal. The function is stable across renders.
 */
export function useChatFetch(): ChatAuth['fetch'] {
  const { auth } = useChatAuthContext('useChatFetch')
  return useCallback((input, init) => auth.fetch(input, init), [auth])
}
