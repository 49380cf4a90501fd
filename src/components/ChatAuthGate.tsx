'use client'
import { Fragment, type ReactElement, type ReactNode } from 'react'
import type { ChatAuthState } from '../core/state.js'
import { isLive, type ChatSession } from '../react/chatSession.js'
import { useChatAuthContext } from '../react/context.js'
import { useSelectedState } from '../react/useSelectedState.js'

type LiveChatAuthState = Extract<ChatAuthState, { sessionId: string }>

/** State without a live session. */
export type ClosedChatAuthState = Exclude<ChatAuthState, LiveChatAuthState>

/** Props of `ChatAuthGate`. */
export interface ChatAuthGateProps<Client = unknown> {
  /** Content that needs a live session, or a function that renders it from the session. */
  children?: ReactNode | ((session: ChatSession<Client>) => ReactNode)
  /**
   * Content without a live session, or a function that renders it from the state.
   * @default nothing
   */
  fallback?: ReactNode | ((state: ClosedChatAuthState) => ReactNode)
}

/**
 * Renders its children only in a live session. They stay mounted through token renewals and reconnects.
 * They are remounted for every session, so that no component state passes from one user to the next.
 */
export function ChatAuthGate<Client = unknown>(props: ChatAuthGateProps<Client>): ReactElement {
  const { children, fallback } = props
  const { auth } = useChatAuthContext('<ChatAuthGate>')
  const state = useSelectedState(auth, whole, isSameToGate)

  if (!isLive(state)) {
    return <>{typeof fallback === 'function' ? fallback(state) : fallback}</>
  }
  const { user, sessionId } = state
  // The context does not carry the client's type; the app names it for its own connector.
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
