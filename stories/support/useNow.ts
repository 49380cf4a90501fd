import { useEffect, useState } from 'react'

/** Returns the time in epoch milliseconds, updated every second, for countdowns. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return nowMs
}

/** Formats the time until `instant`, as in `0:42`; never below `0:00`. */
export function countdown(instant: Date, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((instant.getTime() - nowMs) / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
