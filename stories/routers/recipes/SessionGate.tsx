import type { ReactNode } from 'react'
import { useChatAuthState } from 'react-chat-auth'

interface SessionGateProps {
  /** Data of all loaders whose routes are shown inside. Each has the `sessionId` that it was loaded in. */
  loaded: readonly unknown[]
  children: ReactNode
}

/** Shows its children only while all data is of the session that is live. */
export function SessionGate({ loaded, children }: SessionGateProps) {
  const sessionId = useChatAuthState((state) => ('sessionId' in state ? state.sessionId : null))
  // Routers keep the old data while they load anew: it is never shown in another session.
  const isOfSession = loaded.every((data) => data === undefined || ownerOf(data) === sessionId)
  return sessionId !== null && isOfSession ? children : <p>Loading…</p>
}

function ownerOf(data: unknown): unknown {
  return typeof data === 'object' && data && 'sessionId' in data ? data.sessionId : undefined
}
