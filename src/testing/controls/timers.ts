import { UnreachableError } from '../wire/wire.js'

/** The clock that a backend lives by; a `createManualClock()` is one. */
export interface BackendClock {
  /** Epoch milliseconds. */
  now(): number
  /** Calls back once after `delayMs`; returns what cancels it. */
  setTimer(callback: () => void, delayMs: number): () => void
  /** Told when the backend begins to do something, and when it is done or waits for a timer. */
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

/** What `setTimeout` takes; it fires at once for anything longer. */
const longestTimerMs = 2 ** 31 - 1

export interface Timers {
  /** Epoch milliseconds. */
  now(): number
  set(callback: () => void, delayMs: number): () => void
  /** Waits; rejects at the signal's abort and at `clear`. `Infinity` waits for those alone. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>
  /** Runs something that the clock should wait for. */
  work<T>(task: () => Promise<T>): Promise<T>
  /** Cancels all that waits. */
  clear(): void
}

/** The clock with a hand on every timer, so that none outlives the backend. */
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
      // Whoever sleeps waits for the clock, so the clock must not wait for them.
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
