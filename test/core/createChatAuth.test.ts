import { describe, expect, it, vi } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import type { ChatAuthOptions } from '../../src/core/options.js'
import type { ChatUser } from '../../src/core/types.js'
import { canary, createWorld, held, rejection, type World } from '../support/world.js'

async function connected(options?: Parameters<typeof createWorld>[0]): Promise<World> {
  const world = createWorld(options)
  await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
  return world
}

const anything = (value: unknown) => value as never

describe('createChatAuth', () => {
  it.each([
    ['connector', undefined],
    ['connector', {}],
    ['tokenProvider', 'a string'],
    ['tokenProvider', {}],
    ['tokenProvider', null],
    ['crossTab', 'no'],
  ])('throws a TypeError that names %s for %j', async (name, value) => {
    const { createChatAuth } = await import('../../src/core/createChatAuth.js')
    const { environment, connector } = createWorld()
    const options = { connector, environment, [name]: value } as unknown as ChatAuthOptions
    expect(() => createChatAuth(anything(options))).toThrow(TypeError)
    expect(() => createChatAuth(anything(options))).toThrow(new RegExp(`\`${name}`))
  })

  it('does nothing until someone is connected', async () => {
    const world = createWorld()
    await world.clock.advance(1000)
    expect(world.state()).toEqual({ status: 'disconnected' })
    expect(world.events).toEqual([])
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('tells its listeners of every change, until they unsubscribe', async () => {
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
    expect(() => createChatAuth(anything(undefined))).toThrow('`connector` is missing')
  })

  it('tells nobody of what changes nothing', async () => {
    const world = await connected({ ttlSeconds: null })
    let told = 0
    world.auth.subscribe(() => told++)
    await world.auth.fetch('/')
    await world.auth.connectUser({ id: 'jane' })
    expect(told).toBe(0)
  })

  it('needs no onEvent', async () => {
    const world = createWorld({ onEvent: undefined, ttlSeconds: null })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('survives an onEvent that throws, and lets the app know', async () => {
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
      const world = await connected()
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
    const neither = await rejection(auth.connectUser({ id: 'jane' }, anything({ token: 'x' })))
    expect(neither.message).toContain('`tokenProvider`')
  })

  it('takes a static token, and says what is wrong with one', async () => {
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

  it('is nothing new for the user who is connected, but for the token provider', async () => {
    const world = await connected()
    const before = world.state()
    const provider = vi.fn(() => world.mintFor('jane'))
    await world.auth.connectUser({ id: 'jane' }, provider)
    expect(world.state()).toBe(before)
    await world.clock.advance(42_000)
    expect(provider).toHaveBeenCalledTimes(1)
    expect(world.calls).toHaveLength(1)
  })

  it('leaves a provider alone when the same user comes with a static token', async () => {
    const world = await connected()
    await world.auth.connectUser({ id: 'jane' }, world.mintFor('jane'))
    await world.clock.advance(42_000)
    expect(world.calls).toHaveLength(2)
    expect(world.state()).toMatchObject({ token: { status: 'valid' } })
  })

  it('asks the latest provider also after a failure', async () => {
    const world = await connected()
    const provider = vi.fn(() => world.mintFor('jane'))
    await world.auth.connectUser({ id: 'jane' }, provider)
    world.controls.refuseAll = 43
    await rejection(world.auth.fetch('/'))
    world.controls.refuseAll = null
    await Promise.all([world.auth.retry(), world.settle()])
    expect(provider).toHaveBeenCalledTimes(1)
  })

  it('takes requests from the moment that it is connecting', async () => {
    const world = createWorld()
    const requests: Promise<unknown>[] = []
    world.auth.subscribe(() => {
      if (requests.length === 0) requests.push(world.auth.fetch('/early'))
    })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(await Promise.all(requests)).toMatchObject([{ status: 200 }])
  })

  it('twice at once for one user is one session, one provider call, one socket', async () => {
    const world = createWorld()
    const both = [world.auth.connectUser({ id: 'jane' }), world.auth.connectUser({ id: 'jane' })]
    await world.settle()
    await Promise.all(both)
    expect(world.calls).toHaveLength(1)
    expect(world.sockets).toHaveLength(1)
  })

  it('starts anew for a user whose session failed', async () => {
    const world = createWorld()
    world.controls.openFault = () => Promise.reject(new ChatAuthError('app-suspended'))
    await rejection(Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()]))
    world.controls.openFault = null
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(world.state().status).toBe('connected')
  })
})

describe('switching', () => {
  it('ends the old session before the new one begins', async () => {
    const world = await connected()
    const statuses: string[] = []
    world.auth.subscribe(() => statuses.push(world.state().status))
    const switching = world.auth.switchUser({ id: 'bob' })
    expect(world.state()).toMatchObject({
      status: 'disconnecting',
      identity: { user: { id: 'jane' } },
    })
    await world.settle()
    await switching
    expect([...new Set(statuses)]).toEqual(['disconnecting', 'connecting', 'connected'])
    expect(world.live().map(({ userId }) => userId)).toEqual(['bob'])
    expect(world.state()).toMatchObject({ user: { id: 'bob' } })
    expect(world.events.filter(({ type }) => type === 'session-ended')).toMatchObject([
      { code: 'session-ended' },
    ])
  })

  it('while the old user is still connecting supersedes them, whatever comes late', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const jane = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    const late = world.lastCall()
    const bob = world.auth.switchUser({ id: 'bob' })
    expect(await jane).toMatchObject({ code: 'superseded' })
    expect(late.signal.aborted).toBe(true)
    await world.settle()
    late.resolve(world.mintFor('jane'))
    await world.settle()
    expect(world.sockets).toHaveLength(0)
    world.lastCall().resolve(world.mintFor('bob'))
    await world.settle()
    await bob
    expect(world.sockets.map(({ userId }) => userId)).toEqual(['bob'])
  })

  it('lets the latest of several intents win, and tells the others', async () => {
    const world = await connected()
    const outcomes = ['a', 'b', 'c'].map((id) => rejection(world.auth.switchUser({ id })))
    const last = world.auth.switchUser({ id: 'd' })
    await world.settle()
    await last
    for (const outcome of outcomes) expect(await outcome).toMatchObject({ code: 'superseded' })
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'd' } })
    expect(world.calls.map(({ userId }) => userId)).toEqual(['jane', 'd'])
  })

  it('during a refresh never sends anything with the other user’s token', async () => {
    const world = await connected()
    world.revoke(world.live()[0]?.token ?? '')
    world.controls.provider = 'hold'
    const ofJane = rejection(world.auth.fetch('/of-jane'))
    await world.settle()
    const refresh = world.lastCall()
    const switching = world.auth.switchUser({ id: 'bob' })
    await world.settle()
    refresh.resolve(world.mintFor('jane'))
    const ofBob = world.auth.fetch('/of-bob')
    world.lastCall().resolve(world.mintFor('bob'))
    await world.settle()
    await Promise.all([switching, ofBob])
    expect(await ofJane).toMatchObject({ code: 'session-ended' })
    expect(world.requests.map(({ path, userId }) => [path, userId])).toEqual([
      ['/of-jane', 'jane'],
      ['/of-bob', 'bob'],
    ])
  })

  it('sends nothing while the old session is going', async () => {
    const world = await connected()
    const switching = world.auth.switchUser({ id: 'bob' })
    expect(await rejection(world.auth.fetch('/whose'))).toMatchObject({ code: 'not-connected' })
    await world.settle()
    await switching
    expect(world.requests).toHaveLength(0)
  })

  it('is not held up by a connection that cannot be closed', async () => {
    const world = createWorld()
    const create = world.connector.createConnection.bind(world.connector)
    const stuck = held<void>()
    world.connector.createConnection = (context) => ({
      ...create(context),
      close: () => stuck.promise,
    })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    world.connector.createConnection = create
    const switching = world.auth.switchUser({ id: 'bob' })
    await world.clock.advance(999)
    expect(world.state().status).toBe('disconnecting')
    await world.clock.advance(1)
    await switching
    expect(world.state()).toMatchObject({ user: { id: 'bob' } })
  })

  it('survives a connection that fails to close', async () => {
    const world = createWorld()
    const create = world.connector.createConnection.bind(world.connector)
    world.connector.createConnection = (context) => ({
      ...create(context),
      close: () => Promise.reject(new Error('stuck')),
    })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    await Promise.all([world.auth.switchUser({ id: 'bob' }), world.settle()])
    expect(world.state()).toMatchObject({ user: { id: 'bob' } })
  })
})

