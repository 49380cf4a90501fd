'use client'
import { useEffect, useState } from 'react'

/** Returns a value once it has stayed for `delayMs`, and null until then; null is returned at once. */
export function useLasting<T extends string>(value: T | null, delayMs: number): T | null {
  const [lasting, setLasting] = useState<T | null>(null)
  useEffect(() => {
    if (value === null) return undefined
    const timer = setTimeout(() => setLasting(value), delayMs)
    return () => {
      clearTimeout(timer)
      setLasting(null)
    }
  }, [value, delayMs])
  return value === lasting ? value : null
}
