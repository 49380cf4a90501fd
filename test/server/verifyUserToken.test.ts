import { createHmac } from 'node:crypto'
import { base64url, SignJWT, UnsecuredJWT } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { StreamChat } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { devToken } from '../../src/core/token/token.js'
import { createUserToken } from '../../src/server/createUserToken.js'
import { UserTokenError } from '../../src/server/userTokenError.js'
import { verifyUserToken } from '../../src/server/verifyUserToken.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const key = new TextEncoder().encode(secret)
const now = new Date('2030-01-01T12:00:00.500Z')
const seconds = Math.floor(now.getTime() / 1000)

const sign = (payload: Record<string, unknown>, header: { alg?: string; typ?: string } = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header }).sign(key)

/** Signs JSON text that `JSON.stringify` would never write. */
const signText = (payload: string, header = '{"alg":"HS256","typ":"JWT"}') => {
  const signed = `${base64url.encode(header)}.${base64url.encode(payload)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

const codeOf = async (token: string, options = {}) =>
  verifyUserToken(token, { secret, now, ...options }).then(
    () => 'accepted',
    (error: unknown) => (error as UserTokenError).code,
  )

test('verifyUserToken returns the user id and all claims', async () => {
  const token = await createUserToken('jane', { secret, issuedAt: now, claims: { team: 'red' } })
  expect(await verifyUserToken(token, { secret, now })).toEqual({
    userId: 'jane',
    claims: { user_id: 'jane', iat: seconds, team: 'red' },
  })
})

describe('verifyUserToken accepts', () => {
  test('a token of the service’s own library', async () => {
    const token = new StreamChat('key', secret).createToken('jane', seconds + 60, seconds)
    expect(await codeOf(token)).toBe('accepted')
    expect(await codeOf(new StreamChat('key', secret).createToken('jane'))).toBe('accepted')
  })

  test('a token of jsonwebtoken', async () => {
    const token = jsonwebtoken.sign({ user_id: 'jane', iat: seconds }, secret, { expiresIn: 60 })
    expect(await codeOf(token)).toBe('accepted')
  })

  test('a type that is null, as some libraries write a missing one', async () => {
    const header = '{"alg":"HS256","typ":null}'
    expect(await codeOf(signText('{"user_id":"jane"}', header))).toBe('accepted')
  })

  test('options that are null as left out', async () => {
    const none = { now: null, revokedBefore: null, clockToleranceSeconds: null }
    const token = await createUserToken('jane', { secret })
    expect(await verifyUserToken(token, { secret, ...none })).toMatchObject({ userId: 'jane' })
  })

  test('a token with unusual JSON formatting', async () => {
    expect(
      await codeOf(signText('{ "user_id" : "jane", "a": ["user_id", {"user_id": ":"}] }')),
    ).toBe('accepted')
  })

  test('tokens of any of several secrets, and no others', async () => {
    const newer = 'the-secret-that-the-app-has-had-since-today'
    const token = await createUserToken('jane', { secret })
    expect(await codeOf(token, { secret: [newer, secret] })).toBe('accepted')
    expect(await codeOf(token, { secret: [newer] })).toBe(43)
    const expired = await sign({ user_id: 'jane', exp: seconds - 1 })
    expect(await codeOf(expired, { secret: [newer, secret] })).toBe(40)
  })
})

describe('verifyUserToken tells refusals apart', () => {
  test('an expired token is 40, from the second of its expiry on', async () => {
    expect(await codeOf(await sign({ user_id: 'jane', exp: seconds }))).toBe(40)
    expect(await codeOf(await sign({ user_id: 'jane', exp: seconds + 1 }))).toBe('accepted')
  })

  test('a token before its time is 41', async () => {
    expect(await codeOf(await sign({ user_id: 'jane', nbf: seconds + 60 }))).toBe(41)
  })

  test('a token issued in the future is 42, one of the current second is accepted', async () => {
    const onTheSecond = { now: new Date(seconds * 1000) }
    expect(await codeOf(await sign({ user_id: 'jane', iat: seconds }), onTheSecond)).toBe(
      'accepted',
    )
    expect(await codeOf(await sign({ user_id: 'jane', iat: seconds + 60 }))).toBe(42)
  })

  test('another secret’s token is 43', async () => {
    expect(await codeOf(await createUserToken('jane', { secret: `${secret}!` }))).toBe(43)
  })

  test('a changed token is 43', async () => {
    const [header, , signature] = (await sign({ user_id: 'jane' })).split('.')
    const payload = btoa('{"user_id":"bob"}').replaceAll('=', '')
    expect(await codeOf([header, payload, signature].join('.'))).toBe(43)
  })

  test('a development token is 43 with a message that names it', async () => {
    await expect(verifyUserToken(devToken('jane'), { secret })).rejects.toMatchObject({
      code: 43,
      message: expect.stringContaining('devToken') as string,
    })
  })

  test('a signature with its unused bits set is 43', async () => {
    const token = await createUserToken('jane', { secret })
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = alphabet.indexOf(token.at(-1) ?? '')
    const respelt = [1, 2, 3].map((bits) => token.slice(0, -1) + alphabet[last + bits])
    expect(await Promise.all(respelt.map((each) => codeOf(each)))).toEqual([43, 43, 43])
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
    ['an nbf that is no number', () => sign({ user_id: 'jane', nbf: '9' })],
    ['an expiry that is no number', () => sign({ user_id: 'jane', exp: '9' })],
    ['a type that is no text', () => signText('{"user_id":"jane"}', '{"alg":"HS256","typ":7}')],
    ['an empty type', () => sign({ user_id: 'jane' }, { typ: '' })],
    ['a header that is no JSON', () => signText('{"user_id":"jane"}', '{"alg"')],
    ['trailing data', async () => `${await sign({ user_id: 'jane' })}.x`],
    ['a line end after it', async () => `${await sign({ user_id: 'jane' })}\n`],
    ['padding', async () => `${await sign({ user_id: 'jane' })}=`],
    ['what is longer than any URL', () => sign({ user_id: 'jane', more: 'x'.repeat(8192) })],
    ['what is no string', () => Symbol('token') as unknown as string],
    ['a user id twice', () => signText('{"user_id":"jane","user_id":"bob"}')],
    ['a user id twice, spelt anew', () => signText('{"user_id":"jane","user\\u005fid":"bob"}')],
    ['a member twice, deep inside', () => signText('{"user_id":"jane","a":[{"b":1,"b":2}]}')],
    [
      'an algorithm twice',
      () => signText('{"user_id":"jane"}', '{"alg":"none","alg":"HS256","typ":"JWT"}'),
    ],
    [
      'a critical extension',
      () => signText('{"user_id":"jane"}', '{"alg":"HS256","typ":"JWT","crit":["exp"],"exp":1}'),
    ],
    ['a payload that is no object', () => signText('["user_id"]')],
  ])('%s is 5', async (_, makeToken) => {
    expect(await codeOf(await makeToken())).toBe(5)
  })
})

test('an expired token of another type is refused for its type', async () => {
  expect(await codeOf(await sign({ user_id: 'jane', exp: seconds - 1 }, { typ: 'at+jwt' }))).toBe(5)
})

test('the type of a token with a wrong signature is not quoted', async () => {
  const [, payload, signature] = (await sign({ user_id: 'jane' })).split('.')
  const header = base64url.encode('{"alg":"HS256","typ":"canary"}')
  const error: unknown = await verifyUserToken([header, payload, signature].join('.'), {
    secret,
  }).catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 43,
    message: expect.not.stringContaining('canary') as string,
  })
})

test('a type is quoted up to 40 characters', async () => {
  const token = await sign({ user_id: 'jane' }, { typ: 'x'.repeat(4000) })
  const error: unknown = await verifyUserToken(token, { secret }).catch((why: unknown) => why)
  expect((error as UserTokenError).message.length).toBeLessThan(120)
})

test('a token is accepted within the clock tolerance', async () => {
  const options = { clockToleranceSeconds: 5 }
  expect(await codeOf(await sign({ user_id: 'jane', exp: seconds - 4 }), options)).toBe('accepted')
  expect(await codeOf(await sign({ user_id: 'jane', iat: seconds + 4 }), options)).toBe('accepted')
  expect(await codeOf(await sign({ user_id: 'jane', iat: seconds + 6 }), options)).toBe(42)
})

describe('after a revocation', () => {
  test('older tokens and tokens without a time of issue are 40, with a message of their own', async () => {
    for (const payload of [{ user_id: 'jane', iat: seconds - 1 }, { user_id: 'jane' }]) {
      await expect(
        verifyUserToken(await sign(payload), { secret, now, revokedBefore: now }),
      ).rejects.toMatchObject({ code: 40, message: expect.stringContaining('revoked') as string })
    }
  })

  test('a token of the same second is accepted, because it could be a later one', async () => {
    const token = await createUserToken('jane', { secret, issuedAt: now })
    expect(await codeOf(token, { revokedBefore: now })).toBe('accepted')
  })
})

test('an error contains neither the token nor the secret', async () => {
  const token = await createUserToken('jane', { secret: `${secret}!` })
  const error: unknown = await verifyUserToken(token, { secret }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(UserTokenError)
  const { name, message, stack, cause } = error as UserTokenError
  const text = JSON.stringify([name, message, stack, cause])
  expect(name).toBe('UserTokenError')
  expect(text).not.toContain(token)
  expect(text).not.toContain(secret)
})

test.each([
  ['an empty secret', { secret: '' }, '`secret`'],
  ['a short secret', { secret: 'short' }, 'not the API key'],
  ['a present that is no date', { secret, now: new Date(NaN) }, '`now`'],
  ['a revocation that is no date', { secret, revokedBefore: new Date(NaN) }, '`revokedBefore`'],
  ['a negative tolerance', { secret, clockToleranceSeconds: -1 }, '`clockToleranceSeconds`'],
  ['a tolerance that is a text', { secret, clockToleranceSeconds: '5' as never }, 'a number'],
  ['a tolerance that is none', { secret, clockToleranceSeconds: NaN }, 'a number'],
  ['an endless tolerance', { secret, clockToleranceSeconds: Infinity }, 'less than a day'],
  ['a revocation in milliseconds', { secret, revokedBefore: 1e12 as never }, '`revokedBefore`'],
  ['a present that is a text', { secret, now: '2030-01-01' as never }, '`now`'],
  ['a secret for options', secret as never, 'must be an object'],
  ['no options', undefined as never, 'must be an object'],
  ['a tolerance in milliseconds', { secret, clockToleranceSeconds: 90_000 }, 'must be seconds'],
])('%s is a TypeError that names it', async (_, options, words) => {
  const verifying = verifyUserToken(await createUserToken('jane', { secret }), options)
  await expect(verifying).rejects.toBeInstanceOf(TypeError)
  await expect(verifying).rejects.toThrow(words)
})
