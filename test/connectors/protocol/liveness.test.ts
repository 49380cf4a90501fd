import { expect, test } from 'vitest'
import { createBrowserEnvironment } from '../../../src/browser/createBrowserEnvironment.js'
import { createLiveness, type Liveness } from '../../../src/connectors/protocol/liveness.js'
import {
  createManualClock,
  type ManualClock,
} from '../../../src/testing/controls/createManualClock.js'

let clock: ManualClock
let line: Liveness
let asked: number
let isDead: boolean

/** Opens a connection in a page whose due timers fire at the next multiple of some milliseconds. */
function open(timersEveryMs = 1): void {
  clock = createManualClock()
  asked = 0
  isDead = false
  line = createLiveness({
    environment: {
      ...createBrowserEnvironment(),
      ...clock,
      setTimer(callback, delayMs) {
        const dueMs = clock.monotonicNow() + delayMs
        const firesMs = Math.ceil(dueMs / timersEveryMs) * timersEveryMs
        return clock.setTimer(callback, firesMs - clock.monotonicNow())
      },
    },
    ask: () => void asked++,
    onDead: () => (isDead = true),
  })
}

test('a quiet connection is pinged after 25 seconds, and dead after ten more without an answer', async () => {
  open()
  await clock.advance(24_999)
  expect(asked).toBe(0)
  await clock.advance(1)
  expect(asked).toBe(1)
  await clock.advance(9999)
  expect(isDead).toBe(false)
  await clock.advance(1)
  expect([asked, isDead, clock.pendingTimers]).toEqual([1, true, 0])
})

test('a connection that answers is pinged again 25 seconds after its answer', async () => {
  open()
  await clock.advance(30_000)
  line.heard(true)
  await clock.advance(24_999)
  expect(asked).toBe(1)
  await clock.advance(1)
  expect(asked).toBe(2)
})

test('a health-check answer postpones the next ping, and other frames do not', async () => {
  open()
  await clock.advance(20_000)
  line.heard(false)
  await clock.advance(4000)
  line.heard(true)
  await clock.advance(24_999)
  expect(asked).toBe(0)
  await clock.advance(1)
  expect(asked).toBe(1)
})

test('any frame counts as an answer to a ping', async () => {
  open()
  await clock.advance(34_999)
  line.heard(false)
  await clock.advance(24_999)
  expect([asked, isDead]).toEqual([1, false])
})

test('a late timer after sleep sends another ping, and waits for ten seconds again', async () => {
  open()
  await clock.advance(25_000)
  clock.sleep(3_600_000)
  await clock.advance(10_000)
  expect([asked, isDead]).toEqual([2, false])
  await clock.advance(9999)
  expect(isDead).toBe(false)
  await clock.advance(1)
  expect(isDead).toBe(true)
})

test('timers up to two seconds late, as in every hidden page, postpone nothing', async () => {
  open()
  await clock.advance(25_000)
  clock.sleep(2000)
  await clock.advance(10_000)
  expect([asked, isDead]).toEqual([1, true])
})

test('a connection that answers is never dead in a page whose timers are all late', async () => {
  open(60_000)
  for (let minute = 1; minute <= 60; minute++) {
    await clock.advance(60_000)
    expect(asked).toBe(minute)
    line.heard(true)
  }
  expect(isDead).toBe(false)
})

test('a connection that does not answer is dead after three late timers', async () => {
  open(60_000)
  await clock.advance(4 * 60_000 - 1)
  expect([asked, isDead]).toEqual([3, false])
  await clock.advance(1)
  expect([asked, isDead]).toEqual([3, true])
})

test('late timers before an answer do not count for the silence after it', async () => {
  open(60_000)
  await clock.advance(3 * 60_000)
  line.heard(true)
  await clock.advance(4 * 60_000 - 1)
  expect(isDead).toBe(false)
  await clock.advance(1)
  expect(isDead).toBe(true)
})

test('a wake-up sends a ping at once, and the connection is dead after three seconds without an answer', async () => {
  open()
  line.wake()
  expect(asked).toBe(1)
  await clock.advance(2999)
  expect(isDead).toBe(false)
  await clock.advance(1)
  expect([asked, isDead, clock.pendingTimers]).toEqual([1, true, 0])
})

test('a wake-up while a ping is unanswered shortens the wait to three seconds', async () => {
  open()
  await clock.advance(26_000)
  line.wake()
  expect(asked).toBe(2)
  await clock.advance(3000)
  expect(isDead).toBe(true)
})

test('wake-ups in quick succession send one ping, and postpone nothing', async () => {
  open()
  line.wake()
  for (let nth = 0; nth < 29; nth++) {
    line.wake()
    await clock.advance(100)
  }
  expect([asked, isDead]).toEqual([1, false])
  await clock.advance(100)
  expect(isDead).toBe(true)
})

test('a wake-up after a sleep past the deadline sends a ping, and allows three more seconds', async () => {
  open()
  await clock.advance(30_000)
  clock.sleep(3_600_000)
  line.wake()
  expect([asked, isDead]).toEqual([2, false])
  await clock.advance(2999)
  expect(isDead).toBe(false)
  await clock.advance(1)
  expect(isDead).toBe(true)
})

test('a wake-up resets the count of late timers', async () => {
  open(60_000)
  await clock.advance(3 * 60_000)
  line.wake()
  await clock.advance(2 * 60_000)
  expect(isDead).toBe(false)
  await clock.advance(60_000)
  expect(isDead).toBe(true)
})

test('a wall clock that is set forward causes another ping, and no dead connection', async () => {
  open()
  await clock.advance(26_000)
  clock.jumpWallClock(86_400_000)
  await clock.advance(9000)
  expect([asked, isDead]).toEqual([2, false])
})

test('a stopped connection is not pinged and leaves no timer, with a ping unanswered or not', async () => {
  open()
  line.stop()
  expect(clock.pendingTimers).toBe(0)
  line.wake()
  line.stop()
  expect(clock.pendingTimers).toBe(0)
})
