// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { createUserToken } from '../../src/server/createUserToken.js'
import { verifyUserToken } from '../../src/server/verifyUserToken.js'

test('tokens are signed and verified in jsdom, whose Uint8Array is not that of jose', async () => {
  const secret = 'a-test-secret-that-is-long-enough-for-hs256'
  const token = await createUserToken('jane', { secret })

  expect(new TextEncoder().encode('').constructor).not.toBe(Uint8Array)
  expect(await verifyUserToken(token, { secret })).toMatchObject({ userId: 'jane' })
})
