'use client'
import { useMutation, type UseMutationOptions } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import type { ChatAuthError } from '../core/errors.js'
import { useChatAuthContext } from './context.js'
import { ignoreRejection } from './ignoreRejection.js'

/** What an action's mutation shows of itself, as its `variables`: never a token, nor a provider. */
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
  /** Whom to connect; null where that is not the question. */
  readonly userId: string | null
}

/** TanStack Query's callbacks of a mutation, told of every action called through this hook. */
export type SessionActionCallbacks = Pick<
  UseMutationOptions<void, ChatAuthError, SessionAction>,
  'onMutate' | 'onSuccess' | 'onError' | 'onSettled'
>

/** How the last action called through this hook fares: a TanStack mutation. */
export interface SessionActionState {
  /** Whether it is still under way. */
  readonly isPending: boolean
  /** Which one that is, or null. */
  readonly pendingAction: SessionAction['type'] | null
  /**
   * Why it failed, or null. `superseded` is left out: a later action took its place, and there is
   * nothing to tell the user. The promise and `onError` get it nevertheless.
   */
  readonly actionError: ChatAuthError | null
  /** Forgets how it fared: `actionError` is null again. */
  readonly reset: () => void
}

interface RunnableAction extends SessionActionState {
  /** Makes a mutation of what has just been started. */
  readonly track: <T>(started: Promise<T>, action: SessionAction) => Promise<T>
}

// The promises are kept beside the mutations and not in their variables, which stay in the cache: a
// closure there would keep the token it was given.
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
      // Set against an app's own defaults: core knows what to try again and when there is a network,
      // and a log-out must work without one. Failures are state, not a reason to tear down the tree.
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
        // A success shows nothing; its variables and what `onMutate` returned would outlive the session.
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
    actionError: error?.code === 'superseded' ? null : error,
    reset,
    track,
  }
}

async function resultOf(action: SessionAction): Promise<void> {
  await underway.get(action)
}
