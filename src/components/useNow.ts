'use client'
import { useEffect, useState } from 'react'

/** Time from an instant within which its span is in seconds, and changes every second, in milliseconds. */
const fineMs = 120_000

/** Returns the time, in epoch milliseconds, anew as often as a span from or to `instant` may change. */
export function useNow(instant: Date): number {
  const [now, setNow] = useState(() => Date.now())
  const everyMs = Math.abs(instant.getTime() - now) < fineMs ? 1000 : 30_000
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
