import { onAbort } from './onAbort.js'
import { elapsedSince, markNow, type Environment, type Mark } from '../environment.js'

/**
 * Longest single timer: longer waits are split, and the clocks read after each part. That survives a
 * laptop's sleep and the limit of `setTimeout` (2³¹−1 ms).
 */
const hopMs = 60_000

/** Calls back once, at a moment in the future. */
export interface Deadline {
  /** Makes it due `delayMs` from now, in place of any earlier setting. `Infinity` means never. */
  set(delayMs: number): void
  clear(): void
  /** Reads the clocks again, because time may have passed while no timer ran. */
  check(): void
}

export function createDeadline(environment: Environment, onDue: () => void): Deadline {
  let due: { readonly from: Mark; readonly delayMs: number } | null = null
  let cancelTimer: (() => void) | null = null

  function clear(): void {
    cancelTimer?.()
    cancelTimer = null
    due = null
  }

  function check(): void {
    if (!due) return
    // Equivalent mutant: `cancelTimer()`, because what is due has a timer.
    cancelTimer?.()
    const leftMs = due.delayMs - elapsedSince(environment, due.from)
    if (leftMs > 0) {
      // At least 1 ms: after a shorter timer the clock may still show the same value.
      cancelTimer = environment.setTimer(check, Math.min(Math.max(leftMs, 1), hopMs))
      return
    }
    clear()
    onDue()
  }

  return {
    set(delayMs) {
      clear()
      if (delayMs === Infinity) return
      due = { from: markNow(environment), delayMs }
      cancelTimer = environment.setTimer(check, Math.min(delayMs, hopMs))
    },
    clear,
    check,
  }
}

/**
 * Calls back once after `delayMs`, of any length; never if it is `Infinity`. Returns a function that
 * cancels it.
 */
export function setLongTimer(
  environment: Environment,
  callback: () => void,
  delayMs: number,
): () => void {
  const deadline = createDeadline(environment, callback)
  deadline.set(delayMs)
  return () => deadline.clear()
}

/** A wait of one loop, which other code can end early. */
export interface Pause {
  /** Resolves after `delayMs`, when the network returns, or at `end`. */
  wait(delayMs: number): Promise<void>
  end(): void
  /** Reads the clocks and the network status again. */
  check(): void
}

export function createPause(environment: Environment): Pause {
  let resume: (() => void) | null = null
  /** Set by `wait`, so that only a network that was gone counts as returned. */
  let wasOnline = true
  const deadline = createDeadline(environment, end)

  function end(): void {
    deadline.clear()
    resume?.()
    resume = null
  }

  return {
    wait: (delayMs) =>
      new Promise((resolve) => {
        resume = resolve
        wasOnline = environment.isOnline()
        deadline.set(delayMs)
      }),
    end,
    check() {
      if (!wasOnline && environment.isOnline()) end()
      else deadline.check()
    },
  }
}

/**
 * Resolves with the value of `promise`, or with undefined after `timeoutMs` or once `signal` is aborted.
 */
export function within<T>(
  environment: Environment,
  timeoutMs: number,
  promise: Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return resolve(undefined)
    const cancel = setLongTimer(environment, giveUp, timeoutMs)
    const stopFollowing = onAbort(signal, giveUp)
    promise.then(resolve, reject).finally(stop)

    function stop(): void {
      cancel()
      stopFollowing()
    }
    function giveUp(): void {
      stop()
      resolve(undefined)
    }
  })
}
