'use client'
import { Fragment, type ReactElement, type ReactNode } from 'react'
import type { ChatAuthState } from '../core/state.js'
import { isLive, type ChatSession } from '../react/chatSession.js'
import { useChatAuthContext } from '../react/context.js'
import { useKeptSession } from '../react/useKeptSession.js'
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
  /**
   * Content in place of the children while the session is paused, or a function that renders it from the
   * session. The children are unmounted meanwhile.
   * @default the children
   */
  paused?: ReactNode | ((session: ChatSession<Client>) => ReactNode)
  /**
   * Whether children stay on screen when their session fails, to be read, until the next session or a
   * log-out. Children that are a function get that session: its client sends nothing any more. Hooks
   * return what is true by then, such as no client.
   * @default false: `fallback` is shown
   */
  keepWhenFailed?: boolean
}

/**
 * Renders its children only in a live session. They stay mounted through token renewals, reconnects and pauses.
 * They are remounted for every session, so that no component state passes from one user to the next.
 */
export function ChatAuthGate<Client = unknown>(props: ChatAuthGateProps<Client>): ReactElement {
  const { children, fallback, paused, keepWhenFailed = false } = props
  const { auth } = useChatAuthContext('<ChatAuthGate>')
  const state = useSelectedState(auth, whole, isSameToGate)

  const kept = useKeptSession(state)
  const session = isLive(state) ? state : keepWhenFailed ? kept : null

  if (!session) {
    const closed = state as ClosedChatAuthState
    return <>{typeof fallback === 'function' ? fallback(closed) : fallback}</>
  }
  const { user, sessionId } = session
  // The context does not carry the client's type; the app names it for its own connector.
  const client = session.client as Client
  const content = state.status === 'paused' && paused !== undefined ? paused : children
  return (
    <Fragment key={sessionId}>
      {typeof content === 'function' ? content({ client, user, sessionId }) : content}
    </Fragment>
  )
}

function whole(state: ChatAuthState): ChatAuthState {
  return state
}

function isSameToGate(a: ChatAuthState, b: ChatAuthState): boolean {
  if (!isLive(a) || !isLive(b)) return a === b
  const isSameStatus = (a.status === 'paused') === (b.status === 'paused')
  return isSameStatus && a.sessionId === b.sessionId && a.client === b.client && a.user === b.user
}
