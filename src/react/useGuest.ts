'use client'
import { useCallback } from 'react'
import type { ChatAuthError } from '../core/errors.js'
import { assertUser, type GuestUpgrade } from '../core/options.js'
import { isLive, type ChatAuthState } from '../core/state.js'
import type { ChatUser, ChatUserInput, TokenProvider } from '../core/types.js'
import { useChatAuthContext } from './context.js'
import { useSelectedState } from './useSelectedState.js'
import { useSessionAction, type SessionActionCallbacks } from './useSessionAction.js'

/** What `useGuest` returns. */
export interface UseGuestResult {
  /** The guest as the chat backend made them, with the id that counts; null unless one is connected. */
  readonly guest: ChatUser | null
  /** Whether a guest is connected. */
  readonly isGuest: boolean
  /** Has the backend make a guest and connects as them. Never an unhandled rejection. */
  readonly setGuestUser: (user: ChatUserInput) => Promise<void>
  /**
   * Makes the guest a member, and resolves with both ids, for the app's backend to merge. Goes back to
   * the guest if the member cannot connect. Never an unhandled rejection.
   */
  readonly upgrade: (
    user: ChatUserInput,
    tokenOrProvider?: string | TokenProvider,
  ) => Promise<GuestUpgrade>
  /** Whether a call of `setGuestUser` or `upgrade` from this hook is under way. */
  readonly isPending: boolean
  /** Why the last call from this hook failed; null also if a later action took its place. */
  readonly error: ChatAuthError | null
  /** Forgets how it fared: `error` is null again. */
  readonly reset: () => void
}

/** Guests: people without an account, whom the chat backend itself makes. Needs no token provider. */
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
