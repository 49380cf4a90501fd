'use client'
import { useEffect, useRef, useState } from 'react'
import type { TokenOrProvider } from 'stream-chat'
import type { ChatAuth } from '../core/chatAuth.js'
import { isChatAuthError } from '../core/errors.js'
import type { ChatUser } from '../core/types.js'
import { useDeclaredProfile } from '../react/useDeclaredProfile.js'

/** Last request for the session. `source` is a static token, the mark of a function, or null. */
interface Asked {
  readonly auth: ChatAuth
  readonly userId: string
  readonly source: string | typeof provider | null
}

const provider = Symbol('a function')

/**
 * Connects the user of this component in this tab. Another id, and tokens that are taken away, end this
 * tab's session: a component that changes is no log-out, and other tabs have components of their own.
 * @throws TypeError in render, if `tokenOrProvider` is of the wrong kind
 */
export function useTabSession(
  auth: ChatAuth,
  user: ChatUser,
  tokenOrProvider: TokenOrProvider,
): void {
  const source = sourceOf(tokenOrProvider)
  const asked = useRef<Asked | null>(null)
  const askLatest = useRef<() => Promise<string>>(null)
  const [misuse, setMisuse] = useState<unknown>(null)
  if (misuse) throw misuse

  useDeclaredProfile(auth, user)

  useEffect(() => {
    const before = asked.current?.auth === auth ? asked.current : null
    asked.current = { auth, userId: user.id, source }
    if (typeof tokenOrProvider === 'function') askLatest.current = tokenOrProvider
    const isSameUser = before?.userId === user.id
    // StrictMode and fast refresh repeat this effect, and inline arguments repeat it at every render.
    if (isSameUser && before.source === source) return
    const hasSession = before !== null && before.source !== null
    if (hasSession && (!isSameUser || source === null)) {
      void auth.disconnectUser({ thisTabOnly: true })
    }
    if (source === null) return
    // Called without arguments, as the client does: the app's function may have parameters of its own.
    const tokens = source === provider ? () => askLatest.current?.() ?? '' : source
    auth.connectUser(user, tokens, { declared: true }).catch((error: unknown) => {
      // A runtime failure is already `status: 'failed'`.
      if (!isChatAuthError(error)) setMisuse(error)
    })
  }, [auth, user, source, tokenOrProvider])
}

function sourceOf(tokenOrProvider: TokenOrProvider): Asked['source'] {
  if (typeof tokenOrProvider === 'function') return provider
  if (typeof tokenOrProvider === 'string') return tokenOrProvider
  if (tokenOrProvider === null || tokenOrProvider === undefined) return null
  throw new TypeError(
    '`tokenOrProvider` must be a function that fetches a token, a token, or null while there is none.',
  )
}
