import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import type { ChatAuthEvent } from '../../src/core/events.js'
import { held, rejection, quietly } from '../support/promises.js'
import {
  atState,
  connectedWorld,
  createWorld,
  type World,
  type WorldOptions,
} from '../support/world.js'

const jane = { id: 'jane' }

const bob = { id: 'bob' }

describe('a subscriber that hears `connecting`', () => {
  it.each<[string, (world: World) => void, string]>([
    ['logs out', ({ auth }) => quietly(auth.disconnectUser()), 'disconnected'],
    ['disposes of the handle', ({ auth }) => auth.dispose(), 'disconnected'],
  ])('and %s ends the session before its socket is opened', async (_, act, status) => {
    const world = createWorld()
    atState(
      world,
      () => world.state().status === 'connecting',
      () => act(world),
    )
    const connecting = rejection(world.auth.connectUser(jane))
    await world.settle()
    expect((await connecting).code).toMatch(/^(superseded|disposed)$/)
    expect(world.state().status).toBe(status)
    expect(world.sockets).toEqual([])
    expect(world.unansweredCalls()).toEqual([])
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('and connects another user ends the session, and connects that user once', async () => {
    const world = createWorld()
    atState(
      world,
      () => world.state().status === 'connecting',
      () => {
        quietly(world.auth.connectUser(bob))
      },
    )
    const connecting = rejection(world.auth.connectUser(jane))
    await world.settle()
    expect((await connecting).code).toBe('superseded')
    expect(world.state()).toMatchObject({ status: 'connected', user: bob })
    expect(world.sockets.map(({ userId }) => userId)).toEqual(['bob'])
  })
})

describe('a callback for events', () => {
  /** A world whose app does something once, at the first event of a type. */
  function atEvent(
    type: ChatAuthEvent['type'],
    act: (world: World) => void,
    options?: WorldOptions,
  ): World {
    let isDone = false
    const world: World = createWorld({
      ...options,
      onEvent(event) {
        world.events.push(event)
        if (event.type !== type || isDone) return
        isDone = true
        act(world)
      },
    })
    return world
  }

  it('that connects a user at `session-ended` gets that user connected', async () => {
    const world = atEvent('session-ended', ({ auth }) => quietly(auth.connectUser(bob)))
    await Promise.all([world.auth.connectUser(jane), world.settle()])
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect(world.state()).toMatchObject({ status: 'connected', user: bob })
    expect(world.live()).toHaveLength(1)
    expect(world.typesOf().filter((type) => type === 'session-ended')).toHaveLength(1)
  })

  it('that disposes at `session-failed` leaves the handle disconnected, not failed', async () => {
    const world = atEvent('session-failed', ({ auth }) => auth.dispose())
    world.controls.provider = () => Promise.reject(Object.assign(new Error(), { status: 401 }))
    const connecting = rejection(world.auth.connectUser(jane))
    await world.settle()
    expect((await connecting).code).toBe('token-provider-denied')
    expect(world.state()).toEqual({ status: 'disconnected' })
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('that retries at `session-failed` restarts the session', async () => {
    const world = atEvent('session-failed', ({ auth, controls }) => {
      controls.provider = 'mint'
      quietly(auth.retry())
    })
    world.controls.provider = () => Promise.reject(Object.assign(new Error(), { status: 401 }))
    const connecting = rejection(world.auth.connectUser(jane))
    await world.settle()
    expect((await connecting).code).toBe('token-provider-denied')
    expect(world.state()).toMatchObject({ status: 'connected', user: jane })
  })

  it('that logs out at `session-failed` leaves the handle disconnected', async () => {
    const world = atEvent('session-failed', ({ auth }) => quietly(auth.disconnectUser()))
    world.controls.provider = () => Promise.reject(Object.assign(new Error(), { status: 401 }))
    const connecting = rejection(world.auth.connectUser(jane))
    await world.settle()
    expect((await connecting).code).toBe('token-provider-denied')
    expect(world.state()).toEqual({ status: 'disconnected' })
  })

  it('that logs out at `token-requested` prevents the provider call of the ended session', async () => {
    const world = atEvent('token-requested', ({ auth }) => quietly(auth.disconnectUser()))
    const connecting = rejection(world.auth.connectUser(jane))
    await world.settle()
    expect((await connecting).code).toBe('superseded')
    expect(world.calls).toEqual([])
  })
})

describe('a subscriber added between a change and its notice', () => {
  it('is called if the change is undone before the notice', async () => {
    const heard: string[] = []
    const read: string[] = []
    const world: World = createWorld({
      onEvent({ type }) {
        if (type !== 'session-started') return
        read.push(world.state().status)
        world.auth.subscribe(() => heard.push(world.state().status))
        world.auth.dispose()
      },
    })
    expect((await rejection(world.auth.connectUser(jane))).code).toBe('disposed')
    expect(read).toEqual(['connecting'])
    expect(heard.at(-1)).toBe('disconnected')
  })
})

describe('a subscriber that throws', () => {
  it('once does not affect the session, its requests or other subscribers', async () => {
    const world = createWorld()
    const heard: string[] = []
    let throws = 1
    world.auth.subscribe(() => {
      if (throws-- > 0) throw new Error('of the app')
    })
    world.auth.subscribe(() => heard.push(world.state().status))
    const connecting = world.auth.connectUser(jane)
    await expect(world.settle()).rejects.toThrow('of the app')
    await world.settle()
    await connecting
    expect((await world.auth.fetch('/a')).status).toBe(200)
    expect(heard[0]).toBe('connecting')
    expect(heard).toContain('connected')
  })
})

describe('beforeSessionEnd', () => {
  it('that calls disconnectUser() is called once, and the user is logged out', async () => {
    let asked = 0
    const world: World = createWorld({
      beforeSessionEnd() {
        asked++
        quietly(world.auth.disconnectUser())
      },
    })
    await Promise.all([world.auth.connectUser(jane), world.settle()])
    const leaving = world.auth.disconnectUser().catch((error: ChatAuthError) => error.code)
    await world.settle()
    expect(asked).toBe(1)
    expect(world.state()).toEqual({ status: 'disconnected' })
    expect([undefined, 'superseded']).toContain(await leaving)
    expect(world.live()).toEqual([])
  })
})

describe('a promise of the handle', () => {
  it('settles after subscribers and `onEvent` were called', async () => {
    const told: string[] = []
    const world: World = createWorld({
      onEvent: ({ type }) => type === 'session-connected' && told.push('event'),
    })
    world.auth.subscribe(() => world.state().status === 'connected' && told.push('subscriber'))
    const connecting = world.auth.connectUser(jane).then(() => told.push('promise'))
    await world.settle()
    await connecting
    expect(told.at(-1)).toBe('promise')
    expect(told).toContain('event')
    expect(told).toContain('subscriber')
  })

  it('of a retry settles when the session ends, even if its connector never answers', async () => {
    const world = createWorld()
    const never = held<never>()
    world.controls.openFault = () => never.promise
    const connecting = rejection(world.auth.connectUser(jane))
    await world.settle()
    const retrying = rejection(world.auth.retry())
    await world.settle()
    world.auth.dispose()
    expect((await retrying).code).toBe('disposed')
    expect((await connecting).code).toBe('disposed')
  })
})

describe('a `fetch` of the app', () => {
  /** Sends three requests, which are refused together and wait for the next token. */
  async function threeRefused() {
    const world = await connectedWorld()
    world.revoke(world.live()[0]?.token ?? '')
    world.controls.provider = 'hold'
    const abort = new AbortController()
    const all = ['/1', '/2', '/3'].map((path) =>
      world.auth.fetch(path, path === '/2' ? { signal: abort.signal } : undefined).catch(() => {}),
    )
    await world.settle()
    expect(world.requests).toHaveLength(3)
    return { world, abort, all }
  }

  it.each<[string, string[], (world: World, abort: AbortController) => void]>([
    ['logs out', ['/1'], ({ auth }) => quietly(auth.disconnectUser())],
    ['disposes of the handle', ['/1'], ({ auth }) => auth.dispose()],
    ['aborts the next one', ['/1', '/3'], (_, abort) => abort.abort()],
  ])(
    'that %s while refused requests are replayed is not called again for requests that are over',
    async (_, sent, act) => {
      const { world, abort, all } = await threeRefused()
      world.requests.length = 0
      world.controls.onSend = (path) => path === '/1' && act(world, abort)
      world.lastCall().resolve(world.mintFor('jane'))
      await Promise.all([world.settle(), ...all])
      expect(world.requests.map(({ path }) => path)).toEqual(sent)
    },
  )

  it('finds the session ended already when its signal is aborted', async () => {
    const world = createWorld()
    world.controls.guestGate = held<void>().promise
    const connecting = rejection(world.auth.setGuestUser(jane))
    await world.settle()
    const statuses: string[] = []
    world.guestSignals[0]?.addEventListener('abort', () => {
      statuses.push(world.state().status)
      quietly(world.auth.connectUser(bob))
    })
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect((await connecting).code).toBe('superseded')
    expect(statuses).toEqual(['disconnecting'])
    expect(world.state()).toMatchObject({ status: 'connected', user: bob })
  })
})
