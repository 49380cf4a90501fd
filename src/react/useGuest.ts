'use client'
import type { ChatAuth, GuestUpgrade } from '../core/chatAuth.js'
import type { ChatAuthError } from '../core/errors.js'
import { isLive, type ChatAuthState } from '../core/state.js'
import type { ChatUser, ChatUserInput, TokenProvider } from '../core/types.js'
import { defineHookResult } from './defineHookResult.js'
import { actionFields, type SessionActionCallbacks } from './sessionAction.js'
import { useHookResult } from './useHookResult.js'

/** Result of `useGuest`. */
export interface UseGuestResult {
  /** The guest with the id that the chat backend chose; null unless a guest is connected. */
  readonly guest: ChatUser | null
  /** Whether a guest is connected. */
  readonly isGuest: boolean
  /** Creates a guest on the backend and connects. A failure is never an unhandled rejection. */
  readonly setGuestUser: ChatAuth['setGuestUser']
  /**
   * Switches from the guest to a member. Resolves with both ids, for the app's backend to merge. Returns
   * to the guest if the member cannot connect. A failure is never an unhandled rejection.
   */
  readonly upgrade: (
    user: ChatUserInput,
    tokenOrProvider?: string | TokenProvider,
  ) => Promise<GuestUpgrade>
  /** Whether a call of `setGuestUser` or `upgrade` from this hook is in flight. */
  readonly isPending: boolean
  /** Error of the last call from this hook; null if it succeeded or was superseded. */
  readonly error: ChatAuthError | null
  /** Clears `error`. */
  readonly reset: () => void
}

const result = defineHookResult<UseGuestResult>(
  'useGuest',
  {
    guest: selectGuest,
    isGuest: (state) => selectGuest(state) !== null,
    isPending: actionFields.isPending,
    error: actionFields.actionError,
  },
  {
    setGuestUser: (tools) => (user) =>
      tools.runFor('setGuestUser', user, (copy) => tools.auth.setGuestUser(copy)),
    upgrade: (tools) => (user, tokenOrProvider) =>
      tools.runFor('upgradeGuest', user, (copy) => tools.auth.upgradeGuest(copy, tokenOrProvider)),
    reset: (tools) => () => tools.reset(),
  },
)

/**
 * Connects guests, whom the chat backend creates without an account or a token provider. Re-renders for
 * what was read of the result.
 */
export function useGuest(callbacks?: SessionActionCallbacks): UseGuestResult {
  return useHookResult(result, callbacks)
}

function selectGuest(state: ChatAuthState): ChatUser | null {
  return isLive(state) && state.identity.type === 'guest' ? state.user : null
}
