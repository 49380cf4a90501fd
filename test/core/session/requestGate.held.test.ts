import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../../src/core/errors.js'
import { resolveOptions } from '../../../src/core/options.js'
import { createRequestGate } from '../../../src/core/session/requestGate.js'
import { held, rejection } from '../../support/promises.js'
import { heldRequests, paths, revokedWorld, taken } from '../../support/revokedWorld.js'
import { connectedWorld, createWorld } from '../../support/world.js'

describe('a held request', () => {
  it('is rejected after holdTimeoutMs', async () => {
    const world = await revokedWorld({ holdTimeoutMs: 4000 })
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
    const world = await revokedWorld()
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
    const world = await connectedWorld()
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
    const world = await connectedWorld()
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
    const world = await revokedWorld()
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
    const world = await connectedWorld()
    const gate = createRequestGate({
      sessionId: 's',
      environment: world.environment,
      settings: resolveOptions({ connector: world.connector }),
      ready: () => null,
      untried: () => null,
      endProbation: () => {},
      probe: () => Promise.resolve(),
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
