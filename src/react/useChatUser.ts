'use client'
import { useMemo } from 'react'
import { assertUser, type ChatAuth } from '../core/options.js'
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
 * What `useChatUser` returns: the session, what can be done to it, and how the last of that fared.
 * The actions stay the same functions from render to render. Await them or do not: a failure rejects
 * the promise and is shown as `actionError`, but is never an unhandled rejection.
 */
export interface UseChatUserResult extends SessionSlice, UserActions, SessionActionState {
  readonly isConnected: boolean
  /** For the first time in this session; later it is `isReconnecting`. */
  readonly isConnecting: boolean
  /** The session lives and its requests go out, only its socket is coming back. */
  readonly isReconnecting: boolean
}

/**
 * Who is connected, and the actions that change it. `isPending`, `actionError`, `reset` and the
 * callbacks are those of a TanStack mutation that every action called through this hook runs as.
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
      connectUser(user, tokenOrProvider) {
        assertUser(user)
        const started = auth.connectUser(user, tokenOrProvider)
        return track(started, { type: 'connectUser', userId: user.id })
      },
      switchUser(user, tokenOrProvider, options) {
        assertUser(user)
        const started = auth.switchUser(user, tokenOrProvider, options)
        return track(started, { type: 'switchUser', userId: user.id })
      },
      refreshToken: () => track(auth.refreshToken(), { type: 'refreshToken', userId: null }),
      disconnectUser: () => track(auth.disconnectUser(), { type: 'disconnectUser', userId: null }),
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
