import { expect, it } from 'vitest'
import { held, quietly } from '../../support/promises.js'
import { connectedWorld } from '../../support/world.js'

it('an answer that comes after dispose() leaves no timer, though its token was waiting for its moment', async () => {
  const world = await connectedWorld()
  world.controls.refuseAll = 42
  quietly(world.auth.fetch('/refused'))
  const slow = held<void>()
  world.controls.requestGate = slow.promise
  quietly(world.auth.fetch('/slow'))
  await world.settle()
  world.controls.refuseAll = null
  world.auth.dispose()
  slow.resolve()
  await world.settle()
  expect(world.clock.pendingTimers).toBe(0)
})
