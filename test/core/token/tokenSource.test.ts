import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../../src/core/errors.js'
import { rejection } from '../../support/promises.js'
import { connectedWorld, createWorld, tokenStateOf } from '../../support/world.js'

describe('refreshToken', () => {
  it('fetches a new token now and opens the connection with it', async () => {
    const world = await connectedWorld()
    await world.clock.advance(5000)
    await world.auth.refreshToken()
    await world.settle()
    expect(world.lastCall()).toMatchObject({ reason: 'manual', attempt: 1 })
    expect(world.live()).toHaveLength(1)
    expect(world.sockets).toHaveLength(2)
    await world.clock.advance(41_999)
    expect(world.calls).toHaveLength(2)
  })

  it('shares the call in flight', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    const both = [world.auth.refreshToken(), world.auth.refreshToken()]
    await world.settle()
    expect(world.calls).toHaveLength(2)
    world.lastCall().resolve(world.mintFor('jane'))
    await Promise.all(both)
    expect(world.calls).toHaveLength(2)
  })

  it('rejects when it fails, and the session goes on', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    const refreshing = rejection(world.auth.refreshToken())
    await world.settle()
    world.lastCall().reject(new Error('down'))
    expect(await refreshing).toMatchObject({ code: 'token-provider-failed' })
    expect(world.state().status).toBe('connected')
    await world.auth.fetch('/still')
  })

  it('rejects for a session without a provider, and does not affect the session', async () => {
    const world = createWorld()
    await Promise.all([world.auth.connectAnonymousUser(), world.settle()])
    expect(await rejection(world.auth.refreshToken())).toMatchObject({
      code: 'token-not-renewable',
    })
    expect(tokenStateOf(world).status).toBe('valid')
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('makes the next attempt of a waiting run at once', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    void world.auth.connectUser({ id: 'jane' })
    await world.settle()
    world.lastCall().reject(new Error('down'))
    await world.settle()
    const refreshing = world.auth.refreshToken()
    await world.settle()
    expect(world.calls).toHaveLength(2)
    world.lastCall().resolve(world.mintFor('jane'))
    await refreshing
  })
})

describe('a disposed session', () => {
  it('leaves no timer of a renewal in flight', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.auth.dispose()
    await world.settle()
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('aborts the provider, drops what it returns and leaves no timer', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    world.auth.dispose()
    expect(world.lastCall().signal.aborted).toBe(true)
    expect(world.lastCall().signal.reason).toBeInstanceOf(ChatAuthError)
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(await failed).toMatchObject({ code: 'disposed' })
    expect(world.state().status).toBe('disconnected')
    expect(world.sockets).toHaveLength(0)
    expect(world.clock.pendingTimers).toBe(0)
    expect(world.wakers.size).toBe(0)
  })

  it('calls no provider again, with an attempt waiting or about to begin', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    world.lastCall().reject(new Error('down'))
    await world.settle()
    await world.auth.disconnectUser()
    await failed
    await world.clock.advance(60_000)
    expect(world.calls).toHaveLength(1)
    expect(world.typesOf().at(-1)).toBe('session-ended')
  })
})

describe('the wait until a token is valid', () => {
  it('is not counted for a token that came meanwhile', async () => {
    const world = await connectedWorld()
    world.controls.refuseAll = 42
    const request = world.auth.fetch('/1')
    await world.settle()
    world.controls.refuseAll = null
    await Promise.all([world.auth.refreshToken(), request, world.settle()])
    world.controls.refuseAll = 42
    const second = world.auth.fetch('/2')
    await world.clock.advance(4999)
    expect(world.requests.filter(({ path }) => path === '/2')).toHaveLength(1)
    world.controls.refuseAll = null
    await world.clock.advance(1)
    await second
  })
})
