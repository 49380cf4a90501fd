import {
  hashKey,
  MutationCache,
  QueryCache,
  QueryClient,
  type DefaultOptions,
  type QueryKey,
} from '@tanstack/react-query'
import type { ChatAuth } from '../core/options.js'
import { sessionIdOf } from './chatSession.js'
import { retryUnlessFinal } from './retryUnlessFinal.js'

/** A query key as it is in the cache: behind it lies data of this session and of no other. */
export type SessionKey<Key extends QueryKey = QueryKey> = readonly [
  'chat-auth',
  sessionId: string | null,
  ...Key,
]

export function toSessionKey<const Key extends QueryKey>(
  sessionId: string | null,
  key: Key,
): SessionKey<Key> {
  return ['chat-auth', sessionId, ...key]
}

/** What the queries and mutations of a session know, for one session at a time. */
export interface SessionData {
  readonly queryClient: QueryClient
  /** Drops everything whenever the session of this handle is another one; returns what stops that. */
  follow(auth: ChatAuth): () => void
  /** Keeps the data until the returned function is called, and for the rest of that task. */
  retain(): () => void
  /** Aborted when that session ends. */
  signalOf(sessionId: string | null): AbortSignal
}

/**
 * A query client of our own, with the app's defaults and callbacks: what is not in the app's client can
 * be neither dehydrated nor persisted with it, whatever filters that was given. `useQuery` never leaves
 * the client that it was mounted with, so it is one client for all sessions of a provider, emptied
 * between them.
 */
export function createSessionData(app: QueryClient): SessionData {
  const queryCache = new QueryCache(app.getQueryCache().config)
  const mutationCache = new MutationCache(app.getMutationCache().config)
  const defaultOptions = forOneSession(app.getDefaultOptions())
  const queryClient = new QueryClient({ queryCache, mutationCache, defaultOptions })
  let current: { sessionId: string | null; controller: AbortController } | null = null
  let clearing: ReturnType<typeof setTimeout> | undefined

  // The rollback of an optimistic update comes after the switch that caused it, and would put the old
  // session's data back.
  queryCache.subscribe(({ type, query }) => {
    if (type !== 'added' || !current) return
    if (query.queryKey[1] !== current.sessionId) queryCache.remove(query)
  })

  function clear(): void {
    for (const query of queryCache.getAll()) {
      queryCache.remove(query)
      // Components that have not rendered yet still hold it: nothing is to be found there, nor kept by
      // the timer that would collect it.
      query.setOptions({ ...query.options, gcTime: Infinity })
      query.setState({ data: undefined, error: null, status: 'pending', fetchStatus: 'idle' })
    }
    for (const mutation of mutationCache.getAll()) {
      mutationCache.remove(mutation)
      mutation.destroy()
      mutation.setOptions({ ...mutation.options, gcTime: Infinity })
    }
  }

  return {
    queryClient,
    follow(auth) {
      const look = (): void => {
        const sessionId = sessionIdOf(auth.getState())
        if (sessionId === current?.sessionId) return
        const ended = current
        current = { sessionId, controller: new AbortController() }
        clear()
        ended?.controller.abort()
      }
      look()
      return auth.subscribe(look)
    },
    retain() {
      clearTimeout(clearing)
      queryClient.mount()
      return () => {
        queryClient.unmount()
        // As with the handle: a remount comes within the same task.
        clearing = setTimeout(clear)
      }
    },
    signalOf(sessionId) {
      // Of a session that is over nothing begins, so that there is nothing to abort.
      const live = current?.sessionId === sessionId ? current : null
      return (live?.controller ?? new AbortController()).signal
    },
  }
}

/** The app's defaults, without those that would write to a disk or mix one session with another. */
function forOneSession({ queries = {}, mutations = {} }: DefaultOptions): DefaultOptions {
  const { persister: _, structuralSharing, ...rest } = queries
  return {
    // The numbers are TanStack Query's own.
    mutations: { ...mutations, retry: retryUnlessFinal(mutations.retry ?? 0) },
    queries: {
      ...rest,
      retry: retryUnlessFinal(queries.retry ?? 3),
      // One of the app's own might leave the session out, or be told of the last session's data.
      queryKeyHashFn: hashKey,
      structuralSharing: structuralSharing !== false,
    },
  }
}
