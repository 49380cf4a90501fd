import { describe, expect, it, vi } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import { retryingOf } from '../../src/core/state.js'
import { rejection } from '../support/promises.js'
import { connectedWorld, createWorld, failWith, type World } from '../support/world.js'

const hour = 3_600_000

const down = () => Promise.reject(new Error('no network'))

const failed = (world: World) =>
  world.typesOf().filter((type) => type === 'connection-attempt-failed').length

describe('a first connect without a network', () => {
  it('stays pending for as long as needed, and shows what is tried again, why and when', async () => {
    const world = createWorld()
    world.controls.provider = down
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.clock.advance(hour)
    expect(world.state().status).toBe('connecting')
    expect(retryingOf(world.state())).toMatchObject({
      attempt: world.calls.length,
      error: { code: 'token-provider-failed' },
      nextAttemptAt: expect.any(Date),
    })
    world.controls.provider = 'mint'
    await world.clock.advance(30_000)
    await connecting
    expect(retryingOf(world.state())).toBeNull()
  })

  it('reaches the backend once there is a network, also if only the socket failed', async () => {
    const world = createWorld({ ttlSeconds: null })
    world.controls.openFault = failWith('connection-failed')
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.clock.advance(hour)
    expect(retryingOf(world.state())).toMatchObject({
      attempt: failed(world),
      error: { code: 'connection-failed' },
    })
    world.controls.openFault = null
    await world.clock.advance(30_000)
    await connecting
  })

  it('is abandoned at once by a log-out', async () => {
    const world = createWorld()
    world.controls.provider = down
    const connecting = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.clock.advance(1000)
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect(await connecting).toMatchObject({ code: 'superseded' })
    expect(world.state().status).toBe('disconnected')
    expect(world.clock.pendingTimers).toBe(0)
  })
})

describe('a session after a long sleep', () => {
  it('is connected once the network is back, whatever was tried before', async () => {
    const world = await connectedWorld()
    world.controls.provider = down
    world.controls.openFault = failWith('connection-failed')
    world.sleep(8 * hour)
    world.live()[0]?.drop()
    world.wake()
    await world.clock.advance(120_000)
    expect(world.state().status).toBe('reconnecting')
    world.controls.provider = 'mint'
    world.controls.openFault = null
    await world.clock.advance(30_000)
    expect(world.state().status).toBe('connected')
    expect(world.typesOf()).not.toContain('session-failed')
  })

  it.each([null, undefined, '', 'undefined'])(
    'calls the provider again after the answer %j, from a library that is not ready yet',
    async (answer) => {
      const world = await connectedWorld()
      world.controls.provider = () => answer
      world.sleep(hour)
      world.wake()
      await world.clock.advance(5000)
      expect(world.state()).toMatchObject({ token: { error: { code: 'token-missing' } } })
      world.controls.provider = 'mint'
      await world.clock.advance(30_000)
      await world.auth.fetch('/')
      expect(world.state()).toMatchObject({ status: 'connected', token: { error: null } })
    },
  )

  it('fails over such an answer at its first connect, where it is a mistake', async () => {
    const world = createWorld()
    world.controls.provider = () => null
    const connecting = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    expect(await connecting).toMatchObject({ code: 'token-missing' })
  })
})

describe('a rotation that the backend refuses for another reason than the token', () => {
  it.each(['not-allowed', 'app-suspended', 'wrong-region'] as const)(
    'as %s leaves the session on its old socket, and is tried again',
    async (code) => {
      const world = await connectedWorld()
      const [socket] = world.live()
      world.controls.openFault = failWith(code)
      await Promise.all([world.auth.refreshToken(), world.settle()])
      await world.clock.advance(5000)
      expect(world.state().status).toBe('connected')
      expect(socket?.isLive).toBe(true)
      expect(failed(world)).toBeGreaterThan(1)
      world.controls.openFault = null
      await world.clock.advance(30_000)
      expect(world.live()).toHaveLength(1)
      expect(socket?.isLive).toBe(false)
    },
  )

  it('fails the session once the old socket is gone as well', async () => {
    const world = await connectedWorld()
    world.controls.openFault = failWith('app-suspended')
    await Promise.all([world.auth.refreshToken(), world.settle()])
    world.live()[0]?.drop()
    await world.clock.advance(60_000)
    expect(world.state()).toMatchObject({ status: 'failed', error: { code: 'app-suspended' } })
  })
})

describe('retry.maxAttempts', () => {
  const spent = async () => {
    const world = createWorld({ retry: { maxAttempts: 2 } })
    world.controls.provider = down
    const connecting = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.clock.advance(5000)
    expect(await connecting).toMatchObject({ code: 'token-provider-failed' })
    expect(world.state().status).toBe('failed')
    return world
  }

  it('ends a session, which a wake tries again', async () => {
    const world = await spent()
    world.controls.provider = 'mint'
    world.wake()
    await world.settle()
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'jane' } })
  })

  it('ends a session that was logged out since, which no wake brings back', async () => {
    const world = await spent()
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    world.controls.provider = 'mint'
    world.wake()
    await world.settle()
    expect(world.state().status).toBe('disconnected')
    expect(world.wakers.size).toBe(0)
  })

  it('of a session that failed for good is no business of a wake', async () => {
    const world = createWorld()
    world.controls.provider = () => 'nonsense'
    const connecting = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    await connecting
    const calls = world.calls.length
    world.controls.provider = 'mint'
    world.wake()
    await world.settle()
    expect(world.state().status).toBe('failed')
    expect(world.calls).toHaveLength(calls)
  })
})

