// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { createUserToken } from '../../src/server/createUserToken.js'
import { secretKey } from '../../src/server/secretKey.js'
import { verifyUserToken } from '../../src/server/verifyUserToken.js'

test('tokens are signed and verified in jsdom, whose Uint8Array differs from that of jose', async () => {
  const secret = 'a-test-secret-that-is-long-enough-for-hs256'
  const token = await createUserToken('jane', { secret })

  expect(new TextEncoder().encode('').constructor).not.toBe(Uint8Array)
  expect(await verifyUserToken(token, { secret })).toMatchObject({ userId: 'jane' })
})

test('the server entry, which throws in a browser, loads in jsdom', async () => {
  expect(document).toBeTruthy()
  expect(await import('../../src/server.js')).toHaveProperty('createTokenHandler')
})

test('a key is imported once while it is cached, and cannot be exported', async () => {
  const secretOf = (index: number) => `a-secret-that-is-long-enough-for-hs256-${index}`
  const first = secretKey(secretOf(0))
  for (let index = 1; index < 16; index++) void secretKey(secretOf(index))
  expect(secretKey(secretOf(0))).toBe(first)
  expect((await first).extractable).toBe(false)
  void secretKey(secretOf(16))
  expect(secretKey(secretOf(0))).not.toBe(first)
})
