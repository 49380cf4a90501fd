import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../../src/core/errors.js'
import { resolveOptions } from '../../../src/core/options.js'
import { createRequestGate } from '../../../src/core/session/requestGate.js'
import { createWorld, held, rejection, type World } from '../../support/world.js'

async function connected(options?: Parameters<typeof createWorld>[0]): Promise<World> {
  const world = createWorld(options)
  await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
  return world
}

const tokenNow = (world: World) => world.live()[0]?.token ?? ''
const paths = (world: World) => world.requests.map(({ path }) => path)
const taken = (world: World) =>
  world.requests.filter(({ outcome }) => outcome === 'taken').map(({ path }) => path)
const heldRequests = (world: World) => {
  const state = world.state()
  return 'token' in state ? state.token.heldRequests : null
}

/** A session whose token was revoked, with its provider holding the next one back. */
async function revoked(options?: Parameters<typeof createWorld>[0]): Promise<World> {
  const world = await connected(options)
  world.revoke(tokenNow(world))
  world.controls.provider = 'hold'
  return world
}

describe('a request', () => {
  it('goes out at once with the good token', async () => {
    const world = await connected()
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
    const world = await revoked()
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
    const world = await revoked()
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
    const world = await revoked()
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
    const world = await revoked()
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
    const world = await revoked()
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
    const world = await connected()
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
    const world = await connected()
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
    const world = await revoked()
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
    const world = await connected()
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
    const world = await revoked()
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
    const world = await connected()
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
    const world = await revoked()
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
    const world = await connected()
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
      const world = await revoked()
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
    const world = await connected()
    world.controls.refuseAll = code
    expect(await rejection(world.auth.fetch('/a'))).toMatchObject({ code: expected })
    expect(world.state()).toMatchObject({ status: 'failed', error: { code: expected } })
    expect(world.calls).toHaveLength(1)
  })

  it('with a token from the future waits for that moment, and is sent again with it', async () => {
    const world = await connected()
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

  it('with a token from too far in the future is rejected, and says so', async () => {
    const world = await connected()
    world.controls.refuseAll = 42
    const request = rejection(world.auth.fetch('/1'))
    await world.clock.advance(5000)
    expect(await request).toMatchObject({ code: 'token-issued-in-future' })
    expect(world.state().status).toBe('failed')
  })

  it('fails as it fails, when that is not about the token', async () => {
    const world = await connected()
    world.controls.requestGate = Promise.reject(new Error('no network'))
    expect(await rejection(world.auth.fetch('/a'))).toEqual(new Error('no network'))
    expect(world.state().status).toBe('connected')
    expect(world.calls).toHaveLength(1)
  })
})

describe('a held request', () => {
  it('is rejected after holdTimeoutMs', async () => {
    const world = await revoked({ holdTimeoutMs: 4000 })
    const request = rejection(world.auth.fetch('/a'))
    await world.clock.advance(3999)
    expect(heldRequests(world)).toBe(1)
    await world.clock.advance(1)
    expect(await request).toMatchObject({ code: 'hold-timeout' })
    expect(heldRequests(world)).toBe(0)
    expect(world.state().status).toBe('connected')
  })

  it('has holdTimeoutMs for all of its waits together', async () => {
    const world = createWorld({ holdTimeoutMs: 5000 })
    world.controls.provider = 'hold'
    const connecting = world.auth.connectUser({ id: 'jane' })
    const request = rejection(world.auth.fetch('/a'))
    await world.clock.advance(3000)
    const first = world.mintFor('jane')
    const gate = held<void>()
    world.controls.requestGate = gate.promise
    world.lastCall().resolve(first)
    await connecting
    await world.clock.advance(60)
    world.revoke(first)
    gate.resolve()
    await world.settle()
    expect(heldRequests(world)).toBe(1)
    await world.clock.advance(1999)
    expect(heldRequests(world)).toBe(1)
    await world.clock.advance(1)
    expect(await request).toMatchObject({ code: 'hold-timeout' })
  })

  it('beyond maxHeldRequests is rejected at once, and the others stay', async () => {
    const world = createWorld({ maxHeldRequests: 2 })
    world.controls.provider = 'hold'
    const connecting = world.auth.connectUser({ id: 'jane' })
    const held = [world.auth.fetch('/1'), world.auth.fetch('/2')]
    const third = rejection(world.auth.fetch('/3'))
    await world.settle()
    expect(await third).toMatchObject({ code: 'hold-overflow' })
    expect(heldRequests(world)).toBe(2)
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    await Promise.all([...held, connecting])
    expect(taken(world)).toEqual(['/1', '/2'])
  })

  it('leaves at once when its caller aborts it, and is never sent', async () => {
    const world = await revoked()
    const refused = world.auth.fetch('/refused')
    await world.settle()
    const controller = new AbortController()
    const aborted = rejection(world.auth.fetch('/aborted', { signal: controller.signal }))
    await world.settle()
    expect(heldRequests(world)).toBe(2)
    controller.abort(new Error('changed my mind'))
    expect(await aborted).toEqual(new Error('changed my mind'))
    expect(heldRequests(world)).toBe(1)
    world.lastCall().resolve(world.mintFor('jane'))
    await refused
    expect(paths(world)).not.toContain('/aborted')
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'request-rejected', code: null }),
    )
    controller.abort()
    expect(world.typesOf().filter((type) => type === 'request-rejected')).toHaveLength(1)
  })

  it('is not even held when its signal was aborted before', async () => {
    const world = await connected()
    const signal = AbortSignal.abort(new Error('too late'))
    expect(await rejection(world.auth.fetch('/a', { signal }))).toEqual(new Error('too late'))
    expect(world.requests).toHaveLength(0)
  })

  it('waits for a first connection, and goes out in order once there is one', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const connecting = world.auth.connectUser({ id: 'jane' })
    const all = [world.auth.fetch('/1'), world.auth.fetch('/2'), world.auth.fetch('/3')]
    await world.settle()
    expect(heldRequests(world)).toBe(3)
    world.lastCall().resolve(world.mintFor('jane'))
    await Promise.all([connecting, ...all])
    expect(taken(world)).toEqual(['/1', '/2', '/3'])
  })

  it('and one under way are rejected at log-out, and nothing of them arrives later', async () => {
    const world = await connected()
    const slow = held<void>()
    world.controls.requestGate = slow.promise
    const underWay = rejection(world.auth.fetch('/under-way'))
    await world.settle()
    world.controls.provider = 'hold'
    const leaving = world.auth.disconnectUser()
    expect(await underWay).toMatchObject({ code: 'session-ended' })
    await leaving
    slow.resolve()
    await world.settle()
    expect(world.clock.pendingTimers).toBe(0)
    expect(await rejection(world.auth.fetch('/after'))).toMatchObject({ code: 'not-connected' })
  })

  it('counts in the events and in the state while it waits', async () => {
    const world = await revoked()
    const requests = [world.auth.fetch('/1'), world.auth.fetch('/2')]
    await world.settle()
    const heldEvents = world.events.filter((event) => event.type === 'request-held')
    expect(heldEvents.map((event) => event.heldRequests)).toEqual([1, 2])
    await world.clock.advance(700)
    world.lastCall().resolve(world.mintFor('jane'))
    await Promise.all(requests)
    const released = world.events.filter((event) => event.type === 'request-released')
    expect(released.map((event) => event.heldMs)).toEqual([700, 700])
  })
})

describe('a gate that is closed', () => {
  it('rejects what comes later with what it was closed with', async () => {
    const world = await connected()
    const gate = createRequestGate({
      sessionId: 's',
      environment: world.environment,
      settings: resolveOptions({ connector: world.connector }),
      ready: () => null,
      refused: () => {},
      accepted: () => {},
      emit: () => {},
      onHeldChange: () => {},
    })
    const error = new ChatAuthError('session-ended')
    gate.close(error)
    expect(await rejection(gate.send(() => Promise.reject(new Error('sent'))))).toBe(error)
  })
})
