'use client'
import type { ChatAuthError } from '../core/errors.js'
import type { ChatAuth } from '../core/options.js'
import { isLive, type ChatAuthState } from '../core/state.js'
import type { ChatIdentity } from '../core/types.js'
import type { ChatSession } from './chatSession.js'
import { useChatAuthContext } from './context.js'
import { useSelectedState } from './useSelectedState.js'

/** Who is connected, as `useSuspenseChatUser` returns it. */
export interface SuspenseChatUser<Client = unknown> extends ChatSession<Client> {
  readonly identity: ChatIdentity
}

/**
 * The live session, for apps that want Suspense: suspends while one is connecting, and while one is
 * logged out, whom another may follow; throws the `ChatAuthError` of one that failed, for the nearest
 * error boundary. Returns null while nobody is connected or about to be, as on the server and in the
 * first render of the client: there is nothing to wait for.
 */
export function useSuspenseChatUser<Client = unknown>(): SuspenseChatUser<Client> | null {
  const { auth } = useChatAuthContext('useSuspenseChatUser')
  const { isPending, error, session } = useSelectedState(auth, read, isSameReading)
  if (isPending) throw untilDecided(auth)
  if (error) throw error
  // Only the app knows which connector it gave the provider.
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

/** One promise for all that wait: React, which throws a suspended render away, has to find it again. */
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
