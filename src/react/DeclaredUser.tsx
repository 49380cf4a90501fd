'use client'
import { useEffect, useRef, useState } from 'react'
import { isChatAuthError } from '../core/errors.js'
import type { ChatAuth } from '../core/chatAuth.js'
import type { ChatUser } from '../core/types.js'
import { showAgain } from './hiddenSession.js'
import { useDeclaredProfile } from './useDeclaredProfile.js'

interface DeclaredUserProps {
  auth: ChatAuth
  /** Copy of the app's object, so that later changes to that object have no effect. */
  user: ChatUser | null | undefined
}

/**
 * Connects, switches or logs out when the id of the provider's `user` changes. This is a component, not a
 * hook of the provider, because effects of a first sibling run before effects of the children. Actions
 * that children take at mount therefore follow the declared user's.
 */
export function DeclaredUser({ auth, user }: DeclaredUserProps): null {
  const acted = useRef<{ auth: ChatAuth; userId: string | null | undefined } | null>(null)
  const [misuse, setMisuse] = useState<unknown>(null)
  if (misuse) throw misuse

  useDeclaredProfile(auth, user)

  useEffect(() => {
    const userId = user ? user.id : user
    // StrictMode and fast refresh repeat this effect, and an inline `user` repeats it at every render.
    if (acted.current?.auth === auth && acted.current.userId === userId) return
    const isUnchanged = user === undefined || acted.current?.userId === userId
    acted.current = { auth, userId }
    // Shown again after <Activity> hid it: who was connected then decides, as long as the prop is the same.
    if (isUnchanged && showAgain(auth, userId)) return
    if (user === undefined) return
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
  }, [auth, user])

  return null
}

function isCurrent(auth: ChatAuth, { id }: ChatUser): boolean {
  const state = auth.getState()
  if (!('token' in state)) return false
  return state.identity.type === 'user' && state.identity.user.id === id
}
