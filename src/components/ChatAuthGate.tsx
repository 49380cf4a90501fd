'use client'
import { Fragment, type ReactElement, type ReactNode } from 'react'
import type { ChatAuthState } from '../core/state.js'
import { isLive, type ChatSession } from '../react/chatSession.js'
import { useChatAuthContext } from '../react/context.js'
import { useSelectedState } from '../react/useSelectedState.js'

type LiveChatAuthState = Extract<ChatAuthState, { sessionId: string }>

/** The state while there is no live session. */
export type ClosedChatAuthState = Exclude<ChatAuthState, LiveChatAuthState>

/** The props of `ChatAuthGate`. */
export interface ChatAuthGateProps<Client = unknown> {
  /** What needs a live session, or a function that makes it from one. */
  children?: ReactNode | ((session: ChatSession<Client>) => ReactNode)
  /**
   * What is shown without one, or a function that makes it from the state, by its `status`.
   * @default nothing
   */
  fallback?: ReactNode | ((state: ClosedChatAuthState) => ReactNode)
}

/**
 * Renders its children in a live session only: through every renewal of the token and every reconnect,
 * and mounted afresh for every session, so that nothing of one user is kept for the next.
 */
export function ChatAuthGate<Client = unknown>(props: ChatAuthGateProps<Client>): ReactElement {
  const { children, fallback } = props
  const { auth } = useChatAuthContext('<ChatAuthGate>')
  const state = useSelectedState(auth, whole, isSameToGate)

  if (!isLive(state)) {
    return <>{typeof fallback === 'function' ? fallback(state) : fallback}</>
  }
  const { user, sessionId } = state
  // Only the app knows which connector it gave the provider.
  const client = state.client as Client
  return (
    <Fragment key={sessionId}>
      {typeof children === 'function' ? children({ client, user, sessionId }) : children}
    </Fragment>
  )
}

function whole(state: ChatAuthState): ChatAuthState {
  return state
}

function isSameToGate(a: ChatAuthState, b: ChatAuthState): boolean {
  if (!isLive(a) || !isLive(b)) return a === b
  return a.sessionId === b.sessionId && a.client === b.client && a.user === b.user
}