describe('isOnline', () => {
  it('follows the platform at once, and says nothing of the session', async () => {
    const world = await connectedWorld()
    expect(world.state()).toMatchObject({ status: 'connected', isOnline: true })
    world.setOnline(false)
    expect(world.state()).toMatchObject({ status: 'connected', isOnline: false })
    world.setOnline(true)
    expect(world.state()).toMatchObject({ isOnline: true })
  })

  it('is disproved by a socket that opens, so that a wrong platform stops nothing', async () => {
    const world = createWorld()
    world.controls.isOnline = false
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    await connecting
    expect(world.state()).toMatchObject({ status: 'connected', isOnline: true })
    world.setOnline(false)
    world.live()[0]?.drop()
    expect(world.state()).toMatchObject({ status: 'reconnecting', isOnline: false })
    await world.clock.advance(30_000)
    expect(world.state()).toMatchObject({ status: 'connected', isOnline: true })
  })

  it('is looked at when the platform wakes, where it tells of no change', async () => {
    const world = await connectedWorld({ ttlSeconds: null })
    world.controls.isOnline = false
    world.wake()
    expect(world.state()).toMatchObject({ isOnline: false })
  })

  it('is heard of no more once the session is over', async () => {
    const world = await connectedWorld()
    world.auth.dispose()
    expect(world.networkListeners.size).toBe(0)
  })
})

describe('connectUser with a signal', () => {
  it('rejects with its reason, and leaves nobody connecting', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const controller = new AbortController()
    const reason = new Error('the page was left')
    const connecting = world.auth.connectUser({ id: 'jane' }, undefined, {
      signal: controller.signal,
    })
    await world.settle()
    controller.abort(reason)
    await expect(connecting).rejects.toBe(reason)
    await world.settle()
    expect(world.state().status).toBe('disconnected')
    expect(world.unansweredCalls()).toEqual([])
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('that was aborted before begins nothing', async () => {
    const world = createWorld()
    const reason = new Error('too late')
    const signal = AbortSignal.abort(reason)
    await expect(world.auth.connectUser({ id: 'jane' }, undefined, { signal })).rejects.toBe(reason)
    expect(world.state().status).toBe('disconnected')
    expect(world.calls).toEqual([])
  })

  it('that is aborted once connected changes nothing', async () => {
    const world = createWorld()
    const controller = new AbortController()
    const { signal } = controller
    await Promise.all([
      world.auth.connectUser({ id: 'jane' }, undefined, { signal }),
      world.settle(),
    ])
    controller.abort()
    await world.settle()
    expect(world.state().status).toBe('connected')
  })

  it('ends nothing of whoever was asked for since', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const controller = new AbortController()
    const { signal } = controller
    const jane = rejection(world.auth.connectUser({ id: 'jane' }, undefined, { signal }))
    await world.settle()
    world.controls.provider = 'mint'
    const bob = world.auth.connectUser({ id: 'bob' })
    controller.abort(new Error('left'))
    await world.settle()
    await bob
    expect(await jane).toMatchObject({ message: 'left' })
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'bob' } })
  })

  it('brings the one before back, at a switch that goes back', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    const controller = new AbortController()
    const { signal } = controller
    const switching = rejection(
      world.auth.switchUser({ id: 'bob' }, undefined, { goBack: true, signal }),
    )
    await world.settle()
    world.controls.provider = 'mint'
    controller.abort(new Error('cancelled'))
    await world.settle()
    expect(await switching).toMatchObject({ message: 'cancelled' })
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'jane' } })
  })
})

describe('a developer whose set-up is wrong', () => {
  it.each([
    ['the token endpoint', (world: World) => void (world.controls.provider = down)],
    [
      'the address of the backend',
      (world: World) => void (world.controls.openFault = failWith('connection-failed')),
    ],
  ])('in %s gets the remedy as one warning within five seconds', async (_, breakIt) => {
    const warn = vi.fn<(message: string) => void>()
    const world = createWorld({ warn })
    breakIt(world)
    world.auth.connectUser({ id: 'jane' }).catch(() => {})
    await world.clock.advance(5000)
    expect(warn).toHaveBeenCalledTimes(1)
    const { error } = retryingOf(world.state()) as { error: ChatAuthError }
    expect(warn.mock.calls[0]?.[0]).toContain(error.remedy)
    await world.clock.advance(hour)
    expect(warn).toHaveBeenCalledTimes(1)
  })

  it('gets no warning of one failure, of a lost network, or of a session that had connected', async () => {
    const warn = vi.fn<(message: string) => void>()
    const offline = createWorld({ warn })
    offline.controls.isOnline = false
    offline.controls.provider = down
    offline.auth.connectUser({ id: 'jane' }).catch(() => {})
    await offline.clock.advance(hour)
    const world = createWorld({ warn })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    world.controls.openFault = failWith('connection-failed')
    world.live()[0]?.drop()
    await world.clock.advance(hour)
    expect(warn).not.toHaveBeenCalled()
  })
})
