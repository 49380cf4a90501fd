import { expect, onTestFinished, test } from 'vitest'
import { createManualClock } from '../../src/testing/controls/createManualClock.js'
import { putGlobalsOnClock } from './globalsOnClock.js'

const real = { setTimeout, clearTimeout, setInterval, clearInterval, Date }

function setUp() {
  const clock = createManualClock({ now: new Date('2030-01-01T00:00:00Z') })
  const globals = putGlobalsOnClock(clock)
  onTestFinished(() => globals.restore())
  return { clock, globals, calls: [] as unknown[] }
}

test('a timeout fires once, at its time on the clock, with its arguments', async () => {
  const { clock, globals, calls } = setUp()
  setTimeout((...args) => calls.push(args), 100, 'a', 'b')
  await clock.advance(99)
  expect([calls, globals.pending]).toEqual([[], 1])
  await clock.advance(500)
  expect([calls, globals.pending]).toEqual([[['a', 'b']], 0])
})

test('an interval repeats until it is cleared, also by its own callback', async () => {
  const { clock, globals, calls } = setUp()
  const timer = setInterval(() => {
    if (calls.push(clock.monotonicNow()) === 3) clearInterval(timer)
  }, 500)
  await clock.advance(10_000)
  expect([calls, globals.pending]).toEqual([[500, 1000, 1500], 0])
})

test('a cleared timeout never fires, and clearing a non-timer does nothing', async () => {
  const { clock, globals, calls } = setUp()
  clearTimeout(setTimeout(() => calls.push('timeout'), 0))
  clearTimeout(undefined)
  await clock.advance(1000)
  expect([calls, globals.pending]).toEqual([[], 0])
})

test('the current date is the clock’s, and other dates are unchanged', () => {
  const { clock } = setUp()
  clock.sleep(1500)
  expect(new Date().toISOString()).toBe('2030-01-01T00:00:01.500Z')
  expect(Date.now()).toBe(clock.now())
  expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z')
  expect(Date.UTC(1970, 0)).toBe(0)
  expect([new Date(), new real.Date()]).toEqual([expect.any(real.Date), expect.any(Date)])
})

test('restoring gives the platform its timers back, and pending ones never fire', async () => {
  const { clock, globals, calls } = setUp()
  setTimeout(() => calls.push('late'), 10)
  globals.restore()
  expect({ setTimeout, clearTimeout, setInterval, clearInterval, Date }).toEqual(real)
  await clock.advance(1000)
  expect([calls, globals.pending, clock.pendingTimers]).toEqual([[], 0, 0])
})
