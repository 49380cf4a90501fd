'use client'
import {
  skipToken,
  type DefinedUseQueryResult,
  type NonUndefinedGuard,
  type QueryFunctionContext,
  type QueryKey,
  type QueryMeta,
  type SkipToken,
  type UseQueryOptions,
  type UseQueryResult,
} from '@tanstack/react-query'
import { requestContextOf, sessionIdOf, type ChatRequestContext } from './chatSession.js'
import { useChatAuthContext } from './context.js'
import { retryUnlessFinal } from './retryUnlessFinal.js'
import { toSessionKey, type SessionKey } from './sessionData.js'
import { useSelectedState } from './useSelectedState.js'
import { useSessionQuery } from './useSessionQuery.js'

/** Argument of the `queryFn` of `useChatQuery`. */
export interface ChatQueryContext<
  Client = unknown,
  Key extends QueryKey = QueryKey,
> extends ChatRequestContext<Client> {
  /** Query key as given, without the session. */
  readonly queryKey: Key
  /** Signal that aborts when the session ends. Once read, it also aborts when the query has no observer. */
  readonly signal: AbortSignal
  readonly meta: QueryMeta | undefined
}

/** Options of `useChatQuery`: those of TanStack's `useQuery` that keep data inside its session. */
export interface UseChatQueryOptions<
  Data = unknown,
  Failure = Error,
  Selected = Data,
  Key extends QueryKey = QueryKey,
  Client = unknown,
> extends Omit<
  UseQueryOptions<Data, Failure, Selected, SessionKey<Key>>,
  'queryKey' | 'queryFn' | 'queryKeyHashFn' | 'persister' | 'structuralSharing'
> {
  /** Key of the query; the session id is added. */
  queryKey: Key
  queryFn: ((context: ChatQueryContext<Client, Key>) => Data | Promise<Data>) | SkipToken
  /**
   * Whether unchanged parts of the data keep their references.
   * @default true
   */
  structuralSharing?: boolean
}

/**
 * Binds TanStack's `useQuery` to the session. The query waits until a session has connected, and its data
 * is dropped before the next session is visible. Token renewals do not affect the query. A
 * `ChatAuthError` that is not `retryable` is never retried; the app's `retry` decides about other errors.
 *
 * @example
 * const channels = useChatQuery({
 *   queryKey: ['channels'],
 *   queryFn: async ({ fetch, signal }) => (await fetch('/channels', { signal })).json(),
 * })
 */
export function useChatQuery<
  Data = unknown,
  Failure = Error,
  Selected = Data,
  const Key extends QueryKey = QueryKey,
  Client = unknown,
>(
  options: UseChatQueryOptions<Data, Failure, Selected, Key, Client> & {
    /** Initial data for every session, with which `data` is never undefined. */
    initialData: NonUndefinedGuard<Data> | (() => NonUndefinedGuard<Data>)
  },
): DefinedUseQueryResult<Selected, Failure>
export function useChatQuery<
  Data = unknown,
  Failure = Error,
  Selected = Data,
  const Key extends QueryKey = QueryKey,
  Client = unknown,
>(
  options: UseChatQueryOptions<Data, Failure, Selected, Key, Client>,
): UseQueryResult<Selected, Failure>
export function useChatQuery<Data, Failure, Selected, Key extends QueryKey, Client>(
  options: UseChatQueryOptions<Data, Failure, Selected, Key, Client>,
): UseQueryResult<Selected, Failure> {
  const { auth, sessionData } = useChatAuthContext('useChatQuery')
  const sessionId = useSelectedState(auth, sessionIdOf)
  const { queryKey, queryFn, retry, ...rest } = options

  return useSessionQuery<Data, Failure, Selected, SessionKey<Key>>(
    {
      ...rest,
      queryKey: toSessionKey(sessionId, queryKey),
      queryFn:
        queryFn === skipToken
          ? skipToken
          : (context) =>
              queryFn(withSignal(context, { ...requestContextOf(auth, sessionId), queryKey })),
      ...(sessionId === null && { enabled: false }),
      ...(retry !== undefined && { retry: retryUnlessFinal(retry) }),
    },
    sessionId,
    sessionData.queryClient,
  )
}

/** Adds the signal as a getter, because reading TanStack's `signal` opts in to cancellation at unmount. */
function withSignal<Context extends object>(
  source: Pick<QueryFunctionContext, 'meta' | 'signal'>,
  context: Context,
) {
  return {
    ...context,
    meta: source.meta,
    get signal() {
      return source.signal
    },
  }
}
