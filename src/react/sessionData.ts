import {
  hashKey,
  MutationCache,
  QueryCache,
  QueryClient,
  type DefaultOptions,
  type QueryKey,
} from '@tanstack/react-query'
import type { ChatAuth } from '../core/chatAuth.js'
import { sessionIdOf } from './chatSession.js'
import { emptyQuery, followObservers } from './forgetObservers.js'
import { retryUnlessFinal } from './retryUnlessFinal.js'

/** Query key as stored in the cache, prefixed with its session. */
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

/** Store of queries and mutations, for one session at a time. */
export interface SessionData {
  readonly queryClient: QueryClient
  /** Clears the store whenever the handle's session changes; returns a function that stops this. */
  follow(auth: ChatAuth): () => void
  /** Keeps the data until the returned function is called, and to the end of that task. */
  retain(): () => void
  /** Returns a signal that aborts when that session ends. */
  signalOf(sessionId: string | null): AbortSignal
}

/**
 * Creates a separate query client with the app's defaults and callbacks. Data outside the app's client is
 * never dehydrated or persisted with it. One client serves all sessions of a provider, because `useQuery`
 * keeps the client it mounted with. The client and all observers are emptied between sessions.
 */
export function createSessionData(app: QueryClient): SessionData {
  const queryCache = new QueryCache(app.getQueryCache().config)
  const mutationCache = new MutationCache(app.getMutationCache().config)
  const defaultOptions = forOneSession(app.getDefaultOptions())
  const queryClient = new QueryClient({ queryCache, mutationCache, defaultOptions })
  const observers = followObservers(queryClient)
  const controllers = new Map<string | null, AbortController>()
  /** Set by `follow`; null until then. */
  let handle: ChatAuth | null = null
  /** Session of the stored data, as of the last notification; written by `follow`. */
  let followed: string | null | undefined
  let clearing: ReturnType<typeof setTimeout> | undefined

  // Asks the handle, because `followed` lags between a transition and its notification.
  const isLiveKey = (key: QueryKey | undefined) =>
    handle !== null && key?.[1] === sessionIdOf(handle.getState())

  // optimistic update → switch → rollback: without this, the rollback restores the old session's data.
  queryCache.subscribe(({ type, query }) => {
    if (type === 'added' && handle && !isLiveKey(query.queryKey)) queryCache.remove(query)
  })

  function clear(isKept: (key: QueryKey | undefined) => boolean): void {
    const queries = queryCache.getAll().filter(({ queryKey }) => !isKept(queryKey))
    const mutations = mutationCache.getAll().filter(({ options }) => !isKept(options.mutationKey))
    for (const query of queries) queryCache.remove(query)
    observers.forget(isKept)
    for (const query of queries) emptyQuery(query)
    for (const mutation of mutations) {
      mutationCache.remove(mutation)
      mutation.destroy()
      mutation.setOptions({ ...mutation.options, gcTime: Infinity })
    }
  }

  function endOthers(live: string | null): void {
    for (const [sessionId, controller] of controllers) {
      if (sessionId === live) continue
      controllers.delete(sessionId)
      controller.abort()
    }
  }

  return {
    queryClient,
    follow(auth) {
      handle = auth
      const look = (): void => {
        const sessionId = sessionIdOf(auth.getState())
        if (sessionId === followed) return
        followed = sessionId
        clear(isLiveKey)
        endOthers(sessionId)
      }
      look()
      return auth.subscribe(look)
    },
    retain() {
      clearTimeout(clearing)
      queryClient.mount()
      return () => {
        queryClient.unmount()
        // A remount follows within the same task, as with the handle.
        clearing = setTimeout(() => clear(() => false))
      }
    },
    signalOf(sessionId) {
      const controller = controllers.get(sessionId) ?? new AbortController()
      // An ended session starts no requests, so its controller need not be stored.
      if (isLiveKey(toSessionKey(sessionId, []))) controllers.set(sessionId, controller)
      return controller.signal
    },
  }
}

/** Copies the app's defaults, without those that could persist data or mix sessions. */
function forOneSession({ queries = {}, mutations = {} }: DefaultOptions): DefaultOptions {
  const { persister: _, structuralSharing, ...rest } = queries
  return {
    // The default retry counts are TanStack Query's own.
    mutations: { ...mutations, retry: retryUnlessFinal(mutations.retry ?? 0) },
    queries: {
      ...rest,
      retry: retryUnlessFinal(queries.retry ?? 3),
      // A custom hash could ignore the session in the key.
      queryKeyHashFn: hashKey,
      structuralSharing: structuralSharing !== false,
    },
  }
}
