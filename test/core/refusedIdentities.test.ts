import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import { rejection } from '../support/promises.js'
import { createWorld } from '../support/world.js'

describe('an identity that cannot be connected', () => {
  it.each(['role', 'created_at', 'updated_at', 'deactivated_at', 'deleted_at', 'banned'])(
    'a user with the reserved field %s throws a TypeError that names it',
    async (field) => {
      const world = createWorld()
      for (const user of [
        { id: 'jane', [field]: 'x' },
        { id: 'v', [field]: null },
      ]) {
        const error = await rejection(world.auth.connectUser(user))
        expect(error).toBeInstanceOf(TypeError)
        expect(error.message).toContain(`\`user.${field}\``)
        expect(await rejection(world.auth.setGuestUser(user))).toBeInstanceOf(TypeError)
      }
    },
  )

  it('a guest fails as guests-disabled on a backend that creates none', async () => {
    for (const code of ['not-allowed', 'authentication-failed'] as const) {
      const world = createWorld()
      world.controls.guestFault = new ChatAuthError(code)
      const connecting = rejection(world.auth.setGuestUser({ id: 'v' }))
      await world.settle()
      expect(await connecting).toMatchObject({ code: 'guests-disabled', cause: { code } })
    }
  })

  it('a guest who cannot be created for another reason fails for that reason', async () => {
    const world = createWorld()
    world.controls.guestFault = new ChatAuthError('server-error')
    const down = rejection(world.auth.setGuestUser({ id: 'v' }))
    await world.settle()
    expect(await down).toMatchObject({ code: 'server-error' })
    world.controls.guestFault = new RangeError('odd')
    const odd = rejection(world.auth.setGuestUser({ id: 'v' }))
    await world.settle()
    expect(await odd).toMatchObject({ code: 'connection-failed', cause: new RangeError('odd') })
  })

  it('an anonymous user fails as anonymous-refused on a backend that accepts none', async () => {
    const world = createWorld()
    world.controls.refuseAll = 5
    const connecting = rejection(world.auth.connectAnonymousUser())
    await world.settle()
    expect(await connecting).toMatchObject({ code: 'anonymous-refused' })
  })
})
