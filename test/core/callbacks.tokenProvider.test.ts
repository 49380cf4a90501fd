import { describe, expect, it } from 'vitest'
import { rejection, quietly } from '../support/promises.js'
import { atState, connectedWorld, createWorld, type World } from '../support/world.js'

const jane = { id: 'jane' }

const bob = { id: 'bob' }

describe('a token provider', () => {
  it('is called once when a subscriber sends a request at `refreshing`', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    const isRefreshing = () => {
      const state = world.state()
      return state.status === 'connected' && state.token.status === 'refreshing'
    }
    atState(world, isRefreshing, () => quietly(world.auth.fetch('/from-the-subscriber')))
    world.revoke(...world.live().map(({ token }) => token))
    const refused = world.auth.fetch('/refused')
    await world.settle()
    expect(world.unansweredCalls()).toHaveLength(1)
    world.lastCall().resolve(world.mintFor('jane'))
    expect((await refused).status).toBe(200)
    await world.settle()
    expect(world.calls).toHaveLength(2)
  })

  it('that switches the user during a call gets its signal aborted, and its answer dropped', async () => {
    const world: World = createWorld({
      tokenProvider(request) {
        if (request.userId === 'jane') quietly(world.auth.switchUser(bob))
        return world.provider(request)
      },
    })
    const connecting = rejection(world.auth.connectUser(jane))
    await world.settle()
    expect((await connecting).code).toBe('superseded')
    expect(world.calls[0]?.signal.aborted).toBe(true)
    expect(world.sockets.map(({ userId }) => userId)).toEqual(['bob'])
  })

  it('finds the session ended already when its signal is aborted', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const connecting = rejection(world.auth.connectUser(jane))
    await world.settle()
    const statuses: string[] = []
    world.lastCall().signal.addEventListener('abort', () => {
      statuses.push(world.state().status)
      quietly(world.auth.connectUser(bob))
    })
    world.controls.provider = 'mint'
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect((await connecting).code).toBe('superseded')
    expect(statuses).toEqual(['disconnecting'])
    expect(world.state()).toMatchObject({ status: 'connected', user: bob })
  })

  it.each<[string, () => unknown]>([
    ['throws at once', () => fail()],
    ['returns a thenable that throws', () => thenable(() => fail())],
    ['returns a thenable that rejects', () => thenable((_, reject) => reject(new Error('later')))],
  ])('that %s is called again', async (_, answer) => {
    let calls = 0
    const world: World = createWorld({
      tokenProvider: (request) =>
        (++calls === 1 ? answer() : world.provider(request)) as Promise<string>,
    })
    const connecting = world.auth.connectUser(jane)
    await world.clock.advance(1000)
    await connecting
    expect(calls).toBe(2)
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'token-request-failed', code: 'token-provider-failed' }),
    )
  })
})

/** Makes a thenable without `catch` and `finally`, as old promise libraries do. */
function thenable(then: (resolve: (value: unknown) => void, reject: (e: Error) => void) => void) {
  // oxlint-disable-next-line unicorn/no-thenable -- the one object here that is meant to have a `then`
  return Object.defineProperty({}, 'then', { value: then })
}

function fail(): never {
  throw new Error('of the app')
}

describe('a new token provider', () => {
  const other = (world: World) => {
    const asked: number[] = []
    return {
      asked,
      provider: (request: { userId: string }) => {
        asked.push(world.clock.now())
        return world.mintFor(request.userId)
      },
    }
  }

  it('given while the old one is called replaces it, and a 401 of the old one is dropped', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const connecting = world.auth.connectUser(jane)
    await world.settle()
    const next = other(world)
    const again = world.auth.connectUser(jane, next.provider)
    world.lastCall().reject(Object.assign(new Error(), { status: 401 }))
    await world.settle()
    await Promise.all([connecting, again])
    expect(next.asked).toHaveLength(1)
    expect(world.state().status).toBe('connected')
  })

  it('given while a `Retry-After` of the old one is waited out is called at once', async () => {
    const world = createWorld()
    world.controls.provider = () =>
      Promise.reject(Object.assign(new Error(), { retryAfterMs: 300_000 }))
    const connecting = world.auth.connectUser(jane)
    await world.settle()
    const next = other(world)
    quietly(world.auth.connectUser(jane, next.provider))
    const atMs = world.clock.now()
    await world.settle()
    await connecting
    expect(next.asked).toEqual([atMs])
  })

  it('given while a failed renewal waits is called at once, though the old token is good', async () => {
    const world = await connectedWorld({ ttlSeconds: 600 })
    world.controls.provider = () =>
      Promise.reject(Object.assign(new Error(), { retryAfterMs: 300_000 }))
    const refresh = rejection(world.auth.refreshToken())
    await world.settle()
    expect((await refresh).code).toBe('token-provider-failed')
    const next = other(world)
    await Promise.all([world.auth.connectUser(jane, next.provider), world.settle()])
    expect(next.asked).toEqual([world.clock.now()])
  })

  it('given while the old one hangs in a second attempt is called at once', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const connecting = world.auth.connectUser(jane)
    await world.settle()
    world.lastCall().reject(new Error('once'))
    await world.clock.advance(1000)
    expect(world.calls).toHaveLength(2)
    const next = other(world)
    quietly(world.auth.connectUser(jane, next.provider))
    await world.settle()
    await connecting
    expect(next.asked).toHaveLength(1)
    expect(world.calls[1]?.signal.aborted).toBe(true)
  })

  it.each([
    ['no token yet', false],
    ['a good token', true],
  ])('given again and again with %s is called once a second', async (_, isConnected) => {
    const world = isConnected ? await connectedWorld({ ttlSeconds: 600 }) : createWorld()
    const askedAt: number[] = []
    const connect = () => {
      // Breaks a loop that would freeze the test.
      if (askedAt.length > 20) return
      const failing = () => {
        askedAt.push(world.clock.now())
        throw new Error('the endpoint is down')
      }
      quietly(world.auth.connectUser(jane, failing))
    }
    world.auth.subscribe(connect)
    connect()
    if (isConnected) void rejection(world.auth.refreshToken())
    for (let i = 0; i < 35; i++) {
      await world.clock.advance(100)
      connect()
    }
    const gaps = askedAt.slice(2).map((atMs, i) => atMs - (askedAt[i + 1] ?? 0))
    expect(gaps.length).toBeGreaterThan(0)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000)
    world.auth.dispose()
  })
})
