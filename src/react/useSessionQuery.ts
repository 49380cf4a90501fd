'use client'
import {
  notifyManager,
  QueryObserver,
  shouldThrowError,
  useIsRestoring,
  useQueryErrorResetBoundary,
  type QueryClient,
  type UseQueryOptions,
  type UseQueryResult,
} from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { SessionKey } from './sessionData.js'
import { useForgetfulStore } from './useForgetfulStore.js'
import { usePerSession } from './usePerSession.js'

/**
 * Works as TanStack's `useQuery`, with a new observer for every session. An observer keeps copies of its
 * placeholder, `select` result and previous result, and `useQuery` never replaces its observer.
 */
export function useSessionQuery<Data, Failure, Selected, Key extends SessionKey>(
  options: UseQueryOptions<Data, Failure, Selected, Key>,
  sessionId: string | null,
  queryClient: QueryClient,
): UseQueryResult<Selected, Failure> {
  const isRestoring = useIsRestoring()
  const errorBoundary = useQueryErrorResetBoundary()
  const isSubscribed = !isRestoring && options.subscribed !== false
  const defaulted = queryClient.defaultQueryOptions(options)
  const query = queryClient.getQueryCache().get<Data, Failure, Data, Key>(defaulted.queryHash)
  const throws = (failure: Failure) =>
    query !== undefined && shouldThrowError(defaulted.throwOnError, [failure, query])

  // Makes the first render report `fetching`, which is true by the first effect.
  if (isRestoring) defaulted._optimisticResults = 'isRestoring'
  else if (isSubscribed) defaulted._optimisticResults = 'optimistic'
  // A failed query is not refetched until its error boundary is reset.
  if (query?.state.error && throws(query.state.error) && !errorBoundary.isReset()) {
    defaulted.retryOnMount = false
  }
  useEffect(() => errorBoundary.clearReset(), [errorBoundary])

  const observer = usePerSession(sessionId, () => new QueryObserver(queryClient, defaulted))
  const result = observer.getOptimisticResult(defaulted)

  useEffect(() => observer.setOptions(defaulted), [observer, defaulted])

  const store = useMemo(() => storeOf(observer, isSubscribed), [observer, isSubscribed])
  useForgetfulStore(store.subscribe, store.getResult)

  const { error, isFetching } = result
  if (error && !isFetching && !errorBoundary.isReset() && throws(error)) throw error
  return defaulted.notifyOnChangeProps ? result : observer.trackResult(result)
}

function storeOf<Data, Failure, Selected, Key extends SessionKey>(
  observer: QueryObserver<Data, Failure, Selected, Data, Key>,
  isSubscribed: boolean,
) {
  return {
    getResult: () => observer.getCurrentResult(),
    subscribe: (listener: () => void) => {
      if (!isSubscribed) return () => {}
      const unsubscribe = observer.subscribe(notifyManager.batchCalls(listener))
      // The cache may change between the render and this effect.
      observer.updateResult()
      return unsubscribe
    },
  }
}
