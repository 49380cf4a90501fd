import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import { held, rejection } from '../support/promises.js'
import { connectedWorld, createWorld, type World, failWith } from '../support/world.js'

const ofType = (world: World, type: string) => world.events.filter((event) => event.type === type)

describe('a first connection', () => {
  it('is tried again with a growing wait, and says so in the state', async () => {
    const world = createWorld()
    world.controls.openFault = failWith('connection-failed')
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    expect(world.state()).toMatchObject({
      status: 'connecting',
      attempt: 1,
      nextAttemptAt: new Date(world.clock.now() + 250),
      error: { code: 'connection-failed' },
    })
    await world.clock.advance(250)
    expect(world.state()).toMatchObject({
      attempt: 2,
      nextAttemptAt: new Date(world.clock.now() + 500),
    })
    world.controls.openFault = null
    await world.clock.advance(499)
    expect(world.state().status).toBe('connecting')
    await world.clock.advance(1)
    await connecting
    expect(world.state().status).toBe('connected')
    expect(world.calls).toHaveLength(1)
    expect(ofType(world, 'connection-opened')).toMatchObject([{ attempt: 3 }])
  })

  it('fails after maxAttempts', async () => {
    const world = createWorld({ retry: { maxAttempts: 3, minDelayMs: 100 } })
    world.controls.openFault = failWith('connection-failed')
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.clock.advance(150)
    expect(await failed).toMatchObject({ code: 'connection-failed' })
    expect(world.state().status).toBe('failed')
    expect(ofType(world, 'connection-attempt-failed')).toMatchObject([
      { attempt: 1, retryInMs: 50 },
      { attempt: 2, retryInMs: 100 },
      { attempt: 3, retryInMs: null, code: 'connection-failed' },
    ])
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('fails at once when trying again is no use', async () => {
    const world = createWorld()
    world.controls.openFault = failWith('api-key-invalid')
    expect(
      await rejection(Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])),
    ).toMatchObject({ code: 'api-key-invalid' })
    expect(ofType(world, 'connection-attempt-failed')).toHaveLength(1)
  })

  it('makes one of ours of whatever a connector throws', async () => {
    const world = createWorld({ retry: { maxAttempts: 1 } })
    const cause = new RangeError('odd')
    world.controls.openFault = () => Promise.reject(cause)
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    expect(await failed).toMatchObject({ code: 'connection-failed', cause })
  })

  it('waits out what the backend asks for', async () => {
    const world = createWorld()
    world.controls.openFault = () =>
      Promise.reject(new ChatAuthError('rate-limited', { retryAfterMs: 9000 }))
    void rejection(world.auth.connectUser({ id: 'jane' }))
    await world.clock.advance(13_499)
    expect(ofType(world, 'connection-attempt-failed')).toHaveLength(1)
    await world.clock.advance(1)
    expect(ofType(world, 'connection-attempt-failed')).toHaveLength(2)
    world.auth.dispose()
  })

  it('refused with 40 gets one fresh token, and fails when that is refused too', async () => {
    const world = createWorld()
    world.controls.refuseAll = 40
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    expect(await failed).toMatchObject({ code: 'token-refused' })
    expect(world.calls.map(({ reason }) => reason)).toEqual(['connect', 'expired'])
    expect(ofType(world, 'token-refused')).toMatchObject([
      { by: 'connection', code: 40, wasReplaced: false },
      { by: 'connection', code: 40, wasReplaced: false },
    ])
  })

  it('refused with a cached token is helped by a fresh one', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    const cached = world.mintFor('jane')
    world.revoke(cached)
    world.lastCall().resolve(cached)
    await world.settle()
    expect(world.lastCall().reason).toBe('refused')
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    await connecting
  })

  it('names a provider that returns the refused token again', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    const cached = world.mintFor('jane')
    world.revoke(cached)
    world.lastCall().resolve(cached)
    await world.settle()
    world.lastCall().resolve(cached)
    await world.settle()
    expect(await failed).toMatchObject({ code: 'token-unchanged' })
    expect(world.calls).toHaveLength(2)
  })
})

