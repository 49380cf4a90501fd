import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { decodeJwt } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { StreamChat } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { createUserToken } from '../../src/server/createUserToken.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const client = new StreamChat('key', secret)
const noon = new Date('2030-01-01T12:00:00.900Z')
const noonSeconds = 1893499200

describe('createUserToken returns the same bytes as the service’s own library', () => {
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

  test('for any user id, secret and instants', async () => {
    const instant = fc.integer({ min: 1, max: 99_999_999_998 })
    const userId = fc.string({ minLength: 1, unit: 'binary' })
    const anySecret = fc.string({ minLength: 32 }).filter((text) => text.trim() === text)
    await fc.assert(
      fc.asyncProperty(userId, anySecret, instant, instant, async (id, key, one, other) => {
        const [iat, exp] = [Math.min(one, other), Math.max(one, other) + 1]
        const ours = await createUserToken(id, {
          secret: key,
          issuedAt: new Date(iat * 1000),
          expiresAt: new Date(exp * 1000),
          now: new Date(0),
        })
        expect(ours).toBe(new StreamChat('key', key).createToken(id, exp, iat))
      }),
    )
  })
})

test('jsonwebtoken, which the service’s own client uses, accepts the token', async () => {
  const token = await createUserToken('jane', { secret, expiresInSeconds: 60 })
  expect(jsonwebtoken.verify(token, secret, { algorithms: ['HS256'] })).toMatchObject({
    user_id: 'jane',
  })
  expect(() => jsonwebtoken.verify(token, `${secret}!`)).toThrow('invalid signature')
})

test('a lifetime counts from now and adds the time of issue', async () => {
  const before = Math.floor(Date.now() / 1000)
  const { iat, exp } = decodeJwt(await createUserToken('jane', { secret, expiresInSeconds: 60 }))
  expect(iat).toBeGreaterThanOrEqual(before)
  expect(iat).toBeLessThanOrEqual(Date.now() / 1000)
  expect(exp).toBe(Number(iat) + 60)
})

test('a given `now` replaces the system clock', async () => {
  const token = await createUserToken('jane', { secret, now: noon, expiresInSeconds: 60 })
  expect(decodeJwt(token)).toMatchObject({ iat: noonSeconds, exp: noonSeconds + 60 })
})

test('of several secrets, the first signs', async () => {
  const older = 'the-secret-that-the-app-had-until-yesterday'
  expect(await createUserToken('jane', { secret: [secret, older] })).toBe(
    await createUserToken('jane', { secret }),
  )
})

test('options that are null count as left out', async () => {
  const none = { expiresInSeconds: null, expiresAt: null, issuedAt: null, claims: null, now: null }
  expect(await createUserToken('jane', { secret, ...none })).toBe(client.createToken('jane'))
})

test('a Date of another realm is accepted', async () => {
  const foreign = runInNewContext('new Date(ms)', { ms: noon.getTime() }) as Date
  expect(foreign).not.toBeInstanceOf(Date)
  expect(await createUserToken('jane', { secret, expiresAt: foreign })).toBe(
    client.createToken('jane', noonSeconds),
  )
})

test('a token of 8192 characters is accepted, a longer one is a TypeError', async () => {
  const lengthOf = async (claim: number) =>
    (await createUserToken('jane', { secret, claims: { a: 'x'.repeat(claim) } })).length
  expect(await lengthOf(6058)).toBe(8192)
  await expect(lengthOf(6059)).rejects.toThrow('8193 characters')
  await expect(lengthOf(6059)).rejects.toBeInstanceOf(TypeError)
})

test('further claims are added beside the user id', async () => {
  const claims = { jti: '7', nbf: noonSeconds }
  const token = await createUserToken('jane', { secret, claims })
  expect(decodeJwt(token)).toEqual({ user_id: 'jane', ...claims })
})

test.each([1, 31 * 86_400])('a lifetime of %i seconds is accepted', async (expiresInSeconds) => {
  const token = await createUserToken('jane', { secret, now: noon, expiresInSeconds })
  expect(decodeJwt(token).exp).toBe(noonSeconds + expiresInSeconds)
})

