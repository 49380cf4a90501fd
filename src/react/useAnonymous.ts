'use client'
import { useCallback } from 'react'
import type { ChatAuthError } from '../core/errors.js'
import { isLive, type ChatAuthState } from '../core/state.js'
import { useChatAuthContext } from './context.js'
import { useSelectedState } from './useSelectedState.js'
import { useSessionAction, type SessionActionCallbacks } from './useSessionAction.js'

/** What `useAnonymous` returns. */
export interface UseAnonymousResult {
  /** Whether an anonymous session is connected. */
  readonly isAnonymous: boolean
  /** Connects without a user: to read what everyone may read. Never an unhandled rejection. */
  readonly connectAnonymousUser: () => Promise<void>
  /** Whether a call of `connectAnonymousUser` from this hook is under way. */
  readonly isPending: boolean
  /** Why the last call from this hook failed; null also if a later action took its place. */
  readonly error: ChatAuthError | null
  /** Forgets how it fared: `error` is null again. */
  readonly reset: () => void
}

/** Anonymous reading: no user, no token, and no token provider is asked. */
export function useAnonymous(callbacks?: SessionActionCallbacks): UseAnonymousResult {
  const { auth } = useChatAuthContext('useAnonymous')
  const isAnonymous = useSelectedState(auth, selectIsAnonymous)
  const { track, isPending, actionError, reset } = useSessionAction('useAnonymous', callbacks)

  const connectAnonymousUser = useCallback(
    () => track(auth.connectAnonymousUser(), { type: 'connectAnonymousUser', userId: null }),
    [auth, track],
  )

  return { isAnonymous, connectAnonymousUser, isPending, error: actionError, reset }
}

function selectIsAnonymous(state: ChatAuthState): boolean {
  return isLive(state) && state.identity.type === 'anonymous'
}
