import { describe, expect, it, vi } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import type { ChatUser } from '../../src/core/types.js'
import { rejection } from '../support/promises.js'
import { connectedWorld, createWorld, failWith } from '../support/world.js'

describe('connectUser', () => {
  it('goes through connecting to connected, with the user as the backend knows them', async () => {
    const world = createWorld()
    const connecting = world.auth.connectUser({ id: 'jane', name: 'Jane' })
    expect(world.state()).toMatchObject({
      status: 'connecting',
      identity: { type: 'user', user: { id: 'jane', name: 'Jane' } },
    })
    await world.settle()
    await connecting
    expect(world.state()).toMatchObject({
      status: 'connected',
      user: { id: 'jane', name: 'Jane' },
      client: { sessionId: expect.stringMatching(/^[a-z0-9]{5,}$/) },
    })
    expect(world.typesOf()).toEqual([
      'session-started',
      'token-requested',
      'token-received',
      'connection-opened',
      'session-connected',
    ])
    expect(world.events[0]).toMatchObject({ atMs: world.clock.now(), identityType: 'user' })
  })

  it.each([undefined, null, {}, { id: '' }, { id: 7 }, 'jane'])(
    'rejects with a TypeError for the user %j, and changes nothing',
    async (user) => {
      const world = await connectedWorld()
      const error = await rejection(world.auth.connectUser(user as unknown as ChatUser))
      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toContain('`user.id`')
      expect(world.state().status).toBe('connected')
    },
  )

  it('rejects with a TypeError without any token provider, or with one that is neither', async () => {
    const { auth } = createWorld({ tokenProvider: undefined })
    const missing = await rejection(auth.connectUser({ id: 'jane' }))
    expect(missing).toBeInstanceOf(TypeError)
    expect(missing.message).toContain('`tokenProvider`')
    const neither = await rejection(auth.connectUser({ id: 'jane' }, { token: 'x' } as never))
    expect(neither.message).toContain('`tokenProvider`')
  })

  it('takes a static token, and rejects a bad one with the reason', async () => {
    const world = createWorld()
    const failed = await rejection(
      Promise.all([world.auth.connectUser({ id: 'jane' }, 'nonsense'), world.settle()]),
    )
    expect(failed).toMatchObject({ code: 'token-malformed' })
    expect(world.state()).toMatchObject({ status: 'failed', error: { code: 'token-malformed' } })
    await Promise.all([
      world.auth.connectUser({ id: 'jane' }, world.mintFor('jane', null)),
      world.settle(),
    ])
    expect(world.state().status).toBe('connected')
    expect(world.calls).toHaveLength(0)
  })

  it('for the connected user changes nothing but the token provider', async () => {
    const world = await connectedWorld()
    const before = world.state()
    const provider = vi.fn(() => world.mintFor('jane'))
    await world.auth.connectUser({ id: 'jane' }, provider)
    expect(world.state()).toBe(before)
    await world.clock.advance(42_000)
    expect(provider).toHaveBeenCalledTimes(1)
    expect(world.calls).toHaveLength(1)
  })

  it('keeps the token provider when called with a static token for the same user', async () => {
    const world = await connectedWorld()
    await world.auth.connectUser({ id: 'jane' }, world.mintFor('jane'))
    await world.clock.advance(42_000)
    expect(world.calls).toHaveLength(2)
    expect(world.state()).toMatchObject({ token: { status: 'valid' } })
  })

  it('uses the latest provider after a failure too', async () => {
    const world = await connectedWorld()
    const provider = vi.fn(() => world.mintFor('jane'))
    await world.auth.connectUser({ id: 'jane' }, provider)
    world.controls.refuseAll = 43
    await rejection(world.auth.fetch('/'))
    world.controls.refuseAll = null
    await Promise.all([world.auth.retry(), world.settle()])
    expect(provider).toHaveBeenCalledTimes(1)
  })

  it('accepts requests as soon as it is connecting', async () => {
    const world = createWorld()
    const requests: Promise<unknown>[] = []
    world.auth.subscribe(() => {
      if (requests.length === 0) requests.push(world.auth.fetch('/early'))
    })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(await Promise.all(requests)).toMatchObject([{ status: 200 }])
  })

  it('called twice at once for one user makes one session, one provider call and one socket', async () => {
    const world = createWorld()
    const both = [world.auth.connectUser({ id: 'jane' }), world.auth.connectUser({ id: 'jane' })]
    await world.settle()
    await Promise.all(both)
    expect(world.calls).toHaveLength(1)
    expect(world.sockets).toHaveLength(1)
  })

  it('starts a new session for a user whose session failed', async () => {
    const world = createWorld()
    world.controls.openFault = failWith('app-suspended')
    await rejection(Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()]))
    world.controls.openFault = null
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(world.state().status).toBe('connected')
  })
})

