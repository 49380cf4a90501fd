'use client'
import { useCallback } from 'react'
import type { ChatAuth } from '../core/options.js'
import { useChatAuthContext } from './context.js'

/**
 * `fetch` with the session's token: held while there is no good one, replayed once if it was refused.
 * The function stays the same from render to render.
 */
export function useChatFetch(): ChatAuth['fetch'] {
  const { auth } = useChatAuthContext('useChatFetch')
  return useCallback((input, init) => auth.fetch(input, init), [auth])
}
