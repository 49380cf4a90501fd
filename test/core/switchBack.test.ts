import { describe, expect, it } from 'vitest'
import type { ChatUser } from '../../src/core/types.js'
import { quietly, rejection } from '../support/promises.js'
import {
  connectedWorld,
  createWorld,
  failure,
  failWith,
  whoIs,
  type World,
} from '../support/world.js'

describe('a switch that goes back', () => {
  it('restores the previous user when the new one cannot connect', async () => {
    const world = await connectedWorld()
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, 'bad', { goBack: true }))
    await world.settle()
    expect(await switching).toMatchObject({ code: 'token-malformed' })
    expect(whoIs(world)).toBe('jane')
    await world.auth.connectUser({ id: 'jane' })
    expect(world.sockets).toHaveLength(2)
  })

  it('is rolled back only where goBack is set', async () => {
    const world = await connectedWorld()
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, 'bad'))
    await world.settle()
    expect(await switching).toMatchObject({ code: 'token-malformed' })
    expect(whoIs(world)).toBe('failed')
  })

  it('is not rolled back over a later user who failed', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await world.settle()
    const after = rejection(world.auth.connectUser({ id: 'carol' }, 'bad'))
    await world.settle()
    expect(await after).toMatchObject({ code: 'token-malformed' })
    expect(await switching).toMatchObject({ code: 'superseded' })
    expect(world.state()).toMatchObject({ status: 'failed', identity: { user: { id: 'carol' } } })
  })

  it('is not rolled back over a later user', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await world.settle()
    world.controls.provider = 'mint'
    const after = world.auth.connectUser({ id: 'carol' })
    await world.settle()
    await after
    expect(await switching).toMatchObject({ code: 'superseded' })
    expect(whoIs(world)).toBe('carol')
  })

  it.each([
    ['bob', 'ends the session of the user before', async () => {}],
    ['carol', 'ends the session of the user before', async () => {}],
    ['bob', 'connects', (world: World) => world.settle()],
    ['carol', 'connects', (world: World) => world.settle()],
  ])('to %s while another one %s restores the user before both', async (second, _, wait) => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    quietly(world.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await wait(world)
    const switching = rejection(world.auth.switchUser({ id: second }, undefined, { goBack: true }))
    await world.settle()
    world.lastCall().reject(failure({ status: 403 }))
    world.controls.provider = 'mint'
    await world.settle()
    expect(await switching).toMatchObject({ code: 'token-provider-denied' })
    expect(whoIs(world)).toBe('jane')
  })

  it('restores nobody where a log-out came between it and another one', async () => {
    const world = await connectedWorld()
    quietly(world.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    quietly(world.auth.disconnectUser())
    const switching = rejection(world.auth.switchUser({ id: 'carol' }, 'bad', { goBack: true }))
    await world.settle()
    expect(await switching).toMatchObject({ code: 'token-malformed' })
    expect(whoIs(world)).toBe('failed')
  })

  it('restores the user of the switch before it, once that one has connected', async () => {
    const world = await connectedWorld()
    const goBack = { goBack: true }
    await Promise.all([world.auth.switchUser({ id: 'bob' }, undefined, goBack), world.settle()])
    const switching = rejection(world.auth.switchUser({ id: 'carol' }, 'bad', goBack))
    await world.settle()
    expect(await switching).toMatchObject({ code: 'token-malformed' })
    expect(whoIs(world)).toBe('bob')
  })

  it('rejects with the error of the new user where the roll-back fails too', async () => {
    const world = await connectedWorld()
    world.controls.openFault = failWith('app-suspended')
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, 'bad', { goBack: true }))
    await world.settle()
    expect(await switching).toMatchObject({ code: 'token-malformed' })
    expect(world.state()).toMatchObject({ status: 'failed', identity: { user: { id: 'jane' } } })
  })

  it('ends in failed where nobody was connected before', async () => {
    const world = createWorld()
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, 'bad', { goBack: true }))
    await world.settle()
    expect(await switching).toMatchObject({ code: 'token-malformed' })
    expect(whoIs(world)).toBe('failed')
  })

  it('with an invalid user rejects, and leaves the current session alone', async () => {
    const world = await connectedWorld()
    const switching = world.auth.switchUser({} as ChatUser, undefined, { goBack: true })
    expect(await rejection(switching)).toBeInstanceOf(TypeError)
    expect(world.sockets).toHaveLength(1)
    expect(whoIs(world)).toBe('jane')
  })
})
