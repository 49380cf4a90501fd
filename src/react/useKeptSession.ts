'use client'
import { useState } from 'react'
import type { ChatAuthState } from '../core/state.js'
import { isSameIdentity, type ChatIdentity } from '../core/types.js'
import { isLive, type ChatSession } from './chatSession.js'

interface Kept {
  readonly session: ChatSession
  readonly identity: ChatIdentity
}

/**
 * The session that was live before the state failed; null in all other states that are not live. React may
 * skip the states of a switch in between, so that a failure of somebody else keeps nothing.
 */
export function useKeptSession(state: ChatAuthState): ChatSession | null {
  const [kept, setKept] = useState<Kept | null>(null)
  const next = keptIn(state, kept)
  if (
    next?.session.sessionId === kept?.session.sessionId &&
    next?.session.user === kept?.session.user
  ) {
    return kept?.session ?? null
  }
  setKept(next)
  return next && next.session
}

function keptIn(state: ChatAuthState, kept: Kept | null): Kept | null {
  if (isLive(state)) {
    const { client, user, sessionId, identity } = state
    return { session: { client, user, sessionId }, identity }
  }
  const isTheirs =
    state.status === 'failed' && kept && isSameIdentity(kept.identity, state.identity)
  return isTheirs ? kept : null
}
