import { describe, expect, it } from 'vitest'
import { rejection } from '../support/promises.js'
import { connectedWorld, createWorld, failWith, payloadOf, type World } from '../support/world.js'

const minute = 60_000
const hour = 60 * minute

const failures = (world: World) =>
  world.typesOf().filter((type) => type === 'connection-attempt-failed').length

/** Jane connects, on tokens of a day, through a gateway that answers every handshake so. */
function connecting(code: 'handshake-refused' | 'connection-failed' | 'connection-timeout') {
  const world = createWorld({ ttlSeconds: 86_400 })
  world.controls.openFault = failWith(code)
  world.auth.connectUser({ id: 'jane' }).catch(() => {})
  return world
}

/** Lets time pass until so many attempts have failed. */
async function afterFailures(world: World, count: number) {
  while (failures(world) < count) await world.clock.advance(10)
}

describe('a gateway that refuses the handshake', () => {
  it('has another token fetched after three refusals in a row with one', async () => {
    const world = connecting('handshake-refused')
    await afterFailures(world, 2)
    expect(world.calls).toHaveLength(1)
    await afterFailures(world, 3)
    expect(world.calls).toHaveLength(2)
    world.controls.openFault = null
    await world.clock.advance(30_000)
    expect(world.state().status).toBe('connected')
  })

  it('lets that token in, where it was the old one that it refused', async () => {
    const world = connecting('handshake-refused')
    const refuse = failWith('handshake-refused')
    const letIn = () => Promise.resolve() as Promise<never>
    world.controls.openFault = () => (world.calls.length === 1 ? refuse() : letIn())
    await world.clock.advance(10_000)
    expect(world.state().status).toBe('connected')
    expect(failures(world)).toBe(3)
  })

  it('for an hour has one fetched a minute at most', async () => {
    const world = connecting('handshake-refused')
    await world.clock.advance(hour)
    expect(world.calls.length).toBeGreaterThan(40)
    expect(world.calls.length).toBeLessThanOrEqual(61)
    expect(world.state().status).toBe('connecting')
  })

  it('and comes and goes has one fetched a minute at most, too', async () => {
    const world = await connectedWorld({ ttlSeconds: 86_400 })
    const before = world.calls.length
    for (let times = 0; times < 3; times++) {
      world.controls.openFault = failWith('handshake-refused')
      const count = failures(world)
      world.live()[0]?.drop()
      await afterFailures(world, count + 3)
      world.controls.openFault = null
      await world.clock.advance(15_000)
      expect(world.state().status).toBe('connected')
    }
    expect(world.calls.length - before).toBe(1)
  })

  it('counts refusals of one token only', async () => {
    const world = connecting('handshake-refused')
    await afterFailures(world, 2)
    await Promise.all([world.auth.refreshToken(), world.settle()])
    const calls = world.calls.length
    await afterFailures(world, 4)
    expect(world.calls).toHaveLength(calls)
    await afterFailures(world, 5)
    expect(world.calls).toHaveLength(calls + 1)
  })

  it('counts refusals in a row only: an answer of the backend in between starts anew', async () => {
    const world = connecting('handshake-refused')
    await afterFailures(world, 2)
    world.controls.openFault = failWith('server-error')
    await afterFailures(world, 3)
    world.controls.openFault = failWith('handshake-refused')
    await afterFailures(world, 5)
    expect(world.calls).toHaveLength(1)
    await afterFailures(world, 6)
    expect(world.calls).toHaveLength(2)
  })

  it('starts anew with each connection that was up', async () => {
    const world = await connectedWorld({ ttlSeconds: 86_400 })
    for (const times of [2, 2]) {
      world.controls.openFault = failWith('handshake-refused')
      const count = failures(world)
      world.live()[0]?.drop()
      await afterFailures(world, count + times)
      world.controls.openFault = null
      await world.clock.advance(30_000)
      expect(world.state().status).toBe('connected')
    }
    expect(world.calls).toHaveLength(1)
  })

  it('ends no session whose provider fails then, and leaves no rejection unhandled', async () => {
    const world = connecting('handshake-refused')
    await world.settle()
    world.controls.provider = () => Promise.reject(new Error('no'))
    await world.clock.advance(10 * minute)
    expect(world.state()).toMatchObject({ status: 'connecting' })
    world.controls.openFault = null
    await world.clock.advance(30_000)
    expect(world.state().status).toBe('connected')
  })

  it('is tried on with a static token', async () => {
    const world = createWorld({ tokenProvider: undefined })
    const token = world.mintFor('jane', 86_400)
    world.controls.openFault = failWith('handshake-refused')
    const connected = world.auth.connectUser({ id: 'jane' }, token)
    await world.clock.advance(10 * minute)
    expect(failures(world)).toBeGreaterThan(20)
    world.controls.openFault = null
    await world.clock.advance(30_000)
    await connected
    expect(payloadOf(world.live()[0]?.token ?? '').user_id).toBe('jane')
  })

  it('costs nobody a token call any more once the session is over', async () => {
    const world = connecting('handshake-refused')
    await afterFailures(world, 2)
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    await world.clock.advance(hour)
    expect(world.calls).toHaveLength(1)
    expect(world.clock.pendingTimers).toBe(0)
  })
})

