'use client'
import type { ChatAuthError } from '../core/errors.js'
import type { ChatAuth } from '../core/chatAuth.js'
import { isLive, type ChatAuthState } from '../core/state.js'
import type { ChatIdentity } from '../core/types.js'
import type { ChatSession } from './chatSession.js'
import { useChatAuthContext } from './context.js'
import { useSelectedState } from './useSelectedState.js'

/** Result of `useSuspenseChatUser`. */
export interface SuspenseChatUser<Client = unknown> extends ChatSession<Client> {
  readonly identity: ChatIdentity
}

/**
 * Returns the live session and suspends while one is connecting or disconnecting. Throws the
 * `ChatAuthError` of a failed session to the nearest error boundary. Returns null while disconnected,
 * which includes the server and the client's first render.
 */
export function useSuspenseChatUser<Client = unknown>(): SuspenseChatUser<Client> | null {
  const { auth } = useChatAuthContext('useSuspenseChatUser')
  const { isPending, error, session } = useSelectedState(auth, read, isSameReading)
  if (isPending) throw untilDecided(auth)
  if (error) throw error
  // The context does not carry the client's type; the app names it for its own connector.
  return session as SuspenseChatUser<Client> | null
}

interface Reading {
  readonly isPending: boolean
  readonly error: ChatAuthError | null
  readonly session: SuspenseChatUser | null
}

function read(state: ChatAuthState): Reading {
  return {
    isPending: isUndecided(state),
    error: state.status === 'failed' ? state.error : null,
    session: isLive(state) ? sessionOf(state) : null,
  }
}

function sessionOf({ client, user, sessionId, identity }: SuspenseChatUser): SuspenseChatUser {
  return { client, user, sessionId, identity }
}

function isSameReading(a: Reading, b: Reading): boolean {
  return (
    a.isPending === b.isPending &&
    a.error === b.error &&
    a.session?.sessionId === b.session?.sessionId &&
    a.session?.user === b.session?.user
  )
}

function isUndecided({ status }: ChatAuthState): boolean {
  return status === 'connecting' || status === 'disconnecting'
}

/** Promises by handle, shared because React discards suspended renders and must find the same promise. */
const decisions = new WeakMap<ChatAuth, Promise<void>>()

function untilDecided(auth: ChatAuth): Promise<void> {
  const known = decisions.get(auth)
  if (known) return known
  const decision = new Promise<void>((resolve) => {
    const unsubscribe = auth.subscribe(() => {
      if (isUndecided(auth.getState())) return
      unsubscribe()
      decisions.delete(auth)
      resolve()
    })
  })
  decisions.set(auth, decision)
  return decision
}
