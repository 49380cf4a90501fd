import { describe, expect, it, vi } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import type { ChatAuthOptions } from '../../src/core/options.js'
import { held, rejection } from '../support/promises.js'
import { canary, connectedWorld, createWorld, failWith } from '../support/world.js'

describe('createChatAuth', () => {
  it.each([
    ['connector', undefined],
    ['connector', {}],
    ['tokenProvider', 7],
    ['tokenProvider', {}],
    ['tokenProvider', null],
    ['crossTab', 'no'],
  ])('throws a TypeError that names %s for %j', async (name, value) => {
    const { createChatAuth } = await import('../../src/core/createChatAuth.js')
    const { environment, connector } = createWorld()
    const options = { connector, environment, [name]: value } as unknown as ChatAuthOptions
    expect(() => createChatAuth(options as never)).toThrow(TypeError)
    expect(() => createChatAuth(options as never)).toThrow(new RegExp(`\`${name}`))
  })

  it('does nothing until a connect method is called', async () => {
    const world = createWorld()
    await world.clock.advance(1000)
    expect(world.state()).toEqual({ status: 'disconnected' })
    expect(world.events).toEqual([])
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('calls its listeners at every change until they unsubscribe', async () => {
    const world = createWorld()
    const seen: string[] = []
    const unsubscribe = world.auth.subscribe(() => seen.push(world.state().status))
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(new Set(seen)).toEqual(new Set(['connecting', 'connected']))
    unsubscribe()
    const count = seen.length
    await world.auth.disconnectUser()
    expect(seen).toHaveLength(count)
  })

  it('throws a TypeError without any options', async () => {
    const { createChatAuth } = await import('../../src/core/createChatAuth.js')
    expect(() => createChatAuth(undefined as never)).toThrow('`connector` is missing')
  })

  it('calls no listener if nothing has changed', async () => {
    const world = await connectedWorld({ ttlSeconds: null })
    let told = 0
    world.auth.subscribe(() => told++)
    await world.auth.fetch('/')
    await world.auth.connectUser({ id: 'jane' })
    expect(told).toBe(0)
  })

  it('works without onEvent', async () => {
    const world = createWorld({ onEvent: undefined, ttlSeconds: null })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('survives an onEvent that throws, and reports the error to the app', async () => {
    const thrown: unknown[] = []
    const world = createWorld({
      onEvent: () => {
        throw new Error("the app's mistake")
      },
    })
    vi.spyOn(world.environment, 'setTimer').mockImplementation((callback, delayMs) => {
      if (delayMs !== 0) return () => {}
      try {
        callback()
      } catch (error) {
        thrown.push(error)
      }
      return () => {}
    })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(world.state().status).toBe('connected')
    expect(thrown).toContainEqual(new Error("the app's mistake"))
  })
})

describe('logging out, retrying, disposing', () => {
  it('a log-out ends in disconnected, with nothing left', async () => {
    const world = await connectedWorld()
    const leaving = world.auth.disconnectUser()
    expect(world.state().status).toBe('disconnecting')
    await leaving
    expect(world.state()).toEqual({ status: 'disconnected' })
    expect(world.live()).toEqual([])
    expect(world.clock.pendingTimers).toBe(0)
    expect(world.wakers.size).toBe(0)
  })

  it('a log-out supersedes a connect in flight', async () => {
    const world = createWorld()
    const connecting = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.auth.disconnectUser()
    expect(await connecting).toMatchObject({ code: 'superseded' })
    expect(world.state().status).toBe('disconnected')
  })

  it('a log-out is superseded by a later connect', async () => {
    const world = await connectedWorld()
    const leaving = world.auth.disconnectUser()
    const coming = world.auth.connectUser({ id: 'bob' })
    await world.settle()
    await Promise.all([leaving, coming])
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'bob' } })
  })

  it('a connect starts at once when the last session is gone', async () => {
    const world = await connectedWorld()
    await world.auth.disconnectUser()
    const connecting = world.auth.connectUser({ id: 'bob' })
    expect(world.state().status).toBe('connecting')
    await Promise.all([connecting, world.settle()])
  })

  it('a log-out succeeds after a failed session, and without any session', async () => {
    const world = createWorld()
    await world.auth.disconnectUser()
    expect(world.state().status).toBe('disconnected')
    await rejection(Promise.all([world.auth.connectUser({ id: 'j' }, 'bad'), world.settle()]))
    await world.auth.disconnectUser()
    expect(world.state().status).toBe('disconnected')
  })

  it('a retry restarts a failed session', async () => {
    const world = createWorld()
    world.controls.openFault = failWith('app-suspended')
    await rejection(Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()]))
    expect(await rejection(world.auth.fetch('/a'))).toMatchObject({ code: 'app-suspended' })
    expect(await rejection(world.auth.refreshToken())).toMatchObject({ code: 'app-suspended' })
    world.controls.openFault = null
    await Promise.all([world.auth.retry(), world.settle()])
    expect(world.state().status).toBe('connected')
  })

  it('a retry does nothing if nothing waits', async () => {
    const world = await connectedWorld()
    const before = world.state()
    await Promise.all([world.auth.retry(), world.settle()])
    expect(world.calls).toHaveLength(1)
    expect(world.state()).toBe(before)
  })

  it('a retry calls the provider at once if the session is retrying its token', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.lastCall().reject(new Error('down'))
    await world.settle()
    const retrying = world.auth.retry()
    await world.settle()
    expect(world.calls).toHaveLength(3)
    expect(world.lastCall().reason).toBe('renewal')
    world.lastCall().resolve(world.mintFor('jane'))
    await retrying
    expect(world.state()).toMatchObject({ token: { status: 'valid' } })
  })

  it('a retry, refresh or request rejects while nobody is connected', async () => {
    const { auth } = createWorld()
    for (const action of [auth.retry(), auth.refreshToken(), auth.fetch('/a')]) {
      expect(await rejection(action)).toMatchObject({ code: 'not-connected' })
    }
  })

  it('a disposed handle rejects every call, and leaves nothing behind', async () => {
    const world = await connectedWorld()
    const slow = held<void>()
    world.controls.requestGate = slow.promise
    const underWay = rejection(world.auth.fetch('/a'))
    await world.settle()
    world.auth.dispose()
    world.auth.dispose()
    expect(await underWay).toMatchObject({ code: 'disposed' })
    expect(world.state()).toEqual({ status: 'disconnected' })
    const { auth } = world
    const attempts = [
      auth.connectUser({ id: 'jane' }),
      auth.setGuestUser({ id: 'v' }),
      auth.connectAnonymousUser(),
      auth.disconnectUser(),
      auth.refreshToken(),
      auth.retry(),
      auth.fetch('/b'),
    ]
    for (const attempt of attempts) {
      expect(await rejection(attempt)).toMatchObject({ code: 'disposed' })
    }
    await world.settle()
    expect(world.live()).toEqual([])
    expect(world.clock.pendingTimers).toBe(0)
    expect(world.wakers.size).toBe(0)
  })

  it('dispose rejects a switch that is waiting', async () => {
    const world = await connectedWorld()
    const switching = rejection(world.auth.switchUser({ id: 'bob' }))
    world.auth.dispose()
    expect(await switching).toMatchObject({ code: 'disposed' })
  })
})

describe('the canary token', () => {
  it('appears in no state, event or error during a session’s whole life', async () => {
    const world = await connectedWorld()
    const seen: unknown[] = []
    world.auth.subscribe(() => seen.push(world.state()))
    world.revoke(world.live()[0]?.token ?? '')
    await world.auth.fetch('/a')
    await world.clock.advance(60_000)
    world.controls.provider = 'hold'
    const bad = rejection(world.auth.refreshToken())
    await world.settle()
    world.lastCall().resolve(`"${world.mintFor('jane')}"`)
    seen.push(await bad)
    world.controls.refuseAll = 43
    seen.push(await rejection(world.auth.fetch('/b')))
    seen.push(world.events)
    const text = JSON.stringify(seen, (_, value: unknown) =>
      value instanceof ChatAuthError ? [value.code, value.stack, String(value.cause)] : value,
    )
    expect(text).toContain('token-quoted')
    expect(text).toContain('token-signature-invalid')
    expect(text).not.toContain(canary)
  })
})
