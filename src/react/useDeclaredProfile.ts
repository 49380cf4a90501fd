'use client'
import { useEffect, useRef } from 'react'
import type { ChatAuth } from '../core/chatAuth.js'
import { isChatAuthError } from '../core/errors.js'
import type { ChatAuthState } from '../core/state.js'
import { isEqualJson } from '../core/tools/isEqualJson.js'
import type { ChatUser } from '../core/types.js'

/** The declared user as far as the session was told of them. */
interface Told {
  readonly auth: ChatAuth
  readonly user: ChatUser
}

/**
 * Sends the fields of the provider's `user` that change under the same id: once, and when that user is
 * connected. A mount sends nothing, because the session that it begins carries the fields itself.
 */
export function useDeclaredProfile(auth: ChatAuth, user: ChatUser | null | undefined): void {
  const told = useRef<Told | null>(null)

  useEffect(() => {
    if (!user) {
      told.current = null
      return
    }
    const before = told.current
    const isSame = before?.auth === auth && before.user.id === user.id
    if (!isSame) told.current = { auth, user }
    const changes = isSame ? changedFields(before.user, user) : {}
    if (Object.keys(changes).length === 0) return

    let isOver = false
    let wasConnected = false
    const sendOnceConnected = (): void => {
      const isConnected = isConnectedAs(auth.getState(), user.id)
      const isNow = isConnected && !wasConnected
      wasConnected = isConnected
      if (!isNow) return
      stop()
      told.current = { auth, user }
      auth.updateUser(changes).catch((error: unknown) => {
        // An event tells of the refusal. What time can mend is sent with the next connection.
        if (isOver || !isChatAuthError(error) || !error.retryable) return
        told.current = before
        stop = auth.subscribe(sendOnceConnected)
      })
    }
    let stop = auth.subscribe(sendOnceConnected)
    sendOnceConnected()
    return () => {
      isOver = true
      stop()
    }
  }, [auth, user])
}

function isConnectedAs(state: ChatAuthState, userId: string): boolean {
  return state.status === 'connected' && state.user.id === userId
}

/** Fields of `user` whose value is another than before. A field that is left out stays as it is. */
function changedFields(before: ChatUser, user: ChatUser): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(user).filter(([field, value]) => !isEqualJson(value, before[field])),
  )
}