describe('a connection that fails without a word, as in browsers', () => {
  it('for an hour has one token fetched, within its second minute', async () => {
    const world = connecting('connection-failed')
    await afterFailures(world, 3)
    expect(world.calls).toHaveLength(1)
    await world.clock.advance(2 * minute)
    expect(world.calls).toHaveLength(2)
    await world.clock.advance(hour)
    expect(world.calls).toHaveLength(2)
  })

  it('has browsers that meet the outage at once ask at moments of their own', async () => {
    const moments = new Set<number>()
    for (const random of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      const world = connecting('connection-failed')
      world.controls.random = random
      const start = world.clock.now()
      while (world.calls.length < 2) await world.clock.advance(100)
      moments.add(Math.round((world.clock.now() - start) / 5000))
    }
    expect(moments.size).toBeGreaterThan(3)
  })

  it('has another one fetched in the next outage', async () => {
    const world = connecting('connection-failed')
    await world.clock.advance(5 * minute)
    world.controls.openFault = null
    await world.clock.advance(30_000)
    expect(world.state().status).toBe('connected')
    world.controls.openFault = failWith('connection-failed')
    const before = failures(world)
    world.live()[0]?.drop()
    await afterFailures(world, before + 3)
    expect(world.calls).toHaveLength(2)
    await world.clock.advance(5 * minute)
    expect(world.calls).toHaveLength(3)
  })

  it('has none fetched while the platform says that there is no network', async () => {
    const world = connecting('connection-failed')
    world.setOnline(false)
    await world.clock.advance(hour)
    expect(world.calls).toHaveLength(1)
  })

  it('has none fetched where the backend is only slow', async () => {
    const world = connecting('connection-timeout')
    await world.clock.advance(hour)
    expect(world.calls).toHaveLength(1)
  })
})

describe('where WebSockets are blocked and HTTP works', () => {
  it.each(['connection-failed', 'connection-timeout', 'handshake-refused'] as const)(
    'as %s, requests go out after the first attempt, and the socket is tried on',
    async (code) => {
      const world = connecting(code)
      const request = world.auth.fetch('/me')
      await world.settle()
      expect((await request).status).toBe(200)
      expect(world.state()).toMatchObject({
        status: 'connecting',
        attempt: 1,
        error: { code },
        token: { heldRequests: 0 },
      })
      expect(world.typesOf()).not.toContain('session-connected')
      await world.clock.advance(10 * minute)
      expect(failures(world)).toBeGreaterThan(20)
      world.controls.openFault = null
      await world.clock.advance(30_000)
      expect(world.state().status).toBe('connected')
      expect(world.typesOf().filter((type) => type === 'session-connected')).toHaveLength(1)
    },
  )

  it('a refused request has its token replaced and is sent again', async () => {
    const world = createWorld()
    world.controls.openFault = failWith('connection-failed')
    const cached = world.mintFor('jane')
    world.revoke(cached)
    world.controls.provider = () => (world.calls.length === 1 ? cached : world.mintFor('jane'))
    world.auth.connectUser({ id: 'jane' }).catch(() => {})
    const request = world.auth.fetch('/me')
    await world.settle()
    expect((await request).status).toBe(200)
    expect(world.requests.map(({ outcome }) => outcome)).toEqual([40, 'taken'])
  })

  it('a log-out by the app’s own fetch, as the first request goes out, ends the session', async () => {
    const world = connecting('connection-failed')
    world.controls.onSend = () => void world.auth.disconnectUser()
    const request = rejection(world.auth.fetch('/me'))
    const later = rejection(world.auth.fetch('/later'))
    await world.clock.advance(minute)
    expect(await request).toMatchObject({ code: 'session-ended' })
    expect(await later).toMatchObject({ code: 'session-ended' })
    expect(world.state().status).toBe('disconnected')
    expect(failures(world)).toBe(1)
  })
})

describe('while the backend itself refuses the connection', () => {
  it.each(['server-error', 'rate-limited', 'unexpected-answer'] as const)(
    'as %s, requests wait for the session',
    async (code) => {
      const world = createWorld()
      world.controls.openFault = failWith(code)
      world.auth.connectUser({ id: 'jane' }).catch(() => {})
      const request = world.auth.fetch('/me')
      await world.clock.advance(2000)
      expect(world.requests).toEqual([])
      world.controls.openFault = null
      await world.clock.advance(5000)
      expect((await request).status).toBe(200)
    },
  )
})
