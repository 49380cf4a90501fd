'use client'
import {
  MutationObserver,
  notifyManager,
  shouldThrowError,
  type MutateOptions,
  type MutationMeta,
  type UseMutationOptions,
  type UseMutationResult,
} from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { ChatAuthError } from '../core/errors.js'
import type { ChatAuth } from '../core/options.js'
import { requestContextOf, sessionIdOf, type ChatRequestContext } from './chatSession.js'
import { useChatAuthContext } from './context.js'
import { ignoreRejection } from './ignoreRejection.js'
import { retryUnlessFinal } from './retryUnlessFinal.js'
import { toSessionKey, type SessionData } from './sessionData.js'
import { useForgetfulStore } from './useForgetfulStore.js'
import { usePerSession } from './usePerSession.js'
import { useSelectedState } from './useSelectedState.js'

/** What the `mutationFn` of `useChatMutation` is called with, after the variables. */
export interface ChatMutationContext<Client = unknown> extends ChatRequestContext<Client> {
  /** Aborted when the session ends. */
  readonly signal: AbortSignal
  readonly meta: MutationMeta | undefined
}

/** The options of `useChatMutation`: those of TanStack's `useMutation`. */
export interface UseChatMutationOptions<
  Data = unknown,
  Failure = Error,
  Variables = void,
  OnMutateResult = unknown,
  Client = unknown,
> extends Omit<UseMutationOptions<Data, Failure, Variables, OnMutateResult>, 'mutationFn'> {
  mutationFn: (variables: Variables, context: ChatMutationContext<Client>) => Promise<Data>
}

/**
 * TanStack's `useMutation`, bound to the session in which it was rendered: `mutate` acts as that
 * session's user or not at all. When the session ends, what is under way fails with `session-ended`,
 * `onSuccess` is not called, and result and variables are forgotten before anyone sees the next one.
 * Before a session has connected it fails with `not-connected`.
 *
 * @example
 * const send = useChatMutation({
 *   mutationFn: (text: string, { fetch }) =>
 *     fetch('/channels/messaging/team/message', { method: 'POST', body: JSON.stringify({ text }) }),
 * })
 */
export function useChatMutation<
  Data = unknown,
  Failure = Error,
  Variables = void,
  OnMutateResult = unknown,
  Client = unknown,
>(
  options: UseChatMutationOptions<Data, Failure, Variables, OnMutateResult, Client>,
): UseMutationResult<Data, Failure, Variables, OnMutateResult> {
  const { auth, sessionData } = useChatAuthContext('useChatMutation')
  const sessionId = useSelectedState(auth, sessionIdOf)
  const bound = useMemo(
    () => bindToSession(options, auth, sessionData, sessionId),
    [options, auth, sessionData, sessionId],
  )
  const observer = usePerSession(
    sessionId,
    () => new MutationObserver(sessionData.queryClient, bound),
  )

  useEffect(() => observer.setOptions(bound), [observer, bound])

  const { subscribe, getResult } = useMemo(() => storeOf(observer), [observer])
  const result = useForgetfulStore(subscribe, getResult)

  const actions = useMemo(() => {
    const mutateAsync = (
      variables: Variables,
      callbacks?: MutateOptions<Data, Failure, Variables, OnMutateResult>,
    ) => unlessEnded(sessionData.signalOf(sessionId), () => observer.mutate(variables, callbacks))
    const mutate = (...args: Parameters<typeof mutateAsync>) =>
      void ignoreRejection(mutateAsync(...args))
    return { mutate, mutateAsync }
  }, [observer, sessionData, sessionId])

  if (result.error && shouldThrowError(observer.options.throwOnError, [result.error])) {
    throw result.error
  }
  return { ...result, ...actions } as UseMutationResult<Data, Failure, Variables, OnMutateResult>
}

function storeOf<Data, Failure, Variables, OnMutateResult>(
  observer: MutationObserver<Data, Failure, Variables, OnMutateResult>,
) {
  return {
    getResult: () => observer.getCurrentResult(),
    subscribe: (listener: () => void) => observer.subscribe(notifyManager.batchCalls(listener)),
  }
}

function bindToSession<Data, Failure, Variables, OnMutateResult, Client>(
  options: UseChatMutationOptions<Data, Failure, Variables, OnMutateResult, Client>,
  auth: ChatAuth,
  sessionData: SessionData,
  sessionId: string | null,
): UseMutationOptions<Data, Failure, Variables, OnMutateResult> {
  const { mutationFn, mutationKey = [], retry, onMutate, onSuccess, onSettled, ...rest } = options
  const context = () => requestContextOf<Client>(auth, sessionId)
  return {
    ...rest,
    mutationKey: toSessionKey(sessionId, mutationKey),
    ...(retry !== undefined && { retry: retryUnlessFinal(retry) }),
    onMutate(...args) {
      context()
      // As in TanStack Query, whose type says that `onMutateResult` is there if `onMutate` is.
      return onMutate?.(...args) as OnMutateResult
    },
    async mutationFn(variables, { meta }) {
      const signal = sessionData.signalOf(sessionId)
      const started = { ...context(), signal, meta }
      return unlessEnded(signal, async () => mutationFn(variables, started))
    },
    // Throwing makes a failure of it: a session that was superseded in between has no success.
    onSuccess(...args) {
      context()
      return onSuccess?.(...args)
    },
    onSettled(...args) {
      if (args[1] === null) context()
      return onSettled?.(...args)
    },
  }
}

/** What `start` promises, unless the session ends first: a paused mutation would never settle. */
function unlessEnded<Data>(signal: AbortSignal, start: () => Promise<Data>): Promise<Data> {
  return new Promise((resolve, reject) => {
    const end = () => reject(new ChatAuthError('session-ended'))
    signal.addEventListener('abort', end, { once: true })
    start()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', end))
  })
}
