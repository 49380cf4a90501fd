'use client'
import { useCallback } from 'react'
import type { ChatAuth } from '../core/chatAuth.js'
import type { ChatAuthError } from '../core/errors.js'
import { isLive, type ChatAuthState } from '../core/state.js'
import { useChatAuthContext } from './context.js'
import { useSelectedState } from './useSelectedState.js'
import { useSessionAction, type SessionActionCallbacks } from './useSessionAction.js'

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

/** Connects anonymous readers, without a user, a token or a token provider. */
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
