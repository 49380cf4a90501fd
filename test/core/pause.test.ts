import { describe, expect, it } from 'vitest'
import { quietly } from '../support/promises.js'
import { connectedWorld, failure, pausedWorld, tokenStateOf } from '../support/world.js'

describe('a paused session', () => {
  it('has no socket, and stays the session that it was', async () => {
    const world = await connectedWorld()
    const before = world.state()
    await Promise.all([world.auth.pause(), world.settle()])
    expect(world.live()).toEqual([])
    const { status: _, ...fields } = before
    expect(world.state()).toEqual({ status: 'paused', ...fields })
    expect(world.events.at(-1)).toMatchObject({ type: 'session-paused', by: 'app' })
  })

  it('sends its requests', async () => {
    const world = await pausedWorld()
    const [response] = await Promise.all([world.auth.fetch('/channels'), world.settle()])
    expect(response.status).toBe(200)
    expect(world.live()).toEqual([])
  })

  it('renews no token until a request needs one, and sets no timer', async () => {
    const world = await pausedWorld({ ttlSeconds: 60 })
    expect(world.clock.pendingTimers).toBe(0)
    await world.clock.advance(3_600_000)
    expect(world.calls).toHaveLength(1)
    await Promise.all([world.auth.fetch('/'), world.settle()])
    expect(world.calls.map(({ reason }) => reason)).toEqual(['connect', 'expired'])
    expect(world.requests.map(({ outcome }) => outcome)).toEqual(['taken'])
    expect(world.clock.pendingTimers).toBe(0)
    expect(world.live()).toEqual([])
  })

  it('announces no renewal with a token that a request asked for', async () => {
    const world = await pausedWorld({ ttlSeconds: 60 })
    await world.clock.advance(60_000)
    await Promise.all([world.auth.fetch('/'), world.settle()])
    expect(world.events.findLast(({ type }) => type === 'token-received')).toMatchObject({
      reason: 'expired',
      renewalInMs: null,
    })
  })

  it('opens no socket at a wake-up, at the return of the network or at `retry`', async () => {
    const world = await pausedWorld()
    world.setOnline(false)
    expect(world.state()).toMatchObject({ status: 'paused', isOnline: false })
    world.setOnline(true)
    world.wake()
    await Promise.all([world.auth.retry(), world.settle()])
    world.sleep(3_600_000)
    world.wake()
    await world.clock.advance(60_000)
    expect(world.state().status).toBe('paused')
    expect(world.sockets).toHaveLength(1)
  })

  it('opens no socket with a token that was asked for by name', async () => {
    const world = await pausedWorld()
    await Promise.all([world.auth.refreshToken(), world.settle()])
    expect(world.calls).toHaveLength(2)
    expect(world.sockets).toHaveLength(1)
  })

  it('fails when the backend refuses a request for good', async () => {
    const world = await pausedWorld()
    world.controls.refuseAll = 43
    const sent = world.auth.fetch('/').catch((error: { code: string }) => error.code)
    await world.clock.advance(10_000)
    expect(world.state().status).toBe('failed')
    expect(await sent).toBe('token-signature-invalid')
  })

  it('replays a request whose token was revoked', async () => {
    const world = await pausedWorld()
    world.revoke(...world.sockets.map(({ token }) => token))
    await Promise.all([world.auth.fetch('/'), world.settle()])
    expect(world.requests.map(({ outcome }) => outcome)).toEqual([40, 'taken'])
    expect(world.state().status).toBe('paused')
  })

  it('ends at log-out', async () => {
    const world = await pausedWorld()
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect(world.state()).toEqual({ status: 'disconnected' })
    expect(world.sockets).toHaveLength(1)
    expect(world.wakers.size + world.visibilityListeners.size).toBe(0)
  })

  it('asks `beforeSessionEnd`, and tells `afterSessionEnd`', async () => {
    const told: string[] = []
    const world = await pausedWorld({
      beforeSessionEnd: () => void told.push('before'),
      afterSessionEnd: () => void told.push('after'),
    })
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect(told).toEqual(['before', 'after'])
  })

  it('gives way to the next user, who is connected', async () => {
    const world = await pausedWorld()
    await Promise.all([world.auth.switchUser({ id: 'bob' }), world.settle()])
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'bob' } })
    expect(world.live().map(({ userId }) => userId)).toEqual(['bob'])
  })

  it('is paused again after a switch that failed', async () => {
    const world = await pausedWorld()
    world.controls.provider = ({ userId }) =>
      userId === 'bob' ? Promise.reject(failure({ status: 403 })) : world.mintFor(userId)
    quietly(world.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await world.settle()
    expect(world.state()).toMatchObject({ status: 'paused', user: { id: 'jane' } })
  })

  it('leaves no timer, listener or socket at `dispose`', async () => {
    const world = await pausedWorld({ pauseAfterHiddenMs: 5000 })
    world.setVisible(false)
    world.auth.dispose()
    await world.settle()
    expect(world.clock.pendingTimers).toBe(0)
    expect(world.wakers.size + world.networkListeners.size).toBe(0)
    expect(world.visibilityListeners.size).toBe(0)
  })
})

describe('a failed renewal', () => {
  const failing = () => Promise.reject(failure({ status: 500 }))

  it('under way as the session is paused is not followed by another', async () => {
    const world = await connectedWorld({ ttlSeconds: 60 })
    world.controls.provider = 'hold'
    await world.clock.advance(50_000)
    expect(tokenStateOf(world).status).toBe('refreshing')
    await Promise.all([world.auth.pause(), world.settle()])
    world.lastCall().reject(failure({ status: 500 }))
    await world.settle()
    expect(tokenStateOf(world)).toMatchObject({ status: 'valid', nextAttemptAt: null })
    await world.clock.advance(3_600_000)
    expect(world.calls).toHaveLength(2)
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('is followed by others while a paused session holds a request, and by none after that', async () => {
    const world = await pausedWorld({ ttlSeconds: 60, holdTimeoutMs: 10_000 })
    await world.clock.advance(60_000)
    world.controls.provider = failing
    quietly(world.auth.fetch('/'))
    await world.clock.advance(9000)
    expect(world.calls.length).toBeGreaterThan(4)
    await world.clock.advance(60_000)
    const made = world.calls.length
    await world.clock.advance(3_600_000)
    expect(world.calls).toHaveLength(made)
    expect(world.clock.pendingTimers).toBe(0)
    expect(world.state()).toMatchObject({ status: 'paused', token: { status: 'valid' } })
  })
})
