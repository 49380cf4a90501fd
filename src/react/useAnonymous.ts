'use client'
import type { ChatAuth } from '../core/chatAuth.js'
import type { ChatAuthError } from '../core/errors.js'
import { isLive } from '../core/state.js'
import { defineHookResult } from './defineHookResult.js'
import { actionFields, type SessionActionCallbacks } from './sessionAction.js'
import { useHookResult } from './useHookResult.js'

/** Result of `useAnonymous`. */
export interface UseAnonymousResult {
  /** Whether an anonymous session is connected. */
  readonly isAnonymous: boolean
  /** Connects anonymously, for public channels. A failure is never an unhandled rejection. */
  readonly connectAnonymousUser: ChatAuth['connectAnonymousUser']
  /** Whether a call of `connectAnonymousUser` from this hook is in flight. */
  readonly isPending: boolean
  /** Error of the last call from this hook; null if it succeeded or was superseded. */
  readonly error: ChatAuthError | null
  /** Clears `error`. */
  readonly reset: () => void
}

const result = defineHookResult<UseAnonymousResult>(
  'useAnonymous',
  {
    isAnonymous: (state) => isLive(state) && state.identity.type === 'anonymous',
    isPending: actionFields.isPending,
    error: actionFields.actionError,
  },
  {
    connectAnonymousUser: (tools) => () =>
      tools.run('connectAnonymousUser', tools.auth.connectAnonymousUser()),
    reset: (tools) => () => tools.reset(),
  },
)

/**
 * Connects anonymous readers, without a user, a token or a token provider. Re-renders for what was read
 * of the result.
 */
export function useAnonymous(callbacks?: SessionActionCallbacks): UseAnonymousResult {
  return useHookResult(result, callbacks)
}
