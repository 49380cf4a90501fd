'use client'
import { useState } from 'react'

/**
 * A value of the session's own, made in the very render that first sees the session. An effect would
 * replace it one frame too late, and a hook cannot be given a `key`.
 */
export function usePerSession<T>(sessionId: string | null, create: () => T): T {
  const make = () => ({ sessionId, value: create() })
  const [kept, setKept] = useState(make)
  const held = kept.sessionId === sessionId ? kept : make()
  if (held !== kept) setKept(held)
  return held.value
}
