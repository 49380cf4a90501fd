'use client'
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { useMemo } from 'react'
import { sessionIdOf } from './chatSession.js'
import { useChatAuthContext } from './context.js'
import { toSessionKey, type SessionKey } from './sessionData.js'
import { useSelectedState } from './useSelectedState.js'

/** Result of `useChatQueryClient`. */
export interface UseChatQueryClientResult {
  /** Client with the live session's data only; data written under another key is dropped at once. */
  readonly queryClient: QueryClient
  /** Converts a `queryKey` of `useChatQuery` to the key in this client. */
  readonly sessionKey: <const Key extends QueryKey>(queryKey: Key) => SessionKey<Key>
}

/**
 * Returns the query client behind `useChatQuery` and `useChatMutation`, for reading, writing and
 * invalidating the session's data.
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