describe('a lost connection', () => {
  it('is reconnecting with the same session, after a jittered wait, for as long as it takes', async () => {
    const world = await connectedWorld({ retry: { maxAttempts: 2 }, ttlSeconds: null })
    const before = world.state()
    world.controls.openFault = failWith('connection-failed')
    world.live()[0]?.drop()
    expect(world.state()).toEqual({
      ...before,
      status: 'reconnecting',
      attempt: 0,
      nextAttemptAt: new Date(world.clock.now() + 250),
      error: new ChatAuthError('connection-failed'),
    })
    await world.clock.advance(3_600_000)
    expect(world.state()).toMatchObject({ status: 'reconnecting' })
    expect(ofType(world, 'connection-attempt-failed').length).toBeGreaterThan(100)
    world.controls.openFault = null
    await world.clock.advance(30_000)
    expect(world.state()).toEqual(before)
    // The one at the beginning, and one on the suspicion that a gateway refuses its token.
    expect(world.calls).toHaveLength(2)
    expect(ofType(world, 'connection-lost')).toMatchObject([{ code: 'connection-failed' }])
    expect(ofType(world, 'session-connected')).toHaveLength(1)
  })

  it('is lost once, however often that is said', async () => {
    const world = await connectedWorld()
    const socket = world.live()[0]
    socket?.drop()
    socket?.drop()
    socket?.drop(40)
    await world.clock.advance(500)
    expect(ofType(world, 'connection-lost')).toHaveLength(1)
    expect(world.calls).toHaveLength(1)
    expect(world.live()).toHaveLength(1)
  })

  it('does not hold up requests', async () => {
    const world = await connectedWorld()
    world.controls.openFault = failWith('connection-failed')
    world.live()[0]?.drop()
    await world.auth.fetch('/a')
    expect(world.requests).toHaveLength(1)
  })

  it('is reopened seldom while the platform says that there is no network, and at once when it is back', async () => {
    const world = await connectedWorld({ ttlSeconds: null })
    world.controls.isOnline = false
    world.controls.openFault = failWith('connection-failed')
    world.live()[0]?.drop()
    const nextAttemptAt = new Date(world.clock.now() + 30_000)
    expect(world.state()).toMatchObject({ status: 'reconnecting', nextAttemptAt })
    await world.clock.advance(29_999)
    world.wake()
    await world.settle()
    expect(ofType(world, 'connection-attempt-failed')).toHaveLength(0)
    await world.clock.advance(1)
    expect(ofType(world, 'connection-attempt-failed')).toHaveLength(1)
    world.controls.isOnline = true
    world.controls.openFault = null
    world.wake()
    await world.settle()
    expect(world.state().status).toBe('connected')
  })

  it('over its token is reopened at once with a fresh one, and the state stays connected', async () => {
    const world = await connectedWorld()
    const old = world.live()[0]
    world.controls.provider = 'hold'
    old?.drop(40, 'token is expired (exp)')
    await world.settle()
    expect(world.lastCall()).toMatchObject({ reason: 'expired' })
    expect(world.state().status).toBe('connected')
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(world.live()).toHaveLength(1)
    expect(world.live()[0]?.token).not.toBe(old?.token)
    expect(ofType(world, 'connection-lost')).toMatchObject([{ code: 'token-refused' }])
    expect(ofType(world, 'token-refused')).toMatchObject([{ by: 'connection', code: 40 }])
  })

  it('over its token is reconnecting once reopening fails', async () => {
    const world = await connectedWorld()
    world.controls.openFault = failWith('connection-failed')
    world.live()[0]?.drop(40)
    await world.settle()
    expect(world.state()).toMatchObject({ status: 'reconnecting', attempt: 1 })
  })

  it('in silence, found dead at the next reconnect, gets a fresh token', async () => {
    const world = await connectedWorld()
    world.revoke(world.live()[0]?.token ?? '')
    world.live()[0]?.drop()
    await world.clock.advance(250)
    expect(world.lastCall().reason).toBe('refused')
    expect(world.state().status).toBe('connected')
    expect(world.live()).toHaveLength(1)
  })

  it('ends the session where the backend will never have it back', async () => {
    const world = await connectedWorld()
    world.controls.openFault = failWith('app-suspended')
    world.live()[0]?.drop()
    await world.clock.advance(250)
    expect(world.state()).toMatchObject({ status: 'failed', error: { code: 'app-suspended' } })
  })

  it('is tried again at once by retry, which resolves when that worked', async () => {
    const world = await connectedWorld()
    const { sessionId } = world.state() as { sessionId?: string }
    world.controls.openFault = failWith('connection-failed')
    world.live()[0]?.drop()
    await world.clock.advance(10_000)
    world.controls.openFault = null
    world.controls.random = 0.25
    await world.auth.retry()
    expect(world.state()).toMatchObject({ status: 'connected', sessionId })
  })

  it('rejects a retry that ends the session', async () => {
    const world = await connectedWorld()
    world.controls.openFault = failWith('connection-failed')
    world.live()[0]?.drop()
    await world.clock.advance(10_000)
    world.controls.openFault = failWith('app-suspended')
    expect(await rejection(world.auth.retry())).toMatchObject({ code: 'app-suspended' })
  })

  it('is looked at again after a sleep', async () => {
    const world = await connectedWorld({ ttlSeconds: null })
    world.controls.openFault = failWith('connection-failed')
    world.live()[0]?.drop()
    await world.clock.advance(60_000)
    world.controls.openFault = null
    world.sleep(60_000)
    world.wake()
    await world.settle()
    expect(world.state().status).toBe('connected')
  })
})

