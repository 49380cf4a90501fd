'use client'
import { useState } from 'react'

/**
 * Creates a value per session, in the render that first sees the session. An effect would replace it one
 * frame late, and a hook has no `key`.
 */
export function usePerSession<T>(sessionId: string | null, create: () => T): T {
  const make = () => ({ sessionId, value: create() })
  const [kept, setKept] = useState(make)
  const held = kept.sessionId === sessionId ? kept : make()
  if (held !== kept) setKept(held)
  return held.value
}
