'use client'
import type { ReactElement } from 'react'
import type { ChatAuthState } from '../core/state.js'

// Each status has its own shape, so that colour is never the only signal: a disc with a tick, a
// rotating open ring, an empty circle, one with two bars, a triangle with an exclamation mark.
const tick = <path className="chat-auth-tick" d="m5 8.2 2.1 2.1L11 6.2" fill="none" />
const ring = <path d="M8 2a6 6 0 1 1-6 6" fill="none" />
const shapes: Record<ChatAuthState['status'], ReactElement> = {
  connected: (
    <>
      <circle cx="8" cy="8" r="6" fill="currentColor" />
      {tick}
    </>
  ),
  connecting: ring,
  reconnecting: ring,
  paused: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" />
      <path d="M6.5 6v4M9.5 6v4" fill="none" />
    </>
  ),
  disconnecting: ring,
  disconnected: <circle cx="8" cy="8" r="6" fill="none" />,
  failed: (
    <>
      <path d="M8 2 14.5 13.5h-13Z" fill="none" />
      <path d="M8 6v3.5M8 11.4v.2" fill="none" />
    </>
  ),
}

/** Draws the shape of a status; decorative, because the text beside it says the same. */
export function StatusIcon({ status }: { status: ChatAuthState['status'] }): ReactElement {
  return (
    <svg
      className="chat-auth-icon"
      data-status={status}
      viewBox="0 0 16 16"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {shapes[status]}
    </svg>
  )
}
