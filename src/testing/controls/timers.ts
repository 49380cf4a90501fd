import { UnreachableError } from '../wire/wire.js'

/** Clock of a backend, such as a `createManualClock()`. */
export interface BackendClock {
  /** Epoch milliseconds. */
  now(): number
  /** Calls back once after `delayMs`; returns a function that cancels the timer. */
  setTimer(callback: () => void, delayMs: number): () => void
  /** Called when the backend starts work; `workEnded`, when it ends or waits for a timer. */
  workStarted?(): void
  workEnded?(): void
}

const realClock: BackendClock = {
  now: () => Date.now(),
  setTimer(callback, delayMs) {
    const id = setTimeout(callback, delayMs)
    return () => clearTimeout(id)
  },
}

/** Longest delay of `setTimeout`, which fires at once for longer ones. */
const longestTimerMs = 2 ** 31 - 1

export interface Timers {
  /** Epoch milliseconds. */
  now(): number
  set(callback: () => void, delayMs: number): () => void
  /** Waits `delayMs`; rejects when the signal aborts or at `clear`. `Infinity` waits for these only. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>
  /** Runs a task that the clock waits for. */
  work<T>(task: () => Promise<T>): Promise<T>
  /** Cancels all waits. */
  clear(): void
}

/** Wraps the clock and tracks every timer, so that none outlives the backend. */
export function createTimers(clock: BackendClock = realClock): Timers {
  const cancels = new Set<() => void>()

  const set = (callback: () => void, delayMs: number, onClear?: () => void) => {
    let stop = () => {}
    const arm = (leftMs: number) => {
      if (leftMs === Infinity) return
      const hopMs = Math.min(leftMs, longestTimerMs)
      stop = clock.setTimer(() => {
        if (leftMs > hopMs) return arm(leftMs - hopMs)
        cancels.delete(cancel)
        callback()
      }, hopMs)
    }
    const cancel = () => {
      cancels.delete(cancel)
      stop()
      onClear?.()
    }
    cancels.add(cancel)
    arm(delayMs)
    return cancel
  }

  return {
    now: () => clock.now(),
    set,

    async sleep(delayMs, signal) {
      // A sleep waits for the clock, so the clock must not wait for the sleep.
      clock.workEnded?.()
      try {
        await new Promise<void>((resolve, reject) => {
          const cancel = set(resolve, delayMs, () => reject(new UnreachableError('no answer')))
          if (signal.aborted) cancel()
          signal.addEventListener('abort', cancel, { once: true })
        })
      } finally {
        clock.workStarted?.()
      }
    },

    async work(task) {
      clock.workStarted?.()
      try {
        return await task()
      } finally {
        clock.workEnded?.()
      }
    },

    clear() {
      for (const cancel of cancels) cancel()
    },
  }
}
