import { describe, expect, it, vi } from 'vitest'
import type { EndingSession } from '../../../src/core/options.js'
import { held, rejection } from '../../support/promises.js'
import { connectedWorld, createWorld, failWith, whoIs } from '../../support/world.js'

describe('beforeSessionEnd', () => {
  it('is called while the session still works, and the log-out waits for it', async () => {
    const done = held<void>()
    const before = vi.fn<(ending: EndingSession) => Promise<void>>(() => done.promise)
    const world = await connectedWorld({ beforeSessionEnd: before })
    const leaving = world.auth.disconnectUser()
    await world.settle()
    expect(world.state().status).toBe('connected')
    const state = world.state()
    expect(before).toHaveBeenCalledWith({
      identity: { type: 'user', user: { id: 'jane' } },
      client: 'client' in state ? state.client : null,
      sessionId: 'sessionId' in state ? state.sessionId : null,
      fetch: expect.any(Function),
    })
    await before.mock.calls[0]?.[0].fetch('/unregister')
    expect(world.requests).toMatchObject([{ path: '/unregister', outcome: 'taken' }])
    done.resolve()
    await leaving
    expect(world.state().status).toBe('disconnected')
  })

  it('keeps the session by returning false, and the caller’s promise rejects as vetoed', async () => {
    const world = await connectedWorld({ beforeSessionEnd: () => false })
    const before = world.state()
    expect(await rejection(world.auth.disconnectUser())).toMatchObject({ code: 'vetoed' })
    const switching = world.auth.switchUser({ id: 'bob' })
    expect(await rejection(switching)).toMatchObject({ code: 'vetoed' })
    expect(world.state()).toBe(before)
  })

  it.each([() => true, () => undefined, () => Promise.resolve()])(
    'lets the session end by any other answer: %s',
    async (beforeSessionEnd) => {
      const world = await connectedWorld({ beforeSessionEnd })
      await Promise.all([world.auth.switchUser({ id: 'bob' }), world.settle()])
      expect(whoIs(world)).toBe('bob')
    },
  )

  it('delays the end for beforeEndTimeoutMs at most', async () => {
    const beforeSessionEnd = () => new Promise<void>(() => {})
    const world = await connectedWorld({
      beforeSessionEnd,
      beforeEndTimeoutMs: 500,
      ttlSeconds: null,
    })
    const leaving = world.auth.disconnectUser()
    await world.clock.advance(499)
    expect(world.state().status).toBe('connected')
    await world.clock.advance(1)
    await leaving
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('that throws is reported, and the session ends', async () => {
    const world = await connectedWorld({
      ttlSeconds: null,
      beforeSessionEnd: () => {
        throw new Error('mine')
      },
    })
    await world.auth.disconnectUser()
    expect(world.state().status).toBe('disconnected')
    await expect(world.clock.advance(0)).rejects.toThrow('mine')
  })

  it('is called once for two intents at once, of which the later wins', async () => {
    const beforeSessionEnd = vi.fn(() => Promise.resolve())
    const world = await connectedWorld({ beforeSessionEnd })
    const bob = rejection(world.auth.switchUser({ id: 'bob' }))
    const carol = world.auth.switchUser({ id: 'carol' })
    await world.settle()
    await carol
    expect(await bob).toMatchObject({ code: 'superseded' })
    expect(beforeSessionEnd).toHaveBeenCalledTimes(1)
    await Promise.all([world.auth.switchUser({ id: 'dave' }), world.settle()])
    expect(beforeSessionEnd).toHaveBeenCalledTimes(2)
  })

  it('keeps the session if its user connects again meanwhile', async () => {
    const done = held<void>()
    const world = await connectedWorld({ beforeSessionEnd: () => done.promise })
    const leaving = rejection(world.auth.disconnectUser())
    await world.auth.connectUser({ id: 'jane' })
    done.resolve()
    expect(await leaving).toMatchObject({ code: 'superseded' })
    expect(world.state().status).toBe('connected')
    expect(world.sockets).toHaveLength(1)
  })

  it('is not called for a session that never connected, nor at dispose', async () => {
    const beforeSessionEnd = vi.fn()
    const world = createWorld({ beforeSessionEnd })
    world.controls.provider = 'hold'
    const connecting = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.auth.disconnectUser()
    await connecting
    const jane = await connectedWorld({ beforeSessionEnd })
    jane.auth.dispose()
    expect(beforeSessionEnd).not.toHaveBeenCalled()
  })
})

describe('afterSessionEnd', () => {
  it('is called once for each session that had connected, with the reason of its end', async () => {
    const afterSessionEnd = vi.fn()
    const world = await connectedWorld({ afterSessionEnd })
    const state = world.state()
    const sessionId = 'sessionId' in state ? state.sessionId : null
    await world.auth.disconnectUser()
    expect(afterSessionEnd.mock.calls).toEqual([
      [
        {
          identity: { type: 'user', user: { id: 'jane' } },
          sessionId,
          error: expect.objectContaining({ code: 'session-ended' }),
        },
      ],
    ])
    world.controls.openFault = failWith('app-suspended')
    await rejection(Promise.all([world.auth.connectUser({ id: 'bob' }), world.settle()]))
    await world.auth.disconnectUser()
    expect(afterSessionEnd).toHaveBeenCalledTimes(1)
  })

  it('is called once for a failure, though the session is left later', async () => {
    const afterSessionEnd = vi.fn()
    const world = await connectedWorld({ afterSessionEnd })
    world.controls.refuseAll = 43
    await rejection(world.auth.fetch('/'))
    await world.auth.disconnectUser()
    expect(afterSessionEnd).toHaveBeenCalledTimes(1)
    expect(afterSessionEnd.mock.calls[0]?.[0]).toMatchObject({
      error: { code: 'token-signature-invalid' },
    })
    expect(world.typesOf().filter((type) => type.startsWith('session-'))).toEqual([
      'session-started',
      'session-connected',
      'session-failed',
    ])
  })
})
