'use client'
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { useMemo } from 'react'
import { sessionIdOf } from './chatSession.js'
import { useChatAuthContext } from './context.js'
import { toSessionKey, type SessionKey } from './sessionData.js'
import { useSelectedState } from './useSelectedState.js'

/** What `useChatQueryClient` returns. */
export interface UseChatQueryClientResult {
  /** Holds the data of the live session alone: what is written under another key is dropped at once. */
  readonly queryClient: QueryClient
  /** The key under which the session has what `useChatQuery` asks for as `queryKey`. */
  readonly sessionKey: <const Key extends QueryKey>(queryKey: Key) => SessionKey<Key>
}

/**
 * The query client behind `useChatQuery` and `useChatMutation`: to invalidate, read and write the data
 * of the session.
 *
 * @example
 * const { queryClient, sessionKey } = useChatQueryClient()
 * await queryClient.invalidateQueries({ queryKey: sessionKey(['channels']) })
 */
export function useChatQueryClient(): UseChatQueryClientResult {
  const { auth, sessionData } = useChatAuthContext('useChatQueryClient')
  const sessionId = useSelectedState(auth, sessionIdOf)
  return useMemo(
    () => ({
      queryClient: sessionData.queryClient,
      sessionKey: (queryKey) => toSessionKey(sessionId, queryKey),
    }),
    [sessionData, sessionId],
  )
}
