import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import { rejection } from '../support/promises.js'
import { connectedWorld, createWorld, failure, type World } from '../support/world.js'

/** Follows a call of `ready`: `pending`, the id of its user, or the code of its error. */
function follow({ auth }: World, signal?: AbortSignal) {
  const followed = { now: 'pending' }
  auth.ready({ signal }).then(
    ({ user }) => (followed.now = user.id),
    (error: unknown) => (followed.now = error instanceof ChatAuthError ? error.code : 'aborted'),
  )
  return followed
}

describe('connecting', () => {
  const ways = [
    ['connectUser', 'jane', (world: World) => world.auth.connectUser({ id: 'jane' })],
    ['switchUser', 'jane', (world: World) => world.auth.switchUser({ id: 'jane' })],
    ['setGuestUser', 'guest-1-v', (world: World) => world.auth.setGuestUser({ id: 'v' })],
    ['connectAnonymousUser', '!anon', (world: World) => world.auth.connectAnonymousUser()],
  ] as const

  it.each(ways)('%s resolves with the session: user, client and id', async (_, id, connect) => {
    const world = createWorld()
    const [session] = await Promise.all([connect(world), world.settle()])
    const { client, user, sessionId } = world.state() as never
    expect(session).toEqual({ client, user, sessionId })
    expect(session.user.id).toBe(id)
  })

  it('again as the same user resolves with the session as it is by then', async () => {
    const world = await connectedWorld()
    const session = await world.auth.connectUser({ id: 'jane' })
    expect(session.sessionId).toBe((world.state() as { sessionId: string }).sessionId)
  })
})

describe('ready()', () => {
  it('resolves at once with the session of whoever is connected', async () => {
    const world = await connectedWorld()
    const { client, user, sessionId } = world.state() as never
    expect(await world.auth.ready()).toEqual({ client, user, sessionId })
  })

  it('called before anybody connects, waits for the first session', async () => {
    const world = createWorld()
    const ready = follow(world)
    await world.clock.advance(3_600_000)
    expect(ready.now).toBe('pending')
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(ready.now).toBe('jane')
  })

  it('called while a session connects, waits for as long as that takes', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    void world.auth.connectUser({ id: 'jane' })
    const ready = follow(world)
    await world.clock.advance(5000)
    expect(ready.now).toBe('pending')
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(ready.now).toBe('jane')
  })

  it('called while the connection is lost, waits until it is back', async () => {
    const world = await connectedWorld()
    world.controls.openFault = () => Promise.reject(new ChatAuthError('connection-failed'))
    world.live()[0]?.drop()
    await world.settle()
    const ready = follow(world)
    await world.settle()
    expect(ready.now).toBe('pending')
    world.controls.openFault = null
    await world.clock.advance(60_000)
    expect(ready.now).toBe('jane')
  })

  it('called during a switch, resolves with the new session', async () => {
    const world = await connectedWorld()
    const switching = world.auth.switchUser({ id: 'bob' })
    const ready = follow(world)
    await Promise.all([switching, world.settle()])
    expect(ready.now).toBe('bob')
  })

  it('that waits for one user outlives a switch to another', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    world.auth.connectUser({ id: 'jane' }).catch(() => {})
    const ready = follow(world)
    await world.settle()
    world.controls.provider = 'mint'
    await Promise.all([world.auth.switchUser({ id: 'bob' }), world.settle()])
    expect(ready.now).toBe('bob')
  })

  it('rejects with not-connected after a log-out, and waits again at the next connect', async () => {
    const world = await connectedWorld()
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect(await rejection(world.auth.ready())).toMatchObject({ code: 'not-connected' })
    const connecting = world.auth.connectUser({ id: 'jane' })
    const ready = follow(world)
    await Promise.all([connecting, world.settle()])
    expect(ready.now).toBe('jane')
  })

  it('that waits is rejected by a log-out, also where nobody was connected', async () => {
    const idle = createWorld()
    const waiting = follow(idle)
    await Promise.all([idle.auth.disconnectUser(), idle.settle()])
    expect(waiting.now).toBe('not-connected')

    const busy = createWorld()
    busy.controls.provider = 'hold'
    busy.auth.connectUser({ id: 'jane' }).catch(() => {})
    const pending = follow(busy)
    await busy.settle()
    await Promise.all([busy.auth.disconnectUser(), busy.settle()])
    expect(pending.now).toBe('not-connected')
  })

  it('rejects with the error of a session that fails, and waits again after retry()', async () => {
    const world = createWorld()
    world.controls.provider = () => Promise.reject(failure({ status: 401 }))
    world.auth.connectUser({ id: 'jane' }).catch(() => {})
    const ready = follow(world)
    await world.settle()
    expect(ready.now).toBe('token-provider-denied')
    expect(await rejection(world.auth.ready())).toMatchObject({ code: 'token-provider-denied' })
    world.controls.provider = 'mint'
    const retrying = world.auth.retry()
    const second = follow(world)
    await Promise.all([retrying, world.settle()])
    expect(second.now).toBe('jane')
  })

  it('rejects with `disposed`, whether it waits already or is called afterwards', async () => {
    const world = createWorld()
    const ready = follow(world)
    world.auth.dispose()
    await world.settle()
    expect(ready.now).toBe('disposed')
    expect(await rejection(world.auth.ready())).toMatchObject({ code: 'disposed' })
  })

  it("rejects with the signal's reason, before and while it waits", async () => {
    const world = createWorld()
    const reason = new Error('navigated away')
    expect(await rejection(world.auth.ready({ signal: AbortSignal.abort(reason) }))).toBe(reason)
    const controller = new AbortController()
    const ready = rejection(world.auth.ready({ signal: controller.signal }))
    await world.settle()
    controller.abort(reason)
    expect(await ready).toBe(reason)
  })

  it.each([
    ['resolved', (world: World) => world.auth.connectUser({ id: 'jane' })],
    ['been rejected', (world: World) => world.auth.disconnectUser()],
  ])('that has %s leaves no listener on its signal', async (_, act) => {
    const world = createWorld()
    const { signal } = new AbortController()
    const listeners = new Set<unknown>()
    signal.addEventListener = (_type: string, listener: unknown) => void listeners.add(listener)
    signal.removeEventListener = (_type: string, listener: unknown) =>
      void listeners.delete(listener)
    const calls = Array.from({ length: 20 }, () => follow(world, signal))
    await world.settle()
    expect(listeners.size).toBe(1)
    await Promise.all([act(world), world.settle()])
    expect(calls.every(({ now }) => now !== 'pending')).toBe(true)
    expect(listeners.size).toBe(0)
  })
})
