import { expect, test } from 'vitest'
import { createPings } from '../../../src/connectors/protocol/pings.js'

const isSettled = async (promise: Promise<void>) => {
  let settled = false
  void promise.then(() => (settled = true))
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  return settled
}

test('with no ping unanswered, all earlier frames have arrived', async () => {
  const pings = createPings()
  expect(await isSettled(pings.caughtUp())).toBe(true)
  pings.asked()
  pings.answered()
  expect(await isSettled(pings.caughtUp())).toBe(true)
})

test('the answer to an earlier ping is not taken for that to a later one', async () => {
  const pings = createPings()
  pings.asked()
  pings.asked()
  const caughtUp = pings.caughtUp()
  pings.answered()
  expect(await isSettled(caughtUp)).toBe(false)
  pings.answered()
  expect(await isSettled(caughtUp)).toBe(true)
})
