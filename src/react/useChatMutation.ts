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
import type { ChatAuth } from '../core/chatAuth.js'
import { requestContextOf, sessionIdOf, type ChatRequestContext } from './chatSession.js'
import { useChatAuthContext } from './context.js'
import { ignoreRejection } from './ignoreRejection.js'
import { retryUnlessFinal } from './retryUnlessFinal.js'
import { toSessionKey, type SessionData } from './sessionData.js'
import { useForgetfulStore } from './useForgetfulStore.js'
import { usePerSession } from './usePerSession.js'
import { useSelectedState } from './useSelectedState.js'

/** Second argument of the `mutationFn` of `useChatMutation`, after the variables. */
export interface ChatMutationContext<Client = unknown> extends ChatRequestContext<Client> {
  /** Signal that aborts when the session ends. */
  readonly signal: AbortSignal
  readonly meta: MutationMeta | undefined
}

/** Options of `useChatMutation`: those of TanStack's `useMutation`. */
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
 * Binds TanStack's `useMutation` to the session in which it was rendered, so that `mutate` never acts as
 * another user. When the session ends, a mutation in flight fails with `session-ended` and `onSuccess` is
 * not called. Result and variables are cleared before the next session is visible. Without a connected
 * session, `mutate` fails with `not-connected`.
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
      // TanStack Query types the result as present whenever `onMutate` is.
      return onMutate?.(...args) as OnMutateResult
    },
    async mutationFn(variables, { meta }) {
      const signal = sessionData.signalOf(sessionId)
      const started = { ...context(), signal, meta }
      return unlessEnded(signal, async () => mutationFn(variables, started))
    },
    // answer arrives → switch → `onSuccess`: without this throw, the old session's success is reported.
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

/** Settles as `start` does, or rejects when the session ends; a paused mutation would never settle. */
function unlessEnded<Data>(signal: AbortSignal, start: () => Promise<Data>): Promise<Data> {
  return new Promise((resolve, reject) => {
    const end = () => reject(new ChatAuthError('session-ended'))
    signal.addEventListener('abort', end, { once: true })
    start()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', end))
  })
}
