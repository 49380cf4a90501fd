import {
  notifyManager,
  skipToken,
  type MutationObserver,
  type Query,
  type QueryClient,
  type QueryKey,
  type QueryObserver,
} from '@tanstack/react-query'
import { createWeakList } from './weakList.js'

type AnyMutationObserver = MutationObserver<unknown, Error, unknown>

/**
 * Tracks the observers of a client's queries and mutations. Observers keep copies of their results, which
 * clearing the caches does not reach. Observers in a tree that <Activity> hides are not in the caches.
 */
export function followObservers(queryClient: QueryClient): {
  /** Empties every observer, except those whose key passes `isKept`. */
  forget(isKept: (key: QueryKey | undefined) => boolean): void
} {
  const ofQueries = createWeakList<QueryObserver>()
  const ofMutations = createWeakList<AnyMutationObserver>()

  queryClient.getQueryCache().subscribe((event) => {
    if (event.type === 'observerAdded') ofQueries.add(event.observer)
  })
  queryClient.getMutationCache().subscribe((event) => {
    if (event.type === 'observerAdded') ofMutations.add(event.observer)
  })

  return {
    forget(isKept) {
      notifyManager.batch(() => {
        for (const observer of ofQueries.all()) {
          if (!isKept(observer.options.queryKey)) emptyObserver(observer)
        }
        for (const observer of ofMutations.all()) {
          if (!isKept(observer.options.mutationKey)) observer.reset()
        }
      })
    },
  }
}

/**
 * Empties an observer by pointing it at another query, because its copies are private. That query has
 * data which selects to undefined, which overwrites the last data, the selected data and the result.
 */
function emptyObserver(observer: QueryObserver): void {
  observer.setOptions({
    queryKey: ['chat-auth'],
    queryFn: skipToken,
    initialData: null,
    select: () => undefined,
    structuralSharing: false,
  })
  emptyQuery(observer.getCurrentQuery())
}

const nothingKnown = {
  data: undefined,
  error: null,
  fetchFailureReason: null,
  fetchMeta: null,
  status: 'pending',
  fetchStatus: 'idle',
} as const

/** Empties a query that something may still reference, and cancels its garbage-collection timer. */
export function emptyQuery(query: Query): void {
  query.setOptions({ ...query.options, gcTime: Infinity })
  query.setState({ ...nothingKnown })
}
