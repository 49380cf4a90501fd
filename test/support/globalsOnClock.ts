import type { ManualClock } from '../../src/testing/controls/createManualClock.js'

/** The platform's own timers and `Date` on a manual clock, for code that can be given no other. */
export interface GlobalsOnClock {
  /** The timers that wait, intervals among them. */
  readonly pending: number
  /** Gives the platform back what it had. Timers that still wait never fire. */
  restore(): void
}

/**
 * Node's own modules keep the timers that they took at the start, and so does Vitest: promises, message
 * channels, cryptography and the limit on a test's time go on as ever.
 */
export function putGlobalsOnClock(clock: ManualClock): GlobalsOnClock {
  const { setTimeout, clearTimeout, setInterval, clearInterval, Date } = globalThis
  const timers = new Map<HeldTimer, () => void>()

  function start(timer: HeldTimer, callback: () => void, delayMs: number, repeats: boolean): void {
    const cancel = clock.setTimer(() => {
      timers.delete(timer)
      // Before the call, so that the callback can clear it.
      if (repeats) start(timer, callback, delayMs, repeats)
      callback()
    }, delayMs)
    timers.set(timer, cancel)
  }

  const setter =
    (repeats: boolean) =>
    (callback: (...args: unknown[]) => void, delayMs?: number, ...args: unknown[]) => {
      const timer = new HeldTimer()
      // As Node has it: no delay, or one that it cannot wait for, is a millisecond.
      const isKnown = delayMs !== undefined && delayMs >= 1 && delayMs < 2 ** 31
      start(timer, () => callback(...args), isKnown ? delayMs : 1, repeats)
      return timer
    }

  const clear = (timer: unknown): void => {
    timers.get(timer as HeldTimer)?.()
    timers.delete(timer as HeldTimer)
  }

  Object.assign(globalThis, {
    setTimeout: setter(false),
    clearTimeout: clear,
    setInterval: setter(true),
    clearInterval: clear,
    Date: dateOn(clock),
  })

  return {
    get pending() {
      return timers.size
    },
    restore() {
      Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval, Date })
      for (const timer of timers.keys()) clear(timer)
    },
  }
}

/** What Node's timers can be told besides. */
class HeldTimer {
  ref = () => this
  unref = () => this
}

/** A proxy, so that dates made by either are instances of both. */
const dateOn = (clock: ManualClock) =>
  new Proxy(Date, {
    construct: (date, args: [], newTarget) =>
      Reflect.construct(date, args.length > 0 ? args : [clock.now()], newTarget) as Date,
    apply: (date) => new date(clock.now()).toString(),
    get: (date, name, receiver) =>
      name === 'now' ? clock.now : (Reflect.get(date, name, receiver) as unknown),
  })
