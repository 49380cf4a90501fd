'use client'
import { useMemo } from 'react'
import { assertUser } from '../core/options.js'
import type { ChatAuth, DisconnectOptions } from '../core/chatAuth.js'
import { useChatAuthContext } from './context.js'
import { selectSession, type SessionSlice } from './selectSession.js'
import { shallowEqual, useSelectedState } from './useSelectedState.js'
import {
  useSessionAction,
  type SessionActionCallbacks,
  type SessionActionState,
} from './useSessionAction.js'

type UserActions = Pick<
  ChatAuth,
  'connectUser' | 'switchUser' | 'refreshToken' | 'disconnectUser' | 'retry'
>

/**
 * Result of `useChatUser`: the session, its actions, and the outcome of the last action. The actions are
 * stable across renders. A failed action rejects its promise and sets `actionError`. The rejection is
 * never unhandled, so awaiting an action is optional.
 */
export interface UseChatUserResult extends SessionSlice, UserActions, SessionActionState {
  readonly isConnected: boolean
  /** Whether a session connects for the first time; later reconnects set `isReconnecting`. */
  readonly isConnecting: boolean
  /** Whether the live session's socket is being reopened; requests still go out. */
  readonly isReconnecting: boolean
}

/**
 * Returns the session and the actions that change it. Every action runs as a TanStack mutation, which
 * gives `isPending`, `actionError`, `reset` and the callbacks.
 *
 * @example
 * const { user, isPending, actionError, connectUser } = useChatUser()
 * const onSubmit = async () => {
 *   await connectUser({ id: 'jane', name: 'Jane' })
 *   navigate('/inbox')
 * }
 */
export function useChatUser(callbacks?: SessionActionCallbacks): UseChatUserResult {
  const { auth } = useChatAuthContext('useChatUser')
  const session = useSelectedState(auth, selectSession, shallowEqual)
  const { track, ...action } = useSessionAction('useChatUser', callbacks)

  const actions = useMemo<UserActions>(
    () => ({
      connectUser(user, tokenOrProvider, options) {
        assertUser(user)
        const started = auth.connectUser(user, tokenOrProvider, options)
        return track(started, { type: 'connectUser', userId: user.id })
      },
      switchUser(user, tokenOrProvider, options) {
        assertUser(user)
        const started = auth.switchUser(user, tokenOrProvider, options)
        return track(started, { type: 'switchUser', userId: user.id })
      },
      refreshToken: () => track(auth.refreshToken(), { type: 'refreshToken', userId: null }),
      disconnectUser: (options?: DisconnectOptions) =>
        track(auth.disconnectUser(options), { type: 'disconnectUser', userId: null }),
      retry: () => track(auth.retry(), { type: 'retry', userId: null }),
    }),
    [auth, track],
  )

  return {
    ...session,
    isConnected: session.status === 'connected',
    isConnecting: session.status === 'connecting',
    isReconnecting: session.status === 'reconnecting',
    ...actions,
    ...action,
  }
}
