import { describe, expect, it } from 'vitest'
import type { UserChanges } from '../../src/core/types.js'
import { connectedWorld, createWorld } from '../support/world.js'

describe('updateUser', () => {
  it.each(['role', 'online', 'last_active', 'banned', 'unread_count', 'devices'])(
    'refuses `%s`, as connectUser does, with a TypeError that names it',
    async (field) => {
      const { auth } = await connectedWorld()
      const fields = { [field]: true } as UserChanges
      const named = expect.stringContaining(`.${field}\` is the chat backend's to decide`)
      await expect(auth.updateUser(fields)).rejects.toMatchObject({
        name: 'TypeError',
        message: named,
      })
      const connecting = auth.connectUser({ id: 'jane', ...fields } as { id: string })
      await expect(connecting).rejects.toMatchObject({ name: 'TypeError', message: named })
    },
  )

  it.each([
    ['another id', { id: 'bob' }, '`fields.id` cannot be changed'],
    ['a list', ['name'], '`fields` must be an object'],
    ['nothing', undefined, '`fields` must be an object'],
    ['a BigInt', { size: 1n }, '`fields` must be plain data'],
  ])('refuses %s with a TypeError', async (_, fields, message) => {
    const { auth } = await connectedWorld()
    const updating = auth.updateUser(fields as UserChanges)
    await expect(updating).rejects.toThrow(new RegExp(`^${message}`))
    await expect(updating).rejects.toThrow(TypeError)
  })

  it('rejects with not-connected before anyone is connected, and after a log-out', async () => {
    const { auth, settle } = createWorld()
    await expect(auth.updateUser({ name: 'Jane' })).rejects.toMatchObject({ code: 'not-connected' })
    await Promise.all([auth.connectUser({ id: 'jane' }), settle()])
    await auth.disconnectUser()
    await expect(auth.updateUser({ name: 'Jane' })).rejects.toMatchObject({ code: 'not-connected' })
  })

  it('of an anonymous reader rejects with anonymous-not-allowed', async () => {
    const { auth, settle } = createWorld()
    await Promise.all([auth.connectAnonymousUser(), settle()])
    const updating = auth.updateUser({ name: 'Jane' })
    await expect(updating).rejects.toMatchObject({ code: 'anonymous-not-allowed' })
  })

  it('on a connector that cannot change users rejects with update-unsupported', async () => {
    const { auth } = await connectedWorld()
    const updating = auth.updateUser({ name: 'Jane' })
    await expect(updating).rejects.toMatchObject({ code: 'update-unsupported', retryable: false })
  })

  it('that waits when its session ends rejects with session-ended', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    world.auth.connectUser({ id: 'jane' }).catch(() => {})
    await world.settle()
    world.controls.guestGate = new Promise(() => {})
    world.auth.setGuestUser({ id: 'visitor' }).catch(() => {})
    await world.settle()
    const updating = world.auth.updateUser({ name: 'Visitor' })
    updating.catch(() => {})
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    await expect(updating).rejects.toMatchObject({ code: 'session-ended' })
  })
})
