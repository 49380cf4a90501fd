'use client'
import type { ChatAuth, DisconnectOptions } from '../core/chatAuth.js'
import { defineHookResult } from './defineHookResult.js'
import { sessionFields, type SessionSlice } from './selectSession.js'
import {
  actionFields,
  type SessionActionCallbacks,
  type SessionActionState,
} from './sessionAction.js'
import { useHookResult } from './useHookResult.js'

type UserActions = Pick<
  ChatAuth,
  'connectUser' | 'switchUser' | 'updateUser' | 'refreshToken' | 'disconnectUser' | 'retry'
>

/**
 * Result of `useChatUser`: the session, its actions, and the outcome of the last action. A union by
 * `status`, also once destructured: `if (status === 'failed') error.code`. A component re-renders for
 * those fields alone that it has read. Rest and spread read all of them.
 *
 * The actions are stable across renders. A failed action rejects its promise and sets `actionError`. The
 * rejection is never unhandled, so awaiting an action is optional.
 */
export type UseChatUserResult = SessionSlice & UserActions & SessionActionState

const result = defineHookResult<UseChatUserResult>(
  'useChatUser',
  { ...sessionFields, ...actionFields },
  {
    connectUser: (tools) => (user, tokenOrProvider, options) =>
      tools.runFor('connectUser', user, (copy) =>
        tools.auth.connectUser(copy, tokenOrProvider, options),
      ),
    switchUser: (tools) => (user, tokenOrProvider, options) =>
      tools.runFor('switchUser', user, (copy) =>
        tools.auth.switchUser(copy, tokenOrProvider, options),
      ),
    updateUser: (tools) => (fields) => tools.run('updateUser', tools.auth.updateUser(fields)),
    refreshToken: (tools) => () => tools.run('refreshToken', tools.auth.refreshToken()),
    disconnectUser: (tools) => (options?: DisconnectOptions) =>
      tools.run('disconnectUser', tools.auth.disconnectUser(options)),
    retry: (tools) => () => tools.run('retry', tools.auth.retry()),
    reset: (tools) => () => tools.reset(),
  },
)

/**
 * Returns the session and the actions that change it. Every action runs as a TanStack mutation, which
 * gives `isPending`, `actionError`, `reset` and the callbacks; it is made when an action is called.
 *
 * @example
 * const { user, isPending, actionError, connectUser } = useChatUser()
 * const onSubmit = async () => {
 *   await connectUser({ id: 'jane', name: 'Jane' })
 *   navigate('/inbox')
 * }
 */
export function useChatUser(callbacks?: SessionActionCallbacks): UseChatUserResult {
  return useHookResult(result, callbacks)
}
