import type { Environment } from '../../core/environment.js'

/** Options of `createManualClock`. */
export interface ManualClockOptions {
  /**
   * Initial time of the wall clock.
   * @default 2030-01-01T00:00:00Z
   */
  now?: Date | undefined
}

/** Clock that moves only on demand; the time part of an `Environment`. */
export interface ManualClock extends Pick<Environment, 'now' | 'monotonicNow' | 'setTimer'> {
  /** Number of pending timers; 0 once everything is disposed. */
  readonly pendingTimers: number
  /**
   * Moves both clocks by `ms` milliseconds and calls the due timers in order. After each timer, the work
   * that it started runs on and may set further timers. `advance(0)` only lets pending work run on.
   */
  advance(ms: number): Promise<void>
  /** Moves only the wall clock, forward or back, as a user or a time server does. */
  jumpWallClock(ms: number): void
  /** Simulates a laptop's sleep: the wall clock moves; the monotonic clock and the timers do not. */
  sleep(ms: number): void
  /**
   * Reports the start of work that takes real time, such as a signature; `advance` waits for its end. The
   * chat backend reports all its work.
   */
  workStarted(): void
  workEnded(): void
}

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/** Tasks without new work after which `advance` takes all work as done. */
const quietTurns = 5

/** Creates a clock for tests that moves only by `advance`, `jumpWallClock` and `sleep`. */
export function createManualClock(options: ManualClockOptions = {}): ManualClock {
  let wallMs = (options.now ?? new Date('2030-01-01T00:00:00Z')).getTime()
  let monotonicMs = 0
  let work = 0
  const timers = new Set<Timer>()

  const settle = async () => {
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      await nextTask()
      if (work > 0) quiet = -1
    }
  }

  const moveTo = (targetMs: number) => {
    wallMs += targetMs - monotonicMs
    monotonicMs = targetMs
  }

  const moveWallClock = (ms: number) => {
    wallMs += ms
  }

  return {
    now: () => wallMs,
    monotonicNow: () => monotonicMs,

    setTimer(callback, delayMs) {
      // Like `setTimeout`, a delay above 2³¹−1 ms fires at once.
      const heldMs = delayMs < 2 ** 31 ? Math.max(0, delayMs) : 1
      const timer = { dueMs: monotonicMs + heldMs, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },

    get pendingTimers() {
      return timers.size
    },

    async advance(ms) {
      // Relative to the start, so that two overlapping calls are not added up.
      const endMs = monotonicMs + ms
      await settle()
      for (let timer = nextDue(timers, endMs); timer; timer = nextDue(timers, endMs)) {
        timers.delete(timer)
        moveTo(Math.max(monotonicMs, timer.dueMs))
        timer.callback()
        await settle()
      }
      moveTo(Math.max(monotonicMs, endMs))
    },

    jumpWallClock: moveWallClock,
    sleep: moveWallClock,

    workStarted() {
      work++
    },

    workEnded() {
      work--
    },
  }
}

/** Earliest timer due by `endMs`; of several due at once, the one set first. */
function nextDue(timers: Set<Timer>, endMs: number): Timer | undefined {
  let next: Timer | undefined
  for (const timer of timers) {
    if (timer.dueMs <= endMs && (!next || timer.dueMs < next.dueMs)) next = timer
  }
  return next
}

/**
 * Resolves in a later task of the event loop, after all promise callbacks. Uses a message channel,
 * because browsers stretch a nested `setTimeout(0)` to 4 ms and fake timers stop it.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof MessageChannel === 'undefined') {
      // Edge runtimes lack message channels, and do not stretch timers.
      setTimeout(resolve)
      return
    }
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