describe('a connection of a session that is over', () => {
  it('is nothing when it opens late', async () => {
    const world = createWorld()
    const opening = held<never>()
    world.controls.openFault = () => opening.promise
    const connecting = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    await world.auth.disconnectUser()
    const events = world.events.length
    opening.resolve(undefined as never)
    await world.settle()
    expect(await connecting).toMatchObject({ code: 'superseded' })
    expect(world.state()).toEqual({ status: 'disconnected' })
    expect(world.events).toHaveLength(events)
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('is nothing when it fails late, passingly or for good', async () => {
    for (const code of ['app-suspended', 'connection-failed'] as const) {
      const world = createWorld()
      const opening = held<never>()
      world.controls.openFault = () => opening.promise
      const connecting = rejection(world.auth.connectUser({ id: 'jane' }))
      await world.settle()
      await world.auth.disconnectUser()
      const events = world.events.length
      opening.reject(new ChatAuthError(code))
      await world.settle()
      await connecting
      expect(world.state()).toEqual({ status: 'disconnected' })
      expect(world.events).toHaveLength(events)
      expect(world.clock.pendingTimers).toBe(0)
    }
  })

  it('is not tried again, and leaves no timer', async () => {
    const world = await connectedWorld()
    world.controls.openFault = failWith('connection-failed')
    world.live()[0]?.drop()
    await world.settle()
    await world.auth.disconnectUser()
    expect(world.clock.pendingTimers).toBe(0)
    await world.clock.advance(60_000)
    expect(ofType(world, 'connection-attempt-failed')).toEqual([])
  })
})

describe('a rotation', () => {
  it('opens the new socket before the old one closes, unseen', async () => {
    const world = await connectedWorld()
    const before = world.state()
    await world.clock.advance(42_000)
    expect(world.sockets).toHaveLength(2)
    expect(world.live()).toEqual([world.sockets[1]])
    expect(world.state()).toMatchObject({ status: 'connected', sessionId: sessionIdOf(before) })
    expect(ofType(world, 'connection-lost')).toEqual([])
  })

  it('that fails leaves the old socket and the state alone, and is tried again', async () => {
    const world = await connectedWorld()
    world.controls.openFault = failWith('connection-failed')
    await world.clock.advance(42_000)
    expect(world.live()).toEqual([world.sockets[0]])
    expect(world.state().status).toBe('connected')
    expect(ofType(world, 'connection-attempt-failed')).toMatchObject([{ retryInMs: 250 }])
    world.controls.openFault = null
    await world.clock.advance(250)
    expect(world.live()).toEqual([world.sockets[1]])
  })

  it('that fails while the old socket is lost reconnects at once', async () => {
    const world = await connectedWorld()
    world.controls.openFault = failWith('connection-failed')
    await world.clock.advance(42_000)
    world.controls.openFault = null
    world.live()[0]?.drop(40)
    await world.settle()
    expect(world.live()).toHaveLength(1)
    expect(world.state().status).toBe('connected')
  })
})

function sessionIdOf(state: object): unknown {
  return 'sessionId' in state ? state.sessionId : null
}
