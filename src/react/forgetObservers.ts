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
 * Follows who observes the queries and mutations of a client. Observers keep copies of what they have
 * shown, which emptying the caches does not reach; those of a tree that <Activity> hides are not even
 * in the caches.
 */
export function followObservers(queryClient: QueryClient): {
  /** Has every observer drop what it holds, unless `isKept` says so of its key. */
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
 * An observer's copies are private. Watching another query overwrites them all: with data that is there
 * and selects to nothing, so that the last data, the selected data and the result are overwritten too.
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

/** For what still holds the query: nothing is to be found there, nor kept by the timer that would collect it. */
export function emptyQuery(query: Query): void {
  query.setOptions({ ...query.options, gcTime: Infinity })
  query.setState({ ...nothingKnown })
}
