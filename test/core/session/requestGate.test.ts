import { describe, expect, it } from 'vitest'
import { held, rejection } from '../../support/promises.js'
import { heldRequests, paths, revokedWorld, taken, tokenNow } from '../../support/revokedWorld.js'
import { connectedWorld } from '../../support/world.js'

describe('a request', () => {
  it('goes out at once with the good token', async () => {
    const world = await connectedWorld()
    const response = await world.auth.fetch('/a')
    expect(response.status).toBe(200)
    expect(world.requests).toEqual([
      expect.objectContaining({
        path: '/a',
        userId: 'jane',
        token: tokenNow(world),
        authType: 'jwt',
      }),
    ])
    expect(world.typesOf()).not.toContain('request-held')
  })

  it('that is refused is held, and replayed once with the fresh token and the same id', async () => {
    const world = await revokedWorld()
    const request = world.auth.fetch('/a')
    await world.settle()
    expect(heldRequests(world)).toBe(1)
    expect(world.lastCall()).toMatchObject({ reason: 'refused', attempt: 1 })
    const fresh = world.mintFor('jane')
    world.lastCall().resolve(fresh)
    await request
    expect(world.requests.map(({ outcome }) => outcome)).toEqual([40, 'taken'])
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'token-refused', by: 'request', wasReplaced: false }),
    )
    expect(world.requests[1]).toMatchObject({ id: world.requests[0]?.id, token: fresh })
    expect(heldRequests(world)).toBe(0)
    const ofIt = world.events.filter(
      (event) => 'requestId' in event && event.requestId === world.requests[0]?.id,
    )
    expect(ofIt.map((event) => event.type)).toEqual([
      'request-held',
      'request-released',
      'request-replayed',
    ])
  })

  it('among a hundred refused at once causes one provider call, and all are answered', async () => {
    const world = await revokedWorld()
    const all = Array.from({ length: 100 }, (_, index) => world.auth.fetch(`/${index}`))
    await world.settle()
    expect(world.calls).toHaveLength(2)
    expect(heldRequests(world)).toBe(100)
    const refusals = world.events.filter((event) => event.type === 'token-refused')
    expect(refusals.map(({ wasReplaced }) => wasReplaced)).toEqual([
      false,
      ...Array<boolean>(99).fill(true),
    ])
    world.lastCall().resolve(world.mintFor('jane'))
    await Promise.all(all)
    expect(world.calls).toHaveLength(2)
    expect(world.requests).toHaveLength(200)
    expect(taken(world)).toEqual(Array.from({ length: 100 }, (_, index) => `/${index}`))
  })

  it('that comes during a refresh waits in order behind those that were refused', async () => {
    const world = await revokedWorld()
    const first = [world.auth.fetch('/1'), world.auth.fetch('/2')]
    await world.settle()
    const later = [world.auth.fetch('/3'), world.auth.fetch('/4')]
    await world.settle()
    expect(paths(world)).toEqual(['/1', '/2'])
    world.lastCall().resolve(world.mintFor('jane'))
    await Promise.all([...first, ...later])
    expect(taken(world)).toEqual(['/1', '/2', '/3', '/4'])
  })

  it('refused last goes again first, if it came first', async () => {
    const world = await revokedWorld()
    const slow = held<void>()
    world.controls.requestGate = slow.promise
    const first = world.auth.fetch('/1')
    await world.settle()
    world.controls.requestGate = Promise.resolve()
    const others = [world.auth.fetch('/2'), world.auth.fetch('/3')]
    await world.settle()
    slow.resolve()
    await world.settle()
    world.lastCall().resolve(world.mintFor('jane'))
    await Promise.all([first, ...others])
    expect(taken(world)).toEqual(['/1', '/2', '/3'])
  })

  it('aborted on its way is not sent again when it is refused', async () => {
    const world = await revokedWorld()
    const slow = held<void>()
    world.controls.requestGate = slow.promise
    const controller = new AbortController()
    const aborted = rejection(world.auth.fetch('/a', { signal: controller.signal }))
    await world.settle()
    controller.abort(new Error('enough'))
    slow.resolve()
    await world.settle()
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(await aborted).toEqual(new Error('enough'))
    expect(world.requests).toHaveLength(1)
  })

  it('aborted on its way is rejected once, though it fails as well', async () => {
    const world = await connectedWorld()
    const slow = held<void>()
    world.controls.requestGate = slow.promise
    const controller = new AbortController()
    const aborted = rejection(world.auth.fetch('/a', { signal: controller.signal }))
    await world.settle()
    controller.abort(new Error('enough'))
    slow.reject(new Error('no network'))
    await world.settle()
    expect(await aborted).toEqual(new Error('enough'))
    expect(world.typesOf().filter((type) => type === 'request-rejected')).toHaveLength(1)
  })

  it('refused from the future after the end leaves no timer', async () => {
    const world = await connectedWorld()
    const slow = held<void>()
    world.controls.requestGate = slow.promise
    const request = rejection(world.auth.fetch('/a'))
    await world.settle()
    await world.auth.disconnectUser()
    world.controls.refuseAll = 42
    slow.resolve()
    await world.settle()
    expect(await request).toMatchObject({ code: 'session-ended' })
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('answered proves its token, which is replaced and not given up when it is refused later', async () => {
    const world = await revokedWorld()
    world.controls.openFault = () => new Promise(() => {})
    const first = world.auth.fetch('/1')
    await world.settle()
    world.lastCall().resolve(world.mintFor('jane'))
    await first
    await world.clock.advance(1000)
    world.revoke(world.requests.at(-1)?.token ?? '')
    const second = world.auth.fetch('/2')
    await world.settle()
    world.lastCall().resolve(world.mintFor('jane'))
    await second
    expect(world.calls).toHaveLength(3)
  })

  it('settled has nothing to do with its signal any more', async () => {
    const world = await connectedWorld()
    const controller = new AbortController()
    const { signal } = controller
    const listening = new Set<unknown>()
    signal.addEventListener = (type: string, listener: unknown) =>
      void (type === 'abort' && listening.add(listener))
    signal.removeEventListener = (type: string, listener: unknown) =>
      void (type === 'abort' && listening.delete(listener))
    await world.auth.fetch('/answered', { signal })
    expect(listening.size).toBe(0)
    world.controls.requestGate = Promise.reject(new Error('no network'))
    const failing = rejection(world.auth.fetch('/fails', { signal }))
    await world.settle()
    expect(listening.size).toBe(0)
    await failing
    expect(world.typesOf().filter((type) => type === 'request-rejected')).toHaveLength(1)
  })

  it('refused late, after its token was replaced, is replayed without another call', async () => {
    const world = await revokedWorld()
    world.controls.provider = 'mint'
    const slow = held<void>()
    world.controls.requestGate = slow.promise
    const late = world.auth.fetch('/late')
    await world.settle()
    world.controls.requestGate = Promise.resolve()
    await world.auth.fetch('/quick')
    expect(world.calls).toHaveLength(2)
    slow.resolve()
    await late
    expect(world.calls).toHaveLength(2)
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'token-refused', wasReplaced: true, by: 'request' }),
    )
  })

  it('refused late, after its token was renewed, is replayed without another call', async () => {
    const world = await connectedWorld()
    const slow = held<void>()
    world.controls.requestGate = slow.promise
    const late = world.auth.fetch('/late')
    await world.clock.advance(42_000)
    expect(world.calls).toHaveLength(2)
    world.revoke(world.sockets[0]?.token ?? '')
    slow.resolve()
    await late
    expect(world.calls).toHaveLength(2)
    expect(world.requests.map(({ outcome }) => outcome)).toEqual([40, 'taken'])
  })

  it('whose fresh token is refused as well is rejected, and the session fails', async () => {
    const world = await revokedWorld()
    const request = rejection(world.auth.fetch('/a'))
    await world.settle()
    world.controls.refuseAll = 40
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(await request).toMatchObject({
      code: 'token-refused',
      cause: { message: expect.stringMatching(/ \(code 40\)$/) as string },
    })
    expect(world.state()).toMatchObject({ status: 'failed', error: { code: 'token-refused' } })
    expect(world.calls).toHaveLength(2)
  })

  it('refused twice while the connection takes its tokens is rejected, and the session lives', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    world.revoke(tokenNow(world))
    const gate = held<void>()
    const request = rejection(world.auth.fetch('/a'))
    await world.settle()
    world.controls.requestGate = gate.promise
    const second = world.mintFor('jane')
    world.lastCall().resolve(second)
    await world.settle()
    expect(tokenNow(world)).toBe(second)
    world.revoke(second)
    gate.resolve()
    await world.settle()
    expect(await request).toMatchObject({
      code: 'token-refused',
      cause: { message: expect.stringMatching(/ \(code 40\)$/) as string },
    })
    expect(world.state().status).toBe('connected')
  })

  it.each(['revoked', 'token is expired (exp)'])(
    'slows a loop of refusals (%s) to one provider call a second',
    async (message) => {
      const world = await revokedWorld()
      world.controls.refuseMessage = message
      world.controls.provider = 'mint'
      await world.auth.fetch('/1')
      expect(world.calls).toHaveLength(2)
      await world.clock.advance(400)
      world.revoke(tokenNow(world))
      const second = world.auth.fetch('/2')
      await world.clock.advance(599)
      expect(world.calls).toHaveLength(2)
      await world.clock.advance(1)
      await second
      expect(world.calls).toHaveLength(3)
      await world.clock.advance(5000)
      world.revoke(tokenNow(world))
      await world.auth.fetch('/3')
      expect(world.calls).toHaveLength(4)
    },
  )

  it.each([
    [43, 'token-signature-invalid'],
    [5, 'authentication-failed'],
  ] as const)('refused with %i ends the session as %s, without a call', async (code, expected) => {
    const world = await connectedWorld()
    world.controls.refuseAll = code
    expect(await rejection(world.auth.fetch('/a'))).toMatchObject({ code: expected })
    expect(world.state()).toMatchObject({ status: 'failed', error: { code: expected } })
    expect(world.calls).toHaveLength(1)
  })

  it('with a token from the future waits for that moment, and is sent again with it', async () => {
    const world = await connectedWorld()
    world.controls.refuseAll = 42
    const requests = [world.auth.fetch('/1'), world.auth.fetch('/2')]
    await world.settle()
    const later = world.auth.fetch('/3')
    await world.clock.advance(4999)
    expect(paths(world)).toEqual(['/1', '/2'])
    world.controls.refuseAll = null
    await world.clock.advance(1)
    await Promise.all([...requests, later])
    expect(taken(world)).toEqual(['/1', '/2', '/3'])
    expect(world.calls).toHaveLength(1)
  })

  it('with a token from too far in the future is rejected, and says so, while the session goes on', async () => {
    const world = await connectedWorld({ ttlSeconds: null })
    world.controls.refuseAll = 42
    const request = rejection(world.auth.fetch('/1'))
    await world.clock.advance(5000)
    expect(await request).toMatchObject({ code: 'token-issued-in-future' })
    expect(paths(world)).toEqual(['/1', '/1'])
    expect(world.state()).toMatchObject({
      status: 'connected',
      token: { status: 'retrying', error: { code: 'token-issued-in-future' } },
    })
    world.controls.refuseAll = null
    await world.clock.advance(30_000)
    await world.auth.fetch('/2')
    expect(world.state()).toMatchObject({ token: { status: 'valid', error: null } })
  })

  it('fails as it fails, when that is not about the token', async () => {
    const world = await connectedWorld()
    world.controls.requestGate = Promise.reject(new Error('no network'))
    expect(await rejection(world.auth.fetch('/a'))).toEqual(new Error('no network'))
    expect(world.state().status).toBe('connected')
    expect(world.calls).toHaveLength(1)
  })
})
