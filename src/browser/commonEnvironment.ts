import type { Environment } from '../core/environment.js'
import { withReasons } from '../core/tools/onAbort.js'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** The part of the environment that browsers, Node, workers and React Native have in common. */
export function commonEnvironment() {
  return {
    now: () => Date.now(),
    monotonicNow,
    setTimer(callback: () => void, delayMs: number) {
      const timer = setTimeout(callback, delayMs)
      return () => clearTimeout(timer)
    },
    random: () => Math.random(),
    createAbortController: () => withReasons(new AbortController()),
    ...(isDevelopment() && { warn: (message: string) => console.warn(message) }),
  } satisfies Partial<Environment>
}

function monotonicNow(): number {
  const { performance } = globalThis as Partial<typeof globalThis>
  return performance ? performance.now() : Date.now()
}

/** Whether this is a development build. A bundler replaces the expression; without one, it throws. */
export function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV === 'development'
  } catch {
    return false
  }
}
