import { describe, expect, it } from 'vitest'
import { createDeadline, createPause } from '../../../src/core/tools/deadline.js'
import { elapsedSince, markNow } from '../../../src/core/environment.js'
import { createWorld, type World } from '../../support/world.js'

function setUp() {
  const world = createWorld()
  const { clock, environment } = world
  const due: number[] = []
  const deadline = createDeadline(environment, () => due.push(clock.monotonicNow()))
  return { ...world, due, deadline }
}

describe('a deadline', () => {
  it('is due once, at its time', async () => {
    const { clock, deadline, due } = setUp()
    deadline.set(1000)
    await clock.advance(999)
    expect(due).toEqual([])
    await clock.advance(1)
    expect(due).toEqual([1000])
    await clock.advance(10_000)
    expect(due).toEqual([1000])
  })

  it('splits a long wait into timers of a minute at most', async () => {
    const { clock, environment } = setUp()
    const delays: number[] = []
    const setTimer: typeof environment.setTimer = (callback, delayMs) => {
      delays.push(delayMs)
      return environment.setTimer(callback, delayMs)
    }
    let isDue = false
    const far = createDeadline({ ...environment, setTimer }, () => {
      isDue = true
    })
    far.set(150_000)
    await clock.advance(149_999)
    expect(isDue).toBe(false)
    await clock.advance(1)
    expect(isDue).toBe(true)
    expect(delays).toEqual([60_000, 60_000, 30_000])
  })

  it('is due at the first check after a sleep', () => {
    const { clock, deadline, due } = setUp()
    deadline.set(3_600_000)
    clock.sleep(3_599_999)
    deadline.check()
    expect(due).toEqual([])
    clock.sleep(1)
    deadline.check()
    expect(due).toEqual([0])
    expect(clock.pendingTimers).toBe(0)
  })

  it('is not postponed by a wall clock that is set back', async () => {
    const { clock, deadline, due } = setUp()
    deadline.set(1000)
    clock.jumpWallClock(-86_400_000)
    await clock.advance(1000)
    expect(due).toEqual([1000])
  })

  it('counts from the last time that it was set, and not at all once cleared', async () => {
    const { clock, deadline, due } = setUp()
    deadline.set(1000)
    await clock.advance(500)
    deadline.set(1000)
    await clock.advance(999)
    expect(due).toEqual([])
    deadline.clear()
    deadline.check()
    await clock.advance(10_000)
    expect(due).toEqual([])
    expect(clock.pendingTimers).toBe(0)
  })

  it('has one timer, however often it is checked', () => {
    const { clock, deadline } = setUp()
    deadline.set(1000)
    deadline.check()
    deadline.check()
    expect(clock.pendingTimers).toBe(1)
  })
})

describe('elapsedSince', () => {
  it('uses the clock that shows more elapsed time', async () => {
    const { clock, environment } = setUp()
    const mark = markNow(environment)
    await clock.advance(10)
    clock.sleep(5)
    expect(elapsedSince(environment, mark)).toBe(15)
    clock.jumpWallClock(-100)
    expect(elapsedSince(environment, mark)).toBe(10)
  })
})

describe('a pause', () => {
  async function waitingOn(
    start: (pause: ReturnType<typeof createPause>, world: World) => Promise<void>,
  ) {
    const world = setUp()
    const pause = createPause(world.environment)
    const progress = { isOver: false }
    void start(pause, world).then(() => {
      progress.isOver = true
    })
    await world.settle()
    return { ...world, pause, progress }
  }

  it('is over after its time', async () => {
    const { clock, progress } = await waitingOn((pause) => pause.wait(500))
    await clock.advance(499)
    expect(progress.isOver).toBe(false)
    await clock.advance(1)
    await clock.advance(0)
    expect(progress.isOver).toBe(true)
  })

  it('is over at once when it is ended, and leaves no timer', async () => {
    const { clock, pause, progress, settle } = await waitingOn((pause) => pause.wait(500))
    pause.end()
    await settle()
    expect(progress.isOver).toBe(true)
    expect(clock.pendingTimers).toBe(0)
    expect(() => pause.end()).not.toThrow()
  })

  it('ends at the check that finds the network back, and not before', async () => {
    const { controls, pause, progress, settle } = await waitingOn((pause, world) => {
      world.controls.isOnline = false
      return pause.wait(500)
    })
    pause.check()
    await settle()
    controls.isOnline = true
    await settle()
    expect(progress.isOver).toBe(false)
    pause.check()
    await settle()
    expect(progress.isOver).toBe(true)
  })

  it('ends in time while the network is reported gone', async () => {
    const { clock, progress } = await waitingOn((pause, world) => {
      world.controls.isOnline = false
      return pause.wait(500)
    })
    await clock.advance(500)
    expect(progress.isOver).toBe(true)
  })

  it('is not ended by a network that was never gone', async () => {
    const { pause, progress, settle, clock } = await waitingOn((pause) => pause.wait(500))
    pause.check()
    await settle()
    expect(progress.isOver).toBe(false)
    clock.sleep(500)
    pause.check()
    await settle()
    expect(progress.isOver).toBe(true)
  })
})