describe('connecting guests and anonymous users', () => {
  it('connects the guest that the backend created, under the backend’s id', async () => {
    const world = createWorld()
    const connecting = world.auth.setGuestUser({ id: 'visitor', name: 'V' })
    expect(world.state()).toMatchObject({ identity: { type: 'guest', user: { id: 'visitor' } } })
    const early = world.auth.fetch('/early')
    await world.settle()
    await Promise.all([connecting, early])
    expect(world.state()).toMatchObject({
      status: 'connected',
      identity: { type: 'guest', user: { id: 'guest-1-visitor' } },
      user: { id: 'guest-1-visitor', name: 'V' },
    })
    expect(world.requests).toMatchObject([{ userId: 'guest-1-visitor', path: '/early' }])
    expect(world.calls).toHaveLength(0)
  })

  it('drops an aborted request that waits for the guest, and ends the others with the session', async () => {
    const world = createWorld()
    world.controls.guestGate = new Promise(() => {})
    const guest = rejection(world.auth.setGuestUser({ id: 'v' }))
    const controller = new AbortController()
    const { signal } = controller
    const aborted = rejection(world.auth.fetch('/a', { signal }))
    const waiting = rejection(world.auth.fetch('/b'))
    controller.abort(new Error('enough'))
    expect(await aborted).toEqual(new Error('enough'))
    expect(await rejection(world.auth.fetch('/c', { signal }))).toEqual(new Error('enough'))
    await world.auth.disconnectUser()
    expect(await waiting).toMatchObject({ code: 'session-ended' })
    expect(await guest).toMatchObject({ code: 'superseded' })
    expect(world.requests).toEqual([])
  })

  it('creates a guest once, however often it is called', async () => {
    const world = createWorld()
    const both = [world.auth.setGuestUser({ id: 'v' }), world.auth.setGuestUser({ id: 'v' })]
    await world.settle()
    await Promise.all(both)
    await world.auth.setGuestUser({ id: 'v' })
    expect(world.guestsMade()).toBe(1)
  })

  it('creates another guest for another id, and after a user of the same id', async () => {
    const world = createWorld()
    for (const id of ['a', 'b']) {
      await Promise.all([world.auth.setGuestUser({ id }), world.settle()])
    }
    expect(world.guestsMade()).toBe(2)
    await Promise.all([world.auth.connectUser({ id: 'b' }), world.settle()])
    await Promise.all([world.auth.setGuestUser({ id: 'b' }), world.settle()])
    expect(world.guestsMade()).toBe(3)
    expect(world.state()).toMatchObject({ identity: { type: 'guest' } })
  })

  it('switches from a guest to a user without the status `disconnected` between', async () => {
    const world = createWorld()
    await Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()])
    const statuses: string[] = []
    world.auth.subscribe(() => statuses.push(world.state().status))
    const leaving = world.auth.disconnectUser()
    const coming = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    await Promise.all([leaving, coming])
    expect([...new Set(statuses)]).toEqual(['disconnecting', 'connecting', 'connected'])
  })

  it('reconnects a guest at a retry as the same guest', async () => {
    const world = createWorld()
    world.controls.openFault = failWith('app-suspended')
    await rejection(Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()]))
    world.controls.openFault = null
    await Promise.all([world.auth.retry(), world.settle()])
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'guest-1-v' } })
    await world.auth.setGuestUser({ id: 'v' })
    expect(world.guestsMade()).toBe(1)
  })

  it('fails with a typed error if the backend creates no guests', async () => {
    const world = createWorld()
    world.controls.guestFault = new ChatAuthError('not-allowed')
    const error = await rejection(
      Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()]),
    )
    expect(error).toMatchObject({ code: 'guests-disabled', cause: { code: 'not-allowed' } })
    expect(world.state()).toMatchObject({ status: 'failed', identity: { type: 'guest' } })
  })

  it('survives a wake-up while a guest is being created', async () => {
    const world = createWorld()
    const connecting = world.auth.setGuestUser({ id: 'v' })
    world.wake()
    await Promise.all([connecting, world.settle()])
    expect(world.state().status).toBe('connected')
  })

  it('drops a guest that was created for a superseded session', async () => {
    const world = createWorld()
    const guest = rejection(world.auth.setGuestUser({ id: 'v' }))
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(await guest).toMatchObject({ code: 'superseded' })
    expect(world.sockets.map(({ userId }) => userId)).toEqual(['jane'])
  })

  it('rejects a guest without an id', async () => {
    const error = await rejection(createWorld().auth.setGuestUser({} as never))
    expect(error).toBeInstanceOf(TypeError)
  })

  it('connects an anonymous user once, without any token or provider', async () => {
    const world = createWorld()
    await Promise.all([world.auth.connectAnonymousUser(), world.settle()])
    await world.auth.connectAnonymousUser()
    expect(world.state()).toMatchObject({
      status: 'connected',
      identity: { type: 'anonymous' },
      user: { id: '!anon' },
      token: { status: 'valid', expiresAt: null },
    })
    await world.auth.fetch('/read')
    expect(world.requests[0]).toMatchObject({
      token: '',
      userId: expect.stringMatching(/^anonymous-/),
    })
    expect(world.calls).toHaveLength(0)
    expect(world.sockets).toHaveLength(1)
  })
})
