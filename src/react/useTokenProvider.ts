'use client'
import { useState } from 'react'
import type { ChatAuth } from '../core/chatAuth.js'
import { isLive, type ChatAuthState } from '../core/state.js'
import { useChatAuthContext } from './context.js'
import { useSelectedState } from './useSelectedState.js'

/**
 * Returns a function that resolves with the session's good token, as other SDKs of the same service take
 * for their `tokenProvider`. The app's own provider is called once for all of them, and a log-out ends
 * them all: the function then rejects.
 *
 * The function is stable across renders, renewals and reconnects. It belongs to one user: when another
 * one connects, the hook returns another function, and the old one rejects with `session-ended`.
 *
 * @example
 * const tokenProvider = useTokenProvider()
 * useEffect(() => {
 *   if (!user) return
 *   const client = new StreamVideoClient({ apiKey, user, tokenProvider })
 *   return () => void client.disconnectUser()
 * }, [user?.id, tokenProvider])
 */
export function useTokenProvider(): () => Promise<string> {
  const { auth } = useChatAuthContext('useTokenProvider')
  const userId = useSelectedState(auth, selectUserId)
  const [bound, setBound] = useState(() => bind(auth, userId))
  if (bound.isFor(auth, userId)) return bound.tokenProvider
  const next = bind(auth, userId)
  setBound(next)
  return next.tokenProvider
}

interface BoundProvider {
  readonly tokenProvider: () => Promise<string>
  isFor(auth: ChatAuth, userId: string | null): boolean
}

function bind(auth: ChatAuth, userId: string | null): BoundProvider {
  /** The user whom the function serves; null until somebody is known when it is called. */
  let owner = userId

  return {
    async tokenProvider() {
      // The backend chooses a guest's id: until the guest is connected, nobody knows it.
      if (owner === null && isGuestComing(auth.getState())) await auth.ready()
      owner ??= selectUserId(auth.getState())
      return auth.getToken(owner === null ? {} : { userId: owner })
    },
    // Somebody who logs out and in again keeps the function that their other SDKs hold.
    isFor: (handle, id) => handle === auth && (id === null || owner === null || id === owner),
  }
}

function selectUserId(state: ChatAuthState): string | null {
  if (isLive(state)) return state.user.id
  if (!('identity' in state) || state.identity.type !== 'user') return null
  return state.identity.user.id
}

function isGuestComing(state: ChatAuthState): boolean {
  return 'identity' in state && state.identity.type === 'guest' && !isLive(state)
}
