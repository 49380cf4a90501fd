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
import { emptyQuery, followObservers } from './forgetObservers.js'
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
 * be neither dehydrated nor persisted with it, whatever filters that was given. The app's own `useQuery`
 * never leaves the client that it was mounted with, so it is one client for all sessions of a provider,
 * emptied between them, and every observer with it.
 */
export function createSessionData(app: QueryClient): SessionData {
  const queryCache = new QueryCache(app.getQueryCache().config)
  const mutationCache = new MutationCache(app.getMutationCache().config)
  const defaultOptions = forOneSession(app.getDefaultOptions())
  const queryClient = new QueryClient({ queryCache, mutationCache, defaultOptions })
  const observers = followObservers(queryClient)
  const controllers = new Map<string | null, AbortController>()
  /** Set by `follow`; until then nothing is known of any session. */
  let handle: ChatAuth | null = null
  /** The session whose data this is, as of the last notification. Written by `follow`. */
  let followed: string | null | undefined
  let clearing: ReturnType<typeof setTimeout> | undefined

  // The handle itself is asked: between a transition and its notification `followed` is behind.
  const isLiveKey = (key: QueryKey | undefined) =>
    handle !== null && key?.[1] === sessionIdOf(handle.getState())

  // The rollback of an optimistic update comes after the switch that caused it, and would put the old
  // session's data back.
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
        // As with the handle: a remount comes within the same task.
        clearing = setTimeout(() => clear(() => false))
      }
    },
    signalOf(sessionId) {
      const controller = controllers.get(sessionId) ?? new AbortController()
      // Of a session that is over nothing begins, so that there is nothing to abort.
      if (isLiveKey(toSessionKey(sessionId, []))) controllers.set(sessionId, controller)
      return controller.signal
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
