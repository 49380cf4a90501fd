import { expect, it } from 'vitest'
import { rejection } from '../support/promises.js'
import { createWorld } from '../support/world.js'

it('an empty static token is a missing one, and nothing is sent with it', async () => {
  const world = createWorld()
  const connecting = world.auth.connectUser({ id: 'jane' }, '')
  expect(await rejection(Promise.all([connecting, world.settle()]))).toMatchObject({
    code: 'token-missing',
  })
  expect(world.state().status).toBe('failed')
  expect(world.sockets).toEqual([])
})
