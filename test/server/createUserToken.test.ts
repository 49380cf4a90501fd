import { decodeJwt } from 'jose'
import { StreamChat } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { createUserToken } from '../../src/server/createUserToken.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const client = new StreamChat('key', secret)
const noon = new Date('2030-01-01T12:00:00.900Z')
const noonSeconds = 1893499200

describe('makes byte for byte the token of the service’s own library', () => {
  test('without an expiry', async () => {
    expect(await createUserToken('jane', { secret })).toBe(client.createToken('jane'))
  })

  test('with an expiry', async () => {
    expect(await createUserToken('jane', { secret, expiresAt: noon })).toBe(
      client.createToken('jane', noonSeconds),
    )
  })

  test('with an expiry and a time of issue', async () => {
    expect(
      await createUserToken('jänë/東', { secret, issuedAt: noon, expiresInSeconds: 3600 }),
    ).toBe(client.createToken('jänë/東', noonSeconds + 3600, noonSeconds))
  })
})

test('a lifetime counts from now, and brings the time of issue with it', async () => {
  const before = Math.floor(Date.now() / 1000)
  const { iat, exp } = decodeJwt(await createUserToken('jane', { secret, expiresInSeconds: 60 }))
  expect(iat).toBeGreaterThanOrEqual(before)
  expect(iat).toBeLessThanOrEqual(Date.now() / 1000)
  expect(exp).toBe(Number(iat) + 60)
})

test('further claims stand beside the user id', async () => {
  const token = await createUserToken('jane', { secret, claims: { jti: '7' } })
  expect(decodeJwt(token)).toEqual({ user_id: 'jane', jti: '7' })
})

test.each([
  ['an empty user id', '', { secret }, /userId/],
  ['an empty secret', 'jane', { secret: '' }, /secret/],
  ['two expiries', 'jane', { secret, expiresAt: noon, expiresInSeconds: 1 }, /not both/],
  ['a lifetime of nothing', 'jane', { secret, expiresInSeconds: 0 }, /expiresInSeconds/],
  ['a lifetime that is no number', 'jane', { secret, expiresInSeconds: NaN }, /expiresInSeconds/],
  ['an endless lifetime', 'jane', { secret, expiresInSeconds: Infinity }, /expiresInSeconds/],
  ['an invalid date', 'jane', { secret, expiresAt: new Date(NaN) }, /expiresAt/],
  ['a claim that is not the caller’s', 'jane', { secret, claims: { exp: 1 } }, /`exp`/],
])('%s is a TypeError that names the option', async (_, userId, options, message) => {
  const promise = createUserToken(userId, options)
  await expect(promise).rejects.toBeInstanceOf(TypeError)
  await expect(promise).rejects.toThrow(message)
})
