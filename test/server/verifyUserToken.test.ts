import { SignJWT, UnsecuredJWT } from 'jose'
import { StreamChat } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { createUserToken } from '../../src/server/createUserToken.js'
import { UserTokenError, verifyUserToken } from '../../src/server/verifyUserToken.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const key = new TextEncoder().encode(secret)
const now = new Date('2030-01-01T12:00:00.500Z')
const seconds = Math.floor(now.getTime() / 1000)

const sign = (payload: Record<string, unknown>, header: { alg?: string; typ?: string } = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header }).sign(key)

const codeOf = async (token: string, options = {}) =>
  verifyUserToken(token, { secret, now, ...options }).then(
    () => 'accepted',
    (error: unknown) => (error as UserTokenError).code,
  )

test('says whose token it is, and all that it claims', async () => {
  const token = await createUserToken('jane', { secret, issuedAt: now, claims: { team: 'red' } })
  expect(await verifyUserToken(token, { secret, now })).toEqual({
    userId: 'jane',
    claims: { user_id: 'jane', iat: seconds, team: 'red' },
  })
})

test('accepts what the service’s own library signs', async () => {
  const token = new StreamChat('key', secret).createToken('jane', seconds + 60, seconds)
  expect(await codeOf(token)).toBe('accepted')
})

describe('tells refusals apart', () => {
  test('an expired token is 40, from the very second of its expiry', async () => {
    expect(await codeOf(await sign({ user_id: 'jane', exp: seconds }))).toBe(40)
    expect(await codeOf(await sign({ user_id: 'jane', exp: seconds + 1 }))).toBe('accepted')
  })

  test('a token before its time is 41', async () => {
    expect(await codeOf(await sign({ user_id: 'jane', nbf: seconds + 60 }))).toBe(41)
  })

  test('a token issued in the future is 42', async () => {
    expect(await codeOf(await sign({ user_id: 'jane', iat: seconds + 60 }))).toBe(42)
  })

  test('another secret’s token is 43', async () => {
    expect(await codeOf(await createUserToken('jane', { secret: `${secret}!` }))).toBe(43)
  })

  test('a token that was changed is 43', async () => {
    const [header, , signature] = (await sign({ user_id: 'jane' })).split('.')
    const payload = btoa('{"user_id":"bob"}').replaceAll('=', '')
    expect(await codeOf([header, payload, signature].join('.'))).toBe(43)
  })

  test.each([
    ['what is no token', () => 'token'],
    ['nothing', () => ''],
    ['an unsigned token', () => new UnsecuredJWT({ user_id: 'jane' }).encode()],
    ['another algorithm', () => sign({ user_id: 'jane' }, { alg: 'HS512' })],
    ['another type of token', () => sign({ user_id: 'jane' }, { typ: 'at+jwt' })],
    ['a token without a user', () => sign({ server: true })],
    ['an empty user id', () => sign({ user_id: '' })],
    ['a user id that is no string', () => sign({ user_id: 7 })],
    ['an expiry that is no number', () => sign({ user_id: 'jane', exp: '9' })],
    ['trailing data', async () => `${await sign({ user_id: 'jane' })}.x`],
  ])('%s is 5', async (_, makeToken) => {
    expect(await codeOf(await makeToken())).toBe(5)
  })
})

test('clocks may differ by the tolerance', async () => {
  const options = { clockToleranceSeconds: 5 }
  expect(await codeOf(await sign({ user_id: 'jane', exp: seconds - 4 }), options)).toBe('accepted')
  expect(await codeOf(await sign({ user_id: 'jane', iat: seconds + 4 }), options)).toBe('accepted')
  expect(await codeOf(await sign({ user_id: 'jane', iat: seconds + 6 }), options)).toBe(42)
})

describe('after a revocation', () => {
  test('older tokens and tokens without a time of issue are 40, in other words', async () => {
    for (const payload of [{ user_id: 'jane', iat: seconds - 1 }, { user_id: 'jane' }]) {
      await expect(
        verifyUserToken(await sign(payload), { secret, now, revokedBefore: now }),
      ).rejects.toMatchObject({ code: 40, message: expect.stringContaining('revoked') as string })
    }
  })

  test('a token of the same second is good, for it cannot be told from a later one', async () => {
    const token = await createUserToken('jane', { secret, issuedAt: now })
    expect(await codeOf(token, { revokedBefore: now })).toBe('accepted')
  })
})

test('an error holds neither the token nor the secret', async () => {
  const token = await createUserToken('jane', { secret: 'another' })
  const error: unknown = await verifyUserToken(token, { secret }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(UserTokenError)
  const { name, message, stack, cause } = error as UserTokenError
  const text = JSON.stringify([name, message, stack, cause])
  expect(name).toBe('UserTokenError')
  expect(text).not.toContain(token)
  expect(text).not.toContain(secret)
})

test('an empty secret is a TypeError', async () => {
  await expect(verifyUserToken('token', { secret: '' })).rejects.toBeInstanceOf(TypeError)
})
