import type { Environment } from '../../core/environment.js'

/** Where a manual clock starts. */
export interface ManualClockOptions {
  /** The first reading of the wall clock. @default 2030-01-01T00:00:00Z */
  now?: Date | undefined
}

/** A clock that stands still until told to move: the time part of an `Environment`. */
export interface ManualClock extends Pick<Environment, 'now' | 'monotonicNow' | 'setTimer'> {
  /** How many timers wait; 0 after everything was disposed of. */
  readonly pendingTimers: number
  /**
   * Lets `ms` pass on both clocks and calls the timers that come due, in order of their time; after
   * each, whatever it started may run on and set further timers. `advance(0)` only lets things run on.
   */
  advance(ms: number): Promise<void>
  /** Sets the wall clock forward or back, as a user or a time server does; nothing else moves. */
  jumpWallClock(ms: number): void
  /** A laptop's sleep: the wall clock moves on, the monotonic clock and the timers stand still. */
  sleep(ms: number): void
  /**
   * Tells the clock that work is under way that takes real time, such as a signature: `advance` waits
   * until it ended. The chat backend calls both for all that it does.
   */
  workStarted(): void
  workEnded(): void
}

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/** How often promises get their turn before `advance` believes that nothing more will happen. */
const quietTurns = 5

/** Makes a clock for tests, which moves when the test says so. */
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
      // As `setTimeout`: what its 31 bits do not hold fires at once.
      const heldMs = delayMs < 2 ** 31 ? Math.max(0, delayMs) : 1
      const timer = { dueMs: monotonicMs + heldMs, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },

    get pendingTimers() {
      return timers.size
    },

    async advance(ms) {
      // Relative to the start, so that two overlapping calls do not add up.
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

/** The earliest timer due by `endMs`; of several at one time, the one that was set first. */
function nextDue(timers: Set<Timer>, endMs: number): Timer | undefined {
  let next: Timer | undefined
  for (const timer of timers) {
    if (timer.dueMs <= endMs && (!next || timer.dueMs < next.dueMs)) next = timer
  }
  return next
}

/**
 * Resolves in a later task of the event loop, when all promise callbacks have run. A message channel,
 * because browsers stretch nested `setTimeout(0)`s to 4 ms and fake timers stop them.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof MessageChannel === 'undefined') {
      // Edge runtimes, which neither stretch timers nor fake them.
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
