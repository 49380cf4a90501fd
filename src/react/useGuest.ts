'use client'
import { useCallback } from 'react'
import type { ChatAuthError } from '../core/errors.js'
import { assertUser } from '../core/options.js'
import type { ChatAuth, GuestUpgrade } from '../core/chatAuth.js'
import { isLive, type ChatAuthState } from '../core/state.js'
import type { ChatUser, ChatUserInput, TokenProvider } from '../core/types.js'
import { useChatAuthContext } from './context.js'
import { useSelectedState } from './useSelectedState.js'
import { useSessionAction, type SessionActionCallbacks } from './useSessionAction.js'

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

/** Connects guests, whom the chat backend creates without an account or a token provider. */
export function useGuest(callbacks?: SessionActionCallbacks): UseGuestResult {
  const { auth } = useChatAuthContext('useGuest')
  const guest = useSelectedState(auth, selectGuest)
  const { track, isPending, actionError, reset } = useSessionAction('useGuest', callbacks)

  const setGuestUser = useCallback(
    (user: ChatUserInput) => {
      assertUser(user)
      return track(auth.setGuestUser(user), { type: 'setGuestUser', userId: user.id })
    },
    [auth, track],
  )

  const upgrade = useCallback(
    (user: ChatUserInput, tokenOrProvider?: string | TokenProvider) => {
      assertUser(user)
      const started = auth.upgradeGuest(user, tokenOrProvider)
      return track(started, { type: 'upgradeGuest', userId: user.id })
    },
    [auth, track],
  )

  const isGuest = guest !== null
  return { guest, isGuest, setGuestUser, upgrade, isPending, error: actionError, reset }
}

function selectGuest(state: ChatAuthState): ChatUser | null {
  return isLive(state) && state.identity.type === 'guest' ? state.user : null
}
