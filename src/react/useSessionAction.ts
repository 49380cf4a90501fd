'use client'
import { useMutation, type UseMutationOptions } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import type { ChatAuthError } from '../core/errors.js'
import { useChatAuthContext } from './context.js'
import { ignoreRejection } from './ignoreRejection.js'

/** The `variables` of an action's mutation; never contains a token or a provider. */
export interface SessionAction {
  readonly type:
    | 'connectUser'
    | 'switchUser'
    | 'setGuestUser'
    | 'upgradeGuest'
    | 'connectAnonymousUser'
    | 'refreshToken'
    | 'retry'
    | 'disconnectUser'
  /** Id of the user to connect; null for other actions. */
  readonly userId: string | null
}

/** TanStack Query's mutation callbacks, called for every action of this hook. */
export type SessionActionCallbacks = Pick<
  UseMutationOptions<void, ChatAuthError, SessionAction>,
  'onMutate' | 'onSuccess' | 'onError' | 'onSettled'
>

/** State of the last action called through this hook, from its TanStack mutation. */
export interface SessionActionState {
  /** Whether the action is in flight. */
  readonly isPending: boolean
  /** Type of the action in flight, or null. */
  readonly pendingAction: SessionAction['type'] | null
  /**
   * Error of the action, or null. `superseded` and `vetoed` set no error: a later action took its place,
   * or a person kept the session. The promise and `onError` receive both.
   */
  readonly actionError: ChatAuthError | null
  /** Clears `actionError`. */
  readonly reset: () => void
}

interface RunnableAction extends SessionActionState {
  /** Wraps a started action in a mutation. */
  readonly track: <T>(started: Promise<T>, action: SessionAction) => Promise<T>
}

// Promises are kept outside the mutations' variables, because a closure in the cache would keep its token.
const underway = new WeakMap<SessionAction, Promise<unknown>>()

export function useSessionAction(
  hook: string,
  callbacks: SessionActionCallbacks | undefined,
): RunnableAction {
  const { queryClient } = useChatAuthContext(hook)
  const { mutateAsync, isPending, variables, error, reset } = useMutation<
    void,
    ChatAuthError,
    SessionAction
  >(
    {
      ...callbacks,
      mutationKey: ['chat-auth'],
      mutationFn: resultOf,
      // Overrides the app's defaults. Core retries and tracks the network itself, and a log-out must work
      // offline. Failures become state and must not reach an error boundary.
      retry: false,
      networkMode: 'always',
      throwOnError: false,
      gcTime: 0,
    },
    queryClient,
  )

  const latest = useRef<SessionAction | null>(null)

  const track = useCallback(
    <T>(started: Promise<T>, action: SessionAction) => {
      underway.set(action, ignoreRejection(started))
      latest.current = action
      const done = mutateAsync(action).then(() => {
        // Reset after a success, whose variables and `onMutate` result would outlive the session.
        if (latest.current === action) reset()
        return started
      })
      return ignoreRejection(done)
    },
    [mutateAsync, reset],
  )

  return {
    isPending,
    pendingAction: isPending ? variables.type : null,
    actionError: error && isAnswer(error) ? null : error,
    reset,
    track,
  }
}

async function resultOf(action: SessionAction): Promise<void> {
  await underway.get(action)
}

/** Whether the action ended in an answer, and not in a failure. */
function isAnswer({ code }: ChatAuthError): boolean {
  return code === 'superseded' || code === 'vetoed'
}
