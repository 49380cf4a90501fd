import { describe, expect, it } from 'vitest'
import { createWorld, mint } from '../../support/world.js'

describe('what a guest storage holds', () => {
  it.each([
    ['no token', 'garbage'],
    ['an empty one', ''],
    ['one of somebody else', mint({ user_id: 'other' })],
    ['a number', 5],
  ])('with %s in the place of a token is no guest: a new one is made', async (_, token) => {
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
