'use client'
import { useEffect, useRef, useState } from 'react'
import { isChatAuthError } from '../core/errors.js'
import type { ChatAuth } from '../core/options.js'
import type { ChatUser } from '../core/types.js'

interface DeclaredUserProps {
  auth: ChatAuth
  /** A copy: what its store does to the app's object says nothing. */
  user: ChatUser | null | undefined
}

/**
 * Acts on the provider's `user` when its id changes, and only then: what a hook does afterwards stands.
 * A component and not a hook of the provider, because the effects of a first sibling run before those
 * of the children: what they do at mount comes after the declared user, who is connecting by then.
 */
export function DeclaredUser({ auth, user }: DeclaredUserProps): null {
  const acted = useRef<{ auth: ChatAuth; userId: string | null | undefined } | null>(null)
  const [misuse, setMisuse] = useState<unknown>(null)
  if (misuse) throw misuse

  useEffect(() => {
    const userId = user ? user.id : user
    // StrictMode and fast refresh run this again, an inline `user` at every render.
    if (acted.current?.auth === auth && acted.current.userId === userId) return
    acted.current = { auth, userId }
    if (user === undefined) return
    const acting = user ? auth.connectUser(user) : auth.disconnectUser()
    acting.catch((error: unknown) => {
      // Every failure at run time is `status: 'failed'` by now: nothing is lost here, and nobody else
      // could handle the rejection. A missing token provider is a mistake, and as loud as others.
      if (!isChatAuthError(error)) setMisuse(error)
    })
  }, [auth, user])

  return null
}
