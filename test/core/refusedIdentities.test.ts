import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import { rejection } from '../support/promises.js'
import { createWorld } from '../support/world.js'

describe('bad input', () => {
  it.each(['role', 'created_at', 'updated_at', 'deactivated_at', 'deleted_at', 'banned'])(
    'a user with the reserved field %s is a TypeError that names it',
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

  it('a backend that makes no guests is guests-disabled', async () => {
    for (const code of ['not-allowed', 'authentication-failed'] as const) {
      const world = createWorld()
      world.controls.guestFault = new ChatAuthError(code)
      const connecting = rejection(world.auth.setGuestUser({ id: 'v' }))
      await world.settle()
      expect(await connecting).toMatchObject({ code: 'guests-disabled', cause: { code } })
    }
  })

  it('a guest who cannot be made for another reason fails for that reason', async () => {
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

  it('a backend that takes no anonymous users is anonymous-refused', async () => {
    const world = createWorld()
    world.controls.refuseAll = 5
    const connecting = rejection(world.auth.connectAnonymousUser())
    await world.settle()
    expect(await connecting).toMatchObject({ code: 'anonymous-refused' })
  })
})
