'use client'
import { useEffect, useRef, useState } from 'react'
import { isChatAuthError } from '../core/errors.js'
import type { ChatAuth } from '../core/chatAuth.js'
import type { ChatAuthState } from '../core/state.js'
import type { ChatUser } from '../core/types.js'
import { showAgain } from './hiddenSession.js'
import { useDeclaredProfile } from './useDeclaredProfile.js'

interface DeclaredUserProps {
  auth: ChatAuth
  /** Copy of the app's object, so that later changes to that object have no effect. */
  user: ChatUser | null | undefined
  /** The provider's `tokenProvider`, if that is a static token. */
  staticToken: string | null
}

/**
 * Connects, switches or logs out when the id of the provider's `user` changes. This is a component, not a
 * hook of the provider, because effects of a first sibling run before effects of the children. Actions
 * that children take at mount therefore follow the declared user's.
 */
export function DeclaredUser({ auth, user, staticToken }: DeclaredUserProps): null {
  const acted = useRef<Declared | null>(null)
  const [misuse, setMisuse] = useState<unknown>(null)
  if (misuse) throw misuse

  useDeclaredProfile(auth, user)

  useEffect(() => {
    const userId = user ? user.id : user
    // StrictMode and fast refresh repeat this effect, and an inline `user` repeats it at every render.
    const before = acted.current
    const isSame = before?.auth === auth && before.userId === userId
    if (isSame && before.staticToken === staticToken) return
    const isUnchanged = user === undefined || before?.userId === userId
    acted.current = { auth, userId, staticToken }
    // Shown again after <Activity> hid it: who was connected then decides, as long as the prop is the same.
    if (isUnchanged && showAgain(auth, userId)) return
    if (user === undefined) return
    // Another static token is for the session that there is: it revives no user who has logged out.
    if (isSame && !hasSessionOf(auth.getState(), userId)) return
    // A session of this user that is already there keeps the profile that it has.
    const asked = user && isCurrent(auth, user) ? { id: user.id } : user
    const acting = asked
      ? auth.connectUser(asked, undefined, { declared: true })
      : auth.disconnectUser()
    acting.catch((error: unknown) => {
      // A runtime failure is already `status: 'failed'`, so its rejection is dropped. Misuse, such as a
      // missing token provider, is thrown in render.
      if (!isChatAuthError(error)) setMisuse(error)
    })
  }, [auth, user, staticToken])

  return null
}

interface Declared {
  readonly auth: ChatAuth
  readonly userId: string | null | undefined
  readonly staticToken: string | null
}

function isCurrent(auth: ChatAuth, { id }: ChatUser): boolean {
  const state = auth.getState()
  return 'token' in state && hasSessionOf(state, id)
}

function hasSessionOf(state: ChatAuthState, userId: string | null | undefined): boolean {
  if (!('identity' in state) || state.status === 'disconnecting') return false
  return state.identity.type === 'user' && state.identity.user.id === userId
}
