import { describe, expect, it } from 'vitest'
import { held, rejection } from '../support/promises.js'
import { connectedWorld, createWorld } from '../support/world.js'

describe('switching', () => {
  it('ends the old session before the new one begins', async () => {
    const world = await connectedWorld()
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

  it('while the old user is still connecting supersedes them, and drops their late answers', async () => {
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

  it('lets the latest of several intents win, and rejects the others as superseded', async () => {
    const world = await connectedWorld()
    const outcomes = ['a', 'b', 'c'].map((id) => rejection(world.auth.switchUser({ id })))
    const last = world.auth.switchUser({ id: 'd' })
    await world.settle()
    await last
    for (const outcome of outcomes) expect(await outcome).toMatchObject({ code: 'superseded' })
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'd' } })
    expect(world.calls.map(({ userId }) => userId)).toEqual(['jane', 'd'])
  })

  it('during a refresh never sends anything with the other user’s token', async () => {
    const world = await connectedWorld()
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

  it('sends nothing while the old session is closing', async () => {
    const world = await connectedWorld()
    const switching = world.auth.switchUser({ id: 'bob' })
    expect(await rejection(world.auth.fetch('/whose'))).toMatchObject({ code: 'not-connected' })
    await world.settle()
    await switching
    expect(world.requests).toHaveLength(0)
  })

  it('is not delayed by a connection that never closes', async () => {
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

  it('succeeds although the old connection fails to close', async () => {
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
