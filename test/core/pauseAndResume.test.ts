import { describe, expect, it } from 'vitest'
import { held, quietly, rejection } from '../support/promises.js'
import { atState, connectedWorld, createWorld, failWith, pausedWorld } from '../support/world.js'

describe('pause()', () => {
  it('of a session that is connecting lets it begin without a socket', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const connecting = world.auth.connectUser({ id: 'jane' })
    await Promise.all([world.auth.pause(), world.settle()])
    expect(world.state().status).toBe('connecting')
    world.lastCall().resolve(world.mintFor('jane'))
    await Promise.all([connecting, world.settle()])
    expect(world.state()).toMatchObject({ status: 'paused', user: { id: 'jane' } })
    expect(world.sockets).toEqual([])
  })

  it('while a socket is being opened closes that socket, whenever it is up', async () => {
    const world = createWorld()
    const opening = held<never>()
    world.controls.openFault = () => opening.promise
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    await Promise.all([world.auth.pause(), world.settle()])
    opening.resolve(undefined as never)
    await Promise.all([connecting, world.settle()])
    expect(world.state().status).toBe('paused')
    expect(world.sockets).toHaveLength(1)
    expect(world.live()).toEqual([])
  })

  it('counts no attempt as failed that it ended', async () => {
    const world = createWorld()
    const opening = held<never>()
    world.controls.openFault = () => opening.promise
    quietly(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    await Promise.all([world.auth.pause(), world.settle()])
    opening.reject(new Error('the socket is no longer wanted'))
    await world.settle()
    expect(world.typesOf()).not.toContain('connection-attempt-failed')
    expect(world.state().status).toBe('paused')
  })

  it('while reconnecting ends the wait for the next attempt', async () => {
    const world = await connectedWorld()
    world.controls.openFault = failWith('connection-failed')
    world.live()[0]?.drop()
    await world.settle()
    expect(world.state().status).toBe('reconnecting')
    await Promise.all([world.auth.pause(), world.settle()])
    expect(world.state()).not.toHaveProperty('nextAttemptAt')
    expect(world.clock.pendingTimers).toBe(0)
    await world.clock.advance(60_000)
    expect(world.state().status).toBe('paused')
  })

  it('during a rotation closes both sockets', async () => {
    const world = await connectedWorld()
    const opening = held<never>()
    world.controls.openFault = () => opening.promise
    await Promise.all([world.auth.refreshToken(), world.settle()])
    await Promise.all([world.auth.pause(), world.settle()])
    expect(world.live()).toEqual([])
    opening.resolve(undefined as never)
    await world.settle()
    expect(world.live()).toEqual([])
    expect(world.state().status).toBe('paused')
  })

  it('twice is as good as once', async () => {
    const world = await pausedWorld()
    await Promise.all([world.auth.pause(), world.settle()])
    expect(world.typesOf().filter((type) => type === 'session-paused')).toHaveLength(1)
    await Promise.all([world.auth.resume(), world.settle()])
    expect(world.state().status).toBe('connected')
  })

  it('before anybody is connected rejects with not-connected, as `resume()` does', async () => {
    const world = createWorld()
    expect(await rejection(world.auth.pause())).toMatchObject({ code: 'not-connected' })
    expect(await rejection(world.auth.resume())).toMatchObject({ code: 'not-connected' })
  })

  it('of a failed session rejects with the error that it failed with', async () => {
    const world = createWorld()
    world.controls.openFault = failWith('api-key-invalid')
    quietly(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    expect(await rejection(world.auth.pause())).toMatchObject({ code: 'api-key-invalid' })
    expect(world.state().status).toBe('failed')
  })

  it('rejects with a TypeError where the connector cannot close its socket alone', async () => {
    const world = await connectedWorld({ pauseAfterHiddenMs: 0 }, { canRest: false })
    expect(await rejection(world.auth.pause())).toBeInstanceOf(TypeError)
    world.setVisible(false)
    expect(world.state().status).toBe('connected')
    expect(world.live()).toHaveLength(1)
  })

  it('from inside a subscriber pauses the session that was told of', async () => {
    const world = createWorld()
    atState(
      world,
      () => world.state().status === 'connected',
      () => quietly(world.auth.pause()),
    )
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(world.state().status).toBe('paused')
    expect(world.live()).toEqual([])
  })

  it.each(['session-started', 'token-received', 'connection-opened', 'session-connected'])(
    'from inside `onEvent` at %s leaves no socket',
    async (type) => {
      const world = createWorld({
        onEvent(event) {
          if (event.type === type) quietly(world.auth.pause())
        },
      })
      await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
      expect(world.state().status).toBe('paused')
      expect(world.live()).toEqual([])
    },
  )
})

describe('resume()', () => {
  it('opens a socket with the session as it was, by way of `reconnecting`', async () => {
    const world = await pausedWorld()
    const statuses: string[] = []
    world.auth.subscribe(() => statuses.push(world.state().status))
    await Promise.all([world.auth.resume(), world.settle()])
    expect(statuses).toEqual(['reconnecting', 'connected'])
    expect(world.live()).toHaveLength(1)
    expect(world.calls).toHaveLength(1)
    expect(world.typesOf().slice(-2)).toEqual(['session-resumed', 'connection-opened'])
  })

  it('renews the token again, and asks for one first where it has expired', async () => {
    const world = await pausedWorld({ ttlSeconds: 60 })
    await world.clock.advance(3_600_000)
    await Promise.all([world.auth.resume(), world.settle()])
    expect(world.calls.map(({ reason }) => reason)).toEqual(['connect', 'expired'])
    await world.clock.advance(120_000)
    expect(world.calls.length).toBeGreaterThan(2)
    expect(world.typesOf()).not.toContain('token-refused')
    expect(world.state().status).toBe('connected')
  })

  it('plans the renewal of a token that outlived the pause', async () => {
    const world = await pausedWorld({ ttlSeconds: 60 })
    await world.clock.advance(10_000)
    await Promise.all([world.auth.resume(), world.settle()])
    await world.clock.advance(45_000)
    expect(world.calls.map(({ reason }) => reason)).toEqual(['connect', 'renewal'])
  })

  it('is pending while the socket cannot be opened, and says what is tried again', async () => {
    const world = await pausedWorld()
    world.controls.openFault = failWith('connection-failed')
    let isResumed = false
    const resuming = world.auth.resume().then(() => (isResumed = true))
    await world.clock.advance(100)
    expect(world.state()).toMatchObject({ status: 'reconnecting', attempt: 1 })
    expect(isResumed).toBe(false)
    world.controls.openFault = null
    await world.clock.advance(1000)
    await resuming
    expect(world.state().status).toBe('connected')
  })

  it('makes its attempt at once, whatever wait the ones before the pause had earned', async () => {
    const world = await connectedWorld()
    world.controls.openFault = failWith('connection-failed')
    world.live()[0]?.drop()
    await world.clock.advance(20_000)
    await Promise.all([world.auth.pause(), world.settle()])
    world.controls.openFault = null
    await Promise.all([world.auth.resume(), world.settle()])
    expect(world.state().status).toBe('connected')
  })

  it('twice opens one socket', async () => {
    const world = await pausedWorld()
    await Promise.all([world.auth.resume(), world.auth.resume(), world.settle()])
    expect(world.sockets).toHaveLength(2)
    expect(world.typesOf().filter((type) => type === 'session-resumed')).toHaveLength(1)
  })

  it('of a session that was never paused changes nothing', async () => {
    const world = await connectedWorld()
    const before = world.state()
    await Promise.all([world.auth.resume(), world.settle()])
    expect(world.state()).toBe(before)
    expect(world.typesOf()).not.toContain('session-resumed')
  })

  it.each([
    ['paused', ['resume', 'pause'] as const],
    ['connected', ['pause', 'resume'] as const],
    ['paused', ['pause', 'resume', 'pause'] as const],
    ['connected', ['pause', 'pause', 'resume', 'pause', 'resume'] as const],
  ])('and pause() in quick succession: the last call wins, %s', async (status, calls) => {
    const world = await connectedWorld()
    await Promise.all([...calls.map((call) => world.auth[call]()), world.settle()])
    expect(world.state().status).toBe(status)
    expect(world.live()).toHaveLength(status === 'connected' ? 1 : 0)
  })

  it('while the attempt that a pause ended is still open waits for it, and then opens its own', async () => {
    const world = await connectedWorld()
    const opening = held<never>()
    world.controls.openFault = () => opening.promise
    await Promise.all([world.auth.refreshToken(), world.settle()])
    await Promise.all([world.auth.pause(), world.settle()])
    const resuming = world.auth.resume()
    await world.settle()
    world.controls.openFault = null
    opening.resolve(undefined as never)
    await Promise.all([resuming, world.settle()])
    expect(world.live()).toHaveLength(1)
    expect(world.state().status).toBe('connected')
  })

  it('resolves when the session is paused again first, and rejects when it ends', async () => {
    const world = await pausedWorld()
    world.controls.openFault = failWith('connection-failed')
    const first = world.auth.resume()
    await world.settle()
    await Promise.all([world.auth.pause(), first, world.settle()])
    const second = rejection(world.auth.resume())
    await world.settle()
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect(await second).toMatchObject({ code: 'session-ended' })
  })
})
