import { describe, expect, it } from 'vitest'
import { never, rejection } from '../../support/promises.js'
import { createWorld, mint } from '../../support/world.js'

describe('a stored guest', () => {
  it.each([
    ['no token', 'garbage'],
    ['an empty one', ''],
    ['one of somebody else', mint({ user_id: 'other' })],
    ['a number', 5],
  ])('with %s in place of a token is replaced by a new guest', async (_, token) => {
    const kept = new Map<string, string>()
    const world = createWorld({
      guestStorage: {
        getItem: () => JSON.stringify({ user: { id: 'kept' }, token }),
        setItem: (key, value) => void kept.set(key, value),
        removeItem: (key) => void kept.delete(key),
      },
    })
    await Promise.all([world.auth.setGuestUser({ id: 'visitor' }), world.settle()])
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'guest-1-visitor' } })
    expect([...kept.values()]).toEqual([expect.stringContaining('guest-1-visitor')])
  })
})

describe('a guest storage that does not answer', () => {
  const silent = { getItem: never, setItem: never, removeItem: never }

  it('is not waited for after dispose while a guest is read', async () => {
    const world = createWorld({ guestStorage: silent })
    const connecting = rejection(world.auth.setGuestUser({ id: 'visitor' }))
    await world.settle()
    expect(world.clock.pendingTimers).toBe(1)
    world.auth.dispose()
    expect(world.clock.pendingTimers).toBe(0)
    expect((await connecting).code).toBe('disposed')
  })

  it('is not waited for after dispose while a guest is removed', async () => {
    const world = createWorld({ guestStorage: { ...silent, getItem: () => null, setItem() {} } })
    await Promise.all([world.auth.setGuestUser({ id: 'visitor' }), world.settle()])
    const leaving = world.auth.disconnectUser()
    await world.settle()
    expect(world.clock.pendingTimers).toBe(1)
    world.auth.dispose()
    expect(world.clock.pendingTimers).toBe(0)
    await leaving
  })
})
