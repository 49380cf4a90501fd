import { nextTask, type ManualClock } from '../../src/testing/controls/createManualClock.js'

/** From this link of a chain on, a timer of a hidden page waits for the next minute. */
const longestChain = 4

/**
 * The timers of a page that has been hidden for minutes, on a manual clock: they fire at whole seconds;
 * those set by timers that were set by timers, and so on for five links, at whole minutes.
 * @see https://developer.chrome.com/blog/timer-throttling-in-chrome-88
 */
export function throttledTimers(clock: ManualClock): ManualClock['setTimer'] {
  /** How many timers led to what runs now. */
  let chain = 0

  return (callback, delayMs) => {
    const link = chain + 1
    const everyMs = link > longestChain ? 60_000 : 1000
    const dueMs = clock.monotonicNow() + delayMs
    const firesMs = Math.ceil(dueMs / everyMs) * everyMs
    return clock.setTimer(() => {
      chain = link
      // What the promises of this task set is set by it as well; what later tasks set is not.
      void nextTask().then(() => (chain = 0))
      callback()
    }, firesMs - clock.monotonicNow())
  }
}
