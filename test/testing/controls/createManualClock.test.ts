import { expect, test } from 'vitest'
import { createManualClock } from '../../../src/testing/controls/createManualClock.js'

test('a manual clock stands still until it is advanced, and then moves both clocks', async () => {
  const clock = createManualClock({ now: new Date(1_000_000) })
  expect([clock.now(), clock.monotonicNow()]).toEqual([1_000_000, 0])
  await clock.advance(250)
  expect([clock.now(), clock.monotonicNow()]).toEqual([1_000_250, 250])
})

test('timers fire in order of their time, equal ones in the order they were set', async () => {
  const clock = createManualClock()
  const calls: string[] = []
  const note = (name: string) => () => calls.push(`${name}@${clock.monotonicNow()}`)
  clock.setTimer(note('late'), 30)
  clock.setTimer(note('first'), 10)
  clock.setTimer(note('second'), 10)
  clock.setTimer(note('never'), 101)
  await clock.advance(100)
  expect(calls).toEqual(['first@10', 'second@10', 'late@30'])
  expect(clock.pendingTimers).toBe(1)
})

test('timers that a timer’s work sets fire in the same advance', async () => {
  const clock = createManualClock()
  const calls: number[] = []
  const again = async () => {
    calls.push(clock.monotonicNow())
    await Promise.resolve().then(() => Promise.resolve())
    clock.setTimer(() => void again(), 10)
  }
  clock.setTimer(() => void again(), 10)
  await clock.advance(35)
  expect(calls).toEqual([10, 20, 30])
})

test.each([2 ** 31, Infinity, Number.NaN])(
  'a timer of %s ms fires at once, as setTimeout’s',
  async (delayMs) => {
    const clock = createManualClock()
    let firedAtMs: number | null = null
    clock.setTimer(() => (firedAtMs = clock.monotonicNow()), delayMs)
    await clock.advance(10)
    expect(firedAtMs).toBe(1)
  },
)

test('a cancelled timer neither fires nor counts', async () => {
  const clock = createManualClock()
  let called = false
  const cancel = clock.setTimer(() => (called = true), 10)
  cancel()
  expect(clock.pendingTimers).toBe(0)
  await clock.advance(10)
  expect(called).toBe(false)
})

test('a jump and a sleep move only the wall clock', async () => {
  const clock = createManualClock({ now: new Date(0) })
  let called = false
  clock.setTimer(() => (called = true), 10)
  clock.jumpWallClock(-500)
  clock.sleep(2000)
  await clock.advance(9)
  expect([clock.now(), clock.monotonicNow(), called]).toEqual([1509, 9, false])
})

test('`advance` waits for work that takes real time', async () => {
  const clock = createManualClock()
  const calls: string[] = []
  const slowWork = async () => {
    clock.workStarted()
    // Real cryptography runs in another thread, for no fixed number of the event loop's turns.
    await crypto.subtle.digest('SHA-256', new Uint8Array(20_000_000))
    clock.setTimer(() => calls.push('timer set by the work'), 5)
    clock.workEnded()
  }
  clock.setTimer(() => void slowWork(), 10)
  clock.setTimer(() => calls.push('later timer'), 20)
  await clock.advance(20)
  expect(calls).toEqual(['timer set by the work', 'later timer'])
})
