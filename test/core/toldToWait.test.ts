import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import { createManualClock } from '../../src/testing/controls/createManualClock.js'
import { rejection } from '../support/promises.js'
import { createWorld } from '../support/world.js'

const busy = (retryAfterMs = 1000) =>
  Object.assign(new Error('busy'), { status: 429, retryAfterMs })

describe('a client that the token endpoint tells to wait', () => {
  it('waits as often as it is told to, without using up an attempt', async () => {
    const world = createWorld({ retry: { maxAttempts: 1, minDelayMs: 100 } })
    world.controls.provider = () => Promise.reject(busy())
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.clock.advance(60_000)
    expect(world.calls.length).toBeGreaterThan(25)
    expect(world.state().status).toBe('connecting')
    world.controls.provider = 'mint'
    await world.clock.advance(2000)
    await connecting
    expect(world.state().status).toBe('connected')
  })

  it('counts only the failures in between as attempts', async () => {
    const world = createWorld({ retry: { maxAttempts: 3, minDelayMs: 100 } })
    const answers = [busy(), new Error('1'), busy(), busy(), new Error('2'), busy(), new Error('3')]
    world.controls.provider = () => Promise.reject(answers.shift())
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.clock.advance(60_000)
    expect(answers).toEqual([])
    expect(await failed).toMatchObject({ code: 'token-provider-failed' })
  })

  it('returns within twice the time that it was told, however often it is told', async () => {
    const world = createWorld({ retry: { minDelayMs: 100 } })
    const askedAt: number[] = []
    world.controls.provider = () => {
      askedAt.push(world.clock.now())
      return Promise.reject(busy(1000))
    }
    rejection(world.auth.connectUser({ id: 'jane' })).catch(() => {})
    await world.clock.advance(30_000)
    const waits = askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? 0))
    expect(Math.max(...waits)).toBeLessThanOrEqual(2000)
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000)
    world.auth.dispose()
  })

  it('uses up its attempts if it is told to return at once', async () => {
    const world = createWorld({ retry: { maxAttempts: 3, minDelayMs: 100 } })
    world.controls.provider = () => Promise.reject(busy(0))
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.clock.advance(60_000)
    await failed
    expect(world.calls).toHaveLength(3)
  })
})

describe('a client that the chat backend tells to wait', () => {
  const limited = (retryAfterMs?: number) => () =>
    Promise.reject(new ChatAuthError('rate-limited', { retryAfterMs }))

  it('waits as often as it is told to before its first connection', async () => {
    const world = createWorld({ retry: { maxAttempts: 2, minDelayMs: 100 }, ttlSeconds: null })
    world.controls.openFault = limited(1000)
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.clock.advance(30_000)
    expect(world.state().status).toBe('connecting')
    world.controls.openFault = null
    await world.clock.advance(2000)
    await connecting
    expect(world.state().status).toBe('connected')
  })

  it('uses up its attempts if it is not told for how long', async () => {
    const world = createWorld({ retry: { maxAttempts: 2, minDelayMs: 100 }, ttlSeconds: null })
    world.controls.openFault = limited()
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.clock.advance(30_000)
    expect(await failed).toMatchObject({ code: 'rate-limited' })
  })
})

it.each([
  [1000, 42_000],
  [4000, 60_000],
])(
  '200 clients told to wait %i ms all connect under a shared limit of five a second',
  async (toldMs, allConnectedMs) => {
    const clock = createManualClock()
    let second = 0
    let given = 0
    let seed = 1
    const worlds = Array.from({ length: 200 }, (_, index) => {
      const world = createWorld({ clock, ttlSeconds: null })
      world.environment.random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
      world.controls.provider = ({ userId }) => {
        const present = Math.floor(clock.now() / 1000)
        if (present !== second) [second, given] = [present, 0]
        return given++ < 5 ? world.mintFor(userId) : Promise.reject(busy(toldMs))
      }
      return { ...world, connecting: world.auth.connectUser({ id: `user-${index}` }) }
    })
    await clock.advance(allConnectedMs)
    const statuses = worlds.map(({ state }) => state().status)
    expect(statuses.filter((status) => status === 'connected')).toHaveLength(200)
    await Promise.all(worlds.map(({ connecting }) => connecting))
    for (const { auth } of worlds) auth.dispose()
  },
  60_000,
)