describe('guests and anonymous users', () => {
  it('connects the guest that the backend made, under the id that it gave', async () => {
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

  it('lets a request leave that waits for the guest, and ends the others with the session', async () => {
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

  it('makes a guest once, however often it is asked', async () => {
    const world = createWorld()
    const both = [world.auth.setGuestUser({ id: 'v' }), world.auth.setGuestUser({ id: 'v' })]
    await world.settle()
    await Promise.all(both)
    await world.auth.setGuestUser({ id: 'v' })
    expect(world.guestsMade()).toBe(1)
  })

  it('makes another guest when another one is asked for, and after a user of the same id', async () => {
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

  it('leaves a guest for someone else without a moment of nobody', async () => {
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

  it('tries a guest again as the same person', async () => {
    const world = createWorld()
    world.controls.openFault = () => Promise.reject(new ChatAuthError('app-suspended'))
    await rejection(Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()]))
    world.controls.openFault = null
    await Promise.all([world.auth.retry(), world.settle()])
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'guest-1-v' } })
    await world.auth.setGuestUser({ id: 'v' })
    expect(world.guestsMade()).toBe(1)
  })

  it('fails, typed, when the backend makes no guests', async () => {
    const world = createWorld()
    world.controls.guestFault = new ChatAuthError('not-allowed')
    const error = await rejection(
      Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()]),
    )
    expect(error).toMatchObject({ code: 'guests-disabled', cause: { code: 'not-allowed' } })
    expect(world.state()).toMatchObject({ status: 'failed', identity: { type: 'guest' } })
  })

  it('may be woken while a guest is being made', async () => {
    const world = createWorld()
    const connecting = world.auth.setGuestUser({ id: 'v' })
    world.wake()
    await Promise.all([connecting, world.settle()])
    expect(world.state().status).toBe('connected')
  })

  it('drops a guest that was made for a superseded session', async () => {
    const world = createWorld()
    const guest = rejection(world.auth.setGuestUser({ id: 'v' }))
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(await guest).toMatchObject({ code: 'superseded' })
    expect(world.sockets.map(({ userId }) => userId)).toEqual(['jane'])
  })

  it('rejects a guest without an id', async () => {
    const error = await rejection(createWorld().auth.setGuestUser(anything({})))
    expect(error).toBeInstanceOf(TypeError)
  })

  it('connects anonymously without any token or provider, once', async () => {
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

describe('logging out, retrying, disposing', () => {
  it('ends in disconnected, with nothing left', async () => {
    const world = await connected()
    const leaving = world.auth.disconnectUser()
    expect(world.state().status).toBe('disconnecting')
    await leaving
    expect(world.state()).toEqual({ status: 'disconnected' })
    expect(world.live()).toEqual([])
    expect(world.clock.pendingTimers).toBe(0)
    expect(world.wakers.size).toBe(0)
  })

  it('supersedes a connect that is under way', async () => {
    const world = createWorld()
    const connecting = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.auth.disconnectUser()
    expect(await connecting).toMatchObject({ code: 'superseded' })
    expect(world.state().status).toBe('disconnected')
  })

  it('gives way to a connect that comes after', async () => {
    const world = await connected()
    const leaving = world.auth.disconnectUser()
    const coming = world.auth.connectUser({ id: 'bob' })
    await world.settle()
    await Promise.all([leaving, coming])
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'bob' } })
  })

  it('connects at once when the last one is gone', async () => {
    const world = await connected()
    await world.auth.disconnectUser()
    const connecting = world.auth.connectUser({ id: 'bob' })
    expect(world.state().status).toBe('connecting')
    await Promise.all([connecting, world.settle()])
  })

  it('leaves a failed session, and one that never was', async () => {
    const world = createWorld()
    await world.auth.disconnectUser()
    expect(world.state().status).toBe('disconnected')
    await rejection(Promise.all([world.auth.connectUser({ id: 'j' }, 'bad'), world.settle()]))
    await world.auth.disconnectUser()
    expect(world.state().status).toBe('disconnected')
  })

  it('starts a failed session anew with retry', async () => {
    const world = createWorld()
    world.controls.openFault = () => Promise.reject(new ChatAuthError('app-suspended'))
    await rejection(Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()]))
    expect(await rejection(world.auth.fetch('/a'))).toMatchObject({ code: 'app-suspended' })
    expect(await rejection(world.auth.refreshToken())).toMatchObject({ code: 'app-suspended' })
    world.controls.openFault = null
    await Promise.all([world.auth.retry(), world.settle()])
    expect(world.state().status).toBe('connected')
  })

  it('retries nothing where nothing waits', async () => {
    const world = await connected()
    const before = world.state()
    await Promise.all([world.auth.retry(), world.settle()])
    expect(world.calls).toHaveLength(1)
    expect(world.state()).toBe(before)
  })

  it('retries the token of a session that is retrying it', async () => {
    const world = await connected()
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

  it('has nothing to retry, refresh or send when nobody is connected', async () => {
    const { auth } = createWorld()
    for (const action of [auth.retry(), auth.refreshToken(), auth.fetch('/a')]) {
      expect(await rejection(action)).toMatchObject({ code: 'not-connected' })
    }
  })

  it('rejects everything once disposed, and leaves nothing behind', async () => {
    const world = await connected()
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

  it('rejects a switch that was waiting when it is disposed', async () => {
    const world = await connected()
    const switching = rejection(world.auth.switchUser({ id: 'bob' }))
    world.auth.dispose()
    expect(await switching).toMatchObject({ code: 'disposed' })
  })
})

describe('the canary', () => {
  it('appears in no state, event or error of a whole life', async () => {
    const world = await connected()
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
