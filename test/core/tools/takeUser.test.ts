import { describe, expect, it } from 'vitest'
import { takeUser } from '../../../src/core/tools/takeUser.js'
import type { ChatUser } from '../../../src/core/types.js'
import { rejection } from '../../support/promises.js'
import { createWorld } from '../../support/world.js'

const untyped = (value: unknown) => value as ChatUser

describe('takeUser', () => {
  it('returns a copy that no change of the original reaches, at any depth', () => {
    const user = { id: 'jane', team: { names: ['a'] } }
    const copy = takeUser(user)
    user.id = 'bob'
    user.team.names.push('b')
    expect(copy).toEqual({ id: 'jane', team: { names: ['a'] } })
  })

  it('returns a frozen copy', () => {
    const copy = takeUser({ id: 'jane', team: { name: 'a' } })
    expect(() => (copy.id = 'bob')).toThrow(TypeError)
    expect(() => ((copy['team'] as { name: string }).name = 'b')).toThrow(TypeError)
  })

  it('copies a draft at once, before it is revoked', () => {
    const { proxy, revoke } = Proxy.revocable({ id: 'jane', name: 'Jane' }, {})
    const copy = takeUser(proxy)
    revoke()
    expect(copy).toEqual({ id: 'jane', name: 'Jane' })
  })

  it('leaves out fields that are undefined, as JSON does', () => {
    expect(takeUser(untyped({ id: 'jane', name: undefined }))).toEqual({ id: 'jane' })
    expect('name' in takeUser(untyped({ id: 'jane', name: undefined }))).toBe(false)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'jane'],
    ['no id', {}],
    ['an empty id', { id: '' }],
    ['a number for an id', { id: 7 }],
    ['an array', ['jane']],
    ['a revoked draft', revoked()],
    ['a cycle', cycle()],
    ['a BigInt', { id: 'jane', n: 1n }],
  ])('throws a TypeError that names `user` for %s', (_, value) => {
    expect(() => takeUser(untyped(value))).toThrow(TypeError)
    expect(() => takeUser(untyped(value))).toThrow('`user')
  })
})

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({ id: 'jane' }, {})
  revoke()
  return proxy
}

function cycle(): unknown {
  const user: { id: string; self?: unknown } = { id: 'jane' }
  user.self = user
  return user
}

describe('a user object that is changed in place to another user', () => {
  it.each(['connectUser', 'switchUser'] as const)(
    'is connected as the other user by %s',
    async (method) => {
      const world = createWorld()
      const user = { id: 'jane' }
      await Promise.all([world.auth.connectUser(user), world.settle()])
      user.id = 'bob'
      expect(world.state()).toMatchObject({ identity: { user: { id: 'jane' } } })
      await Promise.all([world.auth[method](user), world.settle()])
      await world.auth.fetch('/a')
      expect(world.state()).toMatchObject({
        status: 'connected',
        identity: { user: { id: 'bob' } },
      })
      expect(world.live().map(({ userId }) => userId)).toEqual(['bob'])
      expect(world.requests.at(-1)).toMatchObject({ userId: 'bob', outcome: 'taken' })
    },
  )

  it('while its session is connecting does not change who is connected', async () => {
    const world = createWorld()
    const user = { id: 'jane' }
    const connecting = world.auth.connectUser(user)
    user.id = 'bob'
    await Promise.all([connecting, world.settle()])
    expect(world.calls.map(({ userId }) => userId)).toEqual(['jane'])
    expect(world.live().map(({ userId }) => userId)).toEqual(['jane'])
  })

  it('makes setGuestUser create a new guest, and upgradeGuest connect the other user', async () => {
    const world = createWorld()
    const user = { id: 'v' }
    const guest = world.auth.setGuestUser(user)
    user.id = 'w'
    await Promise.all([guest, world.settle()])
    expect(world.state()).toMatchObject({ user: { id: 'guest-1-v' } })
    const upgrade = world.auth.upgradeGuest(user)
    user.id = 'x'
    await world.settle()
    expect(await upgrade).toEqual({ guestId: 'guest-1-v', userId: 'w' })
    expect(world.state()).toMatchObject({ user: { id: 'w' } })
  })

  it('is rejected if it cannot be read, and the connected user stays', async () => {
    const world = createWorld()
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    for (const method of ['connectUser', 'switchUser', 'setGuestUser', 'upgradeGuest'] as const) {
      expect(await rejection(world.auth[method](revoked() as ChatUser))).toBeInstanceOf(Error)
    }
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'jane' } })
  })
})
