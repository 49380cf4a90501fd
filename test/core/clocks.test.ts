import { describe, expect, it } from 'vitest'
import { retryingOf } from '../../src/core/state.js'
import { quietly } from '../support/promises.js'
import { createWorld, type World } from '../support/world.js'

const second = 1000
const day = 86_400

/** A user who sends requests at intervals while the clocks disagree. */
async function live(
  { minterAhead = 0, clientAhead = 0, setBack = 0, ttl = 60, chance = 0.5 },
  forSeconds: number,
): Promise<World> {
  const world = createWorld({ ttlSeconds: ttl, holdTimeoutMs: Infinity })
  Object.assign(world.controls, {
    minterAheadMs: minterAhead * second,
    setBackSeconds: setBack,
    random: chance,
  })
  world.clock.jumpWallClock(clientAhead * second)
  quietly(world.auth.connectUser({ id: 'jane' }))
  const stepMs = Math.min(ttl / 7, forSeconds / 40) * second
  for (let atMs = 0; atMs < forSeconds * second; atMs += stepMs) {
    await world.clock.advance(stepMs)
    quietly(world.auth.fetch('/'))
    await world.settle()
  }
  return world
}

const outcomes = (world: World) => [...new Set(world.requests.map(({ outcome }) => outcome))]

describe('tokens of a minting server whose clock is ahead', () => {
  it.each([
    [0.3, 0.75],
    [1.5, 1.75],
    [5, 7.75],
  ])('by %d s connect the user within %d s', async (minterAhead, withinSeconds) => {
    const world = createWorld()
    world.controls.minterAheadMs = minterAhead * second
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    await world.clock.advance(withinSeconds * second)
    await connecting
    expect(world.calls).toHaveLength(1)
  })

  it('show in the state, while they wait, what is wrong and when the next attempt is', async () => {
    const world = createWorld()
    world.controls.minterAheadMs = 5000
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    await world.clock.advance(1000)
    expect(world.state().status).toBe('connecting')
    expect(retryingOf(world.state())).toEqual({
      attempt: 3,
      nextAttemptAt: new Date(world.clock.now() + 750),
      error: expect.objectContaining({ code: 'token-issued-in-future' }),
    })
    await world.clock.advance(10_000)
    await connecting
    expect(retryingOf(world.state())).toBeNull()
  })

  it('never replace a good one: requests are answered at once', async () => {
    const world = createWorld()
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    world.controls.minterAheadMs = 5000
    for (let i = 0; i < 240; i++) {
      await world.clock.advance(250)
      await Promise.all([world.auth.fetch('/'), world.settle()])
    }
    expect(world.typesOf().filter((type) => type === 'request-rejected')).toEqual([])
    expect(world.requests.filter(({ outcome }) => outcome === 'taken')).toHaveLength(240)
    expect(world.calls.length).toBeLessThan(5)
  })

  it('teach the session the difference: the next one waits until it is valid, and is not refused', async () => {
    const world = await live({ minterAhead: 5 }, 60)
    const refusals = () => world.typesOf().filter((type) => type === 'token-refused').length
    const learning = refusals()
    for (let i = 0; i < 60; i++) {
      await world.clock.advance(5000)
      quietly(world.auth.fetch('/'))
      await world.settle()
    }
    expect(refusals()).toBe(learning)
    expect(world.calls.length).toBeLessThan(14)
  })

  it('by a day do not prevent a connection once that clock is corrected', async () => {
    const world = createWorld()
    world.controls.minterAheadMs = day * second
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.clock.advance(600_000)
    expect(world.state().status).toBe('connecting')
    expect(world.calls.length).toBeLessThan(10)
    world.controls.minterAheadMs = 0
    await world.clock.advance(300_000)
    await connecting
  })

  it('fail the session after `retry.maxAttempts`, if the app set one', async () => {
    const world = createWorld({ retry: { maxAttempts: 3 } })
    world.controls.minterAheadMs = day * second
    const connecting = world.auth.connectUser({ id: 'jane' })
    quietly(connecting)
    await world.clock.advance(60_000)
    await expect(connecting).rejects.toMatchObject({ code: 'token-issued-in-future' })
  })
})

describe('a session whose clocks disagree', () => {
  const skews = [-0.3, 0.3, -1.5, 1.5, -5, 5, -300, 300, -day, day]
  const lives = [10, 60, 300, 3600]
  const cases = lives.flatMap((ttl) => skews.map((clientAhead) => ({ ttl, clientAhead })))

  it.each(cases)(
    'the client’s by $clientAhead s, with tokens of $ttl s, has no request refused, and few provider calls',
    async ({ ttl, clientAhead }) => {
      for (const chance of [0, 0.5, 0.99]) {
        const world = await live({ ttl, clientAhead, chance }, 10 * ttl)
        expect(outcomes(world)).toEqual(['taken'])
        expect(world.typesOf()).not.toContain('token-refused')
        // About twice in each life, unless the wall clock hides most of it.
        const believed = clientAhead > 0 && clientAhead < ttl ? (ttl - clientAhead) / ttl : 1
        expect(world.calls.length).toBeLessThan(6 + 24 / Math.max(believed, 1 / 40))
        world.auth.dispose()
      }
    },
  )

  const setBacks = lives.flatMap((ttl) => [0, 1, 5, 60, 300].map((setBack) => ({ ttl, setBack })))

  it.each(setBacks)(
    'with an `iat` set back by $setBack s and tokens of $ttl s has no renewal after expiry',
    async ({ ttl, setBack }) => {
      for (const chance of [0, 0.5, 0.99]) {
        const world = await live({ ttl, setBack, chance }, 10 * ttl)
        expect(outcomes(world)).toEqual(['taken'])
        expect(world.typesOf()).not.toContain('request-held')
        expect(world.calls.length).toBeLessThan(24)
        world.auth.dispose()
      }
    },
  )

  const minters = lives.flatMap((ttl) =>
    skews.flatMap((minterAhead) =>
      // The token is dead on arrival, or expires before it becomes valid.
      Math.abs(minterAhead) < ttl ? [{ ttl, minterAhead }] : [],
    ),
  )

  it.each(minters)(
    'the minting server’s by $minterAhead s, with tokens of $ttl s, has no request refused for expiry',
    async ({ ttl, minterAhead }) => {
      for (const chance of [0, 0.5, 0.99]) {
        const world = await live({ ttl, minterAhead, chance }, 10 * ttl + 2 * Math.abs(minterAhead))
        expect(outcomes(world)).not.toContain(40)
        expect(world.typesOf()).not.toContain('session-failed')
        expect(world.typesOf()).not.toContain('request-rejected')
        expect(world.state().status).toBe('connected')
        expect(world.calls.length).toBeLessThan(60)
        world.auth.dispose()
      }
    },
  )
})

describe('a wall clock that is wrong', () => {
  it('is reported once, and again only when the error changes', async () => {
    const world = createWorld()
    world.clock.jumpWallClock(-day * second)
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    await world.clock.advance(600_000)
    const told = () => world.typesOf().filter((type) => type === 'clock-skew-detected').length
    expect(told()).toBe(1)
    world.clock.jumpWallClock(day * second - 3_600_000)
    await world.clock.advance(600_000)
    expect(told()).toBe(2)
  })
})