test('a secret of 32 bytes is accepted, however few characters it has', async () => {
  for (const enough of ['s'.repeat(32), 'é'.repeat(16)]) {
    expect(await createUserToken('jane', { secret: enough })).toBe(
      new StreamChat('key', enough).createToken('jane'),
    )
  }
})

const unset = undefined as unknown as string
const longAgo = new Date('2020-01-01T00:00:00Z')
const inSecondsForMs = new Date(noonSeconds)

test.each([
  ['an empty user id', '', { secret }, 'id of the signed-in user'],
  ['a missing user id', unset, { secret }, 'id of the signed-in user'],
  ['an empty secret', 'jane', { secret: '' }, 'check that its variable is set'],
  ['a missing secret', 'jane', { secret: unset }, 'check that its variable is set'],
  ['no secret among several', 'jane', { secret: [] }, 'check that its variable is set'],
  ['a short secret', 'jane', { secret: 's'.repeat(31) }, 'the API secret, not the API key'],
  ['a short second secret', 'jane', { secret: [secret, 'short'] }, 'not the API key'],
  ['a secret with its line end', 'jane', { secret: `${secret}\n` }, 'take off the line end'],
  ['two expiries', 'jane', { secret, expiresAt: noon, expiresInSeconds: 1 }, 'not both'],
  ['a lifetime of nothing', 'jane', { secret, expiresInSeconds: 0 }, 'at least 1'],
  ['a lifetime that is no number', 'jane', { secret, expiresInSeconds: NaN }, 'at least 1'],
  ['a lifetime that is a text', 'jane', { secret, expiresInSeconds: '60' as never }, 'at least 1'],
  ['an endless lifetime', 'jane', { secret, expiresInSeconds: Infinity }, 'at least 1'],
  ['an hour in milliseconds', 'jane', { secret, expiresInSeconds: 3_600_000 }, 'divide it by 1000'],
  ['an invalid date', 'jane', { secret, expiresAt: new Date(NaN) }, '`expiresAt` must be a valid'],
  ['a number for a date', 'jane', { secret, issuedAt: 1 as unknown as Date }, '`issuedAt` must be'],
  ['an expiry in the past', 'jane', { secret, expiresAt: longAgo }, 'made from milliseconds'],
  ['an expiry of now', 'jane', { secret, expiresAt: noon, now: noon }, 'expire in the past'],
  ['a Date of seconds', 'jane', { secret, expiresAt: inSecondsForMs }, 'made from milliseconds'],
  [
    'a Date of milliseconds times 1000',
    'jane',
    { secret, expiresAt: new Date(noon.getTime() * 1000) },
    'thousands of years',
  ],
  [
    'an expiry before the time of issue',
    'jane',
    { secret, issuedAt: noon, expiresAt: new Date(noon.getTime() - 5000) },
    'before it is issued',
  ],
  [
    'an expiry at the time of issue',
    'jane',
    { secret, issuedAt: noon, expiresAt: noon },
    'before it is issued',
  ],
  ['a claim that has its option', 'jane', { secret, claims: { exp: 1 } }, '`exp`'],
  ['a text for claims', 'jane', { secret, claims: 'abc' as never }, '`claims` must be an object'],
  ['a list for claims', 'jane', { secret, claims: [1] as never }, '`claims` must be an object'],
  ['a secret for options', 'jane', secret as never, 'must be an object'],
  ['no options', 'jane', undefined as never, 'must be an object'],
  ['a present that is no date', 'jane', { secret, now: 5 as never }, '`now` must be a valid Date'],
  [
    'a user id that is too long',
    'j'.repeat(8192),
    { secret },
    'every client refuses more than 8192',
  ],
  ['`nbf` in milliseconds', 'jane', { secret, claims: { nbf: noon.getTime() } }, 'in seconds'],
  ['`nbf` as a text', 'jane', { secret, claims: { nbf: '7' } }, 'in seconds'],
])('%s is a TypeError that says what to do', async (_, userId, options, words) => {
  const error: unknown = await createUserToken(userId, options).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(TypeError)
  expect((error as TypeError).message).toMatch(/^createUserToken: /)
  expect((error as TypeError).message).toContain(words)
  expect((error as TypeError).message).not.toContain(secret)
})
