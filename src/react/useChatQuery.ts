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

/** What the `queryFn` of `useChatQuery` is called with. */
export interface ChatQueryContext<
  Client = unknown,
  Key extends QueryKey = QueryKey,
> extends ChatRequestContext<Client> {
  /** As it was given, without the session. */
  readonly queryKey: Key
  /** Aborted when the session ends or, once it was read, when nobody wants the data any more. */
  readonly signal: AbortSignal
  readonly meta: QueryMeta | undefined
}

/**
 * The options of `useChatQuery`: those of TanStack's `useQuery`, without the ones that could take data
 * out of its session.
 */
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
  /** What is asked for; the session is added to it. */
  queryKey: Key
  queryFn: ((context: ChatQueryContext<Client, Key>) => Data | Promise<Data>) | SkipToken
  /** @default true */
  structuralSharing?: boolean
}

/**
 * TanStack's `useQuery`, bound to the session: it waits until one has connected, asks as its user,
 * and forgets everything when that session ends, before anyone sees the next. A refresh of the token
 * is invisible to it. Errors of this library that are not `retryable` are not tried again; for all
 * others the app's own `retry` counts.
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
    /** Data to begin with, in every session: `data` is never undefined then. */
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

/** Reading TanStack's `signal` asks for cancellation at unmount: whether to do so is the app's choice. */
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
