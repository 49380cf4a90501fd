import { AppError, type Watch } from './watch.js'

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/** Stopped clocks and timers. An error thrown by a timer is the app's own, or a failure. */
export function createHeldClock(watch: Watch) {
  const startMs = Date.UTC(2030, 0, 1)
  const timers = new Set<Timer>()
  let monotonicMs = 0
  let sleptMs = 0

  return {
    now: () => startMs + monotonicMs + sleptMs,
    monotonicNow: () => monotonicMs,
    setTimer: (callback: () => void, delayMs: number) => {
      watch.worked('timers')
      const timer = { dueMs: monotonicMs + Math.max(0, delayMs), callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    pending: () => timers.size,
    /** Lets time pass without timers, as in a laptop's sleep. */
    sleep(ms: number) {
      sleptMs += ms
    },
    /** Advances to the next timer and calls it; among timers due together, the one set first. */
    fireNext() {
      let next: Timer | undefined
      for (const timer of timers) if (!next || timer.dueMs < next.dueMs) next = timer
      if (!next) return
      timers.delete(next)
      monotonicMs = Math.max(monotonicMs, next.dueMs)
      try {
        next.callback()
      } catch (error) {
        if (!(error instanceof AppError)) watch.fail('a timer threw', error)
      }
    },
  }
}
