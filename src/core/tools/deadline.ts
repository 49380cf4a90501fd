import { onAbort } from './onAbort.js'
import { elapsedSince, markNow, type Environment, type Mark } from '../environment.js'

/** Timers beyond this are set anew on the way: they survive laptop sleep and `setTimeout`'s 2³¹−1 ms. */
const hopMs = 60_000

/** A moment in the future at which something is done once. */
export interface Deadline {
  /** Due `delayMs` from now, instead of whenever it was due before; `Infinity` is never. */
  set(delayMs: number): void
  clear(): void
  /** Looks at the clocks again: time may have passed while no timer ran. */
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
    cancelTimer?.()
    const leftMs = due.delayMs - elapsedSince(environment, due.from)
    if (leftMs > 0) {
      // At least a whole millisecond: what is left of one may be too little for the clock to move.
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
 * Calls back once after `delayMs`, however long that is; never, if it is `Infinity`. Returns what
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

/** A wait that one loop makes at a time, and that others can end early. */
export interface Pause {
  /** Resolves after `delayMs`, when the network returns, or at `end`. */
  wait(delayMs: number): Promise<void>
  end(): void
  /** Looks at the clocks and the network again. */
  check(): void
}

export function createPause(environment: Environment): Pause {
  let resume: (() => void) | null = null
  /** Set by `wait`: only a network that was gone can return. */
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
 * What `promise` resolves with; undefined if that takes longer than `timeoutMs`, or once `signal` is
 * aborted.
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
