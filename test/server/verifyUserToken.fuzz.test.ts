import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { base64url } from 'jose'
import { describe, expect, test } from 'vitest'
import { createUserToken } from '../../src/server/createUserToken.js'
import { UserTokenError } from '../../src/server/userTokenError.js'
import { verifyUserToken } from '../../src/server/verifyUserToken.js'
import { fuzzParameters } from '../support/fuzzParameters.js'

/** `FC_RUNS=100000 npx vitest run --project server test/server/verifyUserToken.fuzz` looks further. */
const parameters = fuzzParameters(400)

const secret = 'the-secret-of-an-app-that-does-not-exist'
const otherSecret = 'a-secret-that-someone-else-might-have-had'
const now = new Date('2030-01-01T12:00:00Z')
const nowSeconds = now.getTime() / 1000

const codes = [5, 40, 41, 42, 43]

const hmac = (signed: string, key = secret, hash = 'sha256') =>
  createHmac(hash, key).update(signed).digest('base64url')

const signed = await Promise.all([
  createUserToken('jane', { secret }),
  createUserToken('bob', { secret, issuedAt: now, expiresInSeconds: 3600, now }),
  createUserToken('jänë/東', {
    secret,
    issuedAt: now,
    claims: { role: 'admin', deep: { a: [1] } },
  }),
])
const elsewhere = await createUserToken('jane', { secret: otherSecret })

/** Verifies a token; any result other than an answer or a typed refusal fails the test. */
async function verdictOf(token: string) {
  try {
    return await verifyUserToken(token, { secret, now })
  } catch (error) {
    if (error instanceof UserTokenError && codes.includes(error.code)) return null
    throw error
  }
}

/** Whether a token is refused, or is exactly a string that was signed. */
async function isRefusedUnlessSigned(token: string) {
  return (await verdictOf(token)) === null || signed.includes(token)
}

const bytes = fc.uint8Array({ minLength: 0, maxLength: 64 }).map((each) => base64url.encode(each))
const character = fc.oneof(
  fc.constantFrom(
    ...'A Q g w 0 4 8 - _ = + / . ~ " % \\'.split(' '),
    ' ',
    '\t',
    '\r',
    '\n',
    '\0',
    '\u00a0',
    '\u200b',
    '\ufeff',
    '．',
    'ﬀ',
  ),
  fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
)

/** Small damage to a token. */
const edit: fc.Arbitrary<(token: string) => string> = fc.oneof(
  fc.tuple(fc.nat(), character).map(([at, put]) => (token: string) => {
    const index = at % (token.length + 1)
    return token.slice(0, index) + put + token.slice(index + 1)
  }),
  fc.tuple(fc.nat(), character).map(([at, put]) => (token: string) => {
    const index = at % (token.length + 1)
    return token.slice(0, index) + put + token.slice(index)
  }),
  fc.nat().map((at) => (token: string) => token.slice(0, at % token.length)),
  fc.nat().map((at) => (token: string) => token.slice(at % token.length)),
  // The last characters have unused bits.
  fc.tuple(fc.integer({ min: 1, max: 3 }), character).map(
    ([count, put]) =>
      (token: string) =>
        token.slice(0, -count) + put.repeat(count),
  ),
  fc.constantFrom<((token: string) => string)[]>(
    (token) => token.replaceAll('-', '+').replaceAll('_', '/'),
    (token) => `${token}=`,
    (token) => token.replaceAll('.', '=.'),
    (token) => ` ${token}`,
    (token) => `${token}\n`,
    (token) => `Bearer ${token}`,
    (token) => `"${token}"`,
    (token) => `${token}.${token}`,
    (token) => token.toLowerCase(),
    (token) => token.split('.').toReversed().join('.'),
  ),
)

test('a damaged token is refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...signed, elsewhere),
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      async (token, edits) => {
        const harmed = edits.reduce((text, harm) => harm(text), token)
        expect(await isRefusedUnlessSigned(harmed)).toBe(true)
      },
    ),
    parameters,
  )
})

test('a token composed of parts of other tokens is refused', async () => {
  const part = (index: number) =>
    fc.oneof(
      fc.constantFrom(...signed, elsewhere).map((token) => token.split('.')[index] ?? ''),
      bytes,
    )
  await fc.assert(
    fc.asyncProperty(part(0), part(1), part(2), async (...parts) => {
      expect(await isRefusedUnlessSigned(parts.join('.'))).toBe(true)
    }),
    parameters,
  )
})

test('text that is no token is refused', async () => {
  const dotted = fc.array(bytes, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'))
  const anything = fc.oneof(fc.string({ unit: 'binary' }), dotted, fc.base64String(), fc.json())
  await fc.assert(
    fc.asyncProperty(anything, async (text) => {
      expect(await isRefusedUnlessSigned(text)).toBe(true)
    }),
    parameters,
  )
})

const algorithm = fc.oneof(
  fc.constantFrom('HS256', 'hs256', 'HS384', 'HS512', 'RS256', 'ES256', 'EdDSA', 'dir', 'A256KW'),
  fc.constantFrom('none', 'None', 'NONE', '', '__proto__', 'constructor'),
  fc.constantFrom(null, 7, ['HS256'], { alg: 'HS256' }),
)
const header = fc.oneof(
  fc.record(
    {
      alg: algorithm,
      typ: fc.constantFrom('JWT', 'jwt', 'at+jwt', 'JOSE', '', null, 7),
      kid: fc.constantFrom('1', '../../dev/null', "' or 1=1"),
      jwk: fc.constant({ kty: 'oct', k: base64url.encode(otherSecret) }),
      jku: fc.constant('https://elsewhere.test/keys'),
      crit: fc.constantFrom([], ['b64'], ['exp'], 'b64'),
      b64: fc.boolean(),
      zip: fc.constant('DEF'),
    },
    { requiredKeys: ['alg'] },
  ),
  fc.jsonValue(),
)
const instant = fc.oneof(
  fc.integer({ min: nowSeconds - 9, max: nowSeconds + 9 }),
  fc.constantFrom(null, '', String(nowSeconds), 1e308, -1, 0.5, [], {}),
)
const payload = fc.oneof(
  fc.record(
    {
      user_id: fc.oneof(fc.constantFrom('jane', '', ' ', null, 7, ['jane'], {}), fc.string()),
      exp: instant,
      nbf: instant,
      iat: instant,
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
)
const unsigned = fc
  .tuple(
    fc.oneof(
      header.map((each) => JSON.stringify(each)),
      fc.string(),
    ),
    payload,
  )
  .map(
    ([first, second]) => `${base64url.encode(first)}.${base64url.encode(JSON.stringify(second))}`,
  )

describe('a generated token', () => {
  test('is refused with any string in place of the signature', async () => {
    const forge = fc.constantFrom<((text: string) => string)[]>(
      () => '',
      () => 'devtoken',
      () => 'A'.repeat(43),
      (text) => hmac(text, ''),
      (text) => hmac(text, 'secret'),
      (text) => hmac(text, otherSecret),
      (text) => hmac(text, secret.toUpperCase()),
      (text) => hmac(text, secret, 'sha384'),
      (text) => hmac(text, secret, 'sha512'),
      (text) => hmac(text, secret, 'sha1'),
      (text) => hmac(`${text}.`),
      (text) => hmac(text.split('.')[1] ?? ''),
      (text) => hmac(text).slice(0, -1),
      () => signed[0]?.split('.')[2] ?? '',
    )
    await fc.assert(
      fc.asyncProperty(
        unsigned,
        fc.oneof(
          forge,
          bytes.map((text) => () => text),
        ),
        async (text, sign) => {
          expect(await verdictOf(`${text}.${sign(text)}`)).toBeNull()
        },
      ),
      parameters,
    )
  })

  test('is accepted with the right signature only if all its claims are valid', async () => {
    await fc.assert(
      fc.asyncProperty(unsigned, async (text) => {
        const verdict = await verdictOf(`${text}.${hmac(text)}`)
        if (verdict === null) return
        const [first, second] = text
          .split('.')
          .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown)
        expect(first).toMatchObject({
          alg: 'HS256',
          typ: expect.stringMatching(/^jwt$/i) as string,
        })
        const { user_id: userId, exp, nbf, iat } = second as Record<string, unknown>
        expect(userId).toMatch(/^./s)
        expect(verdict.userId).toBe(userId)
        expect(exp ?? Infinity).toBeGreaterThan(nowSeconds)
        expect(nbf ?? 0).toBeLessThanOrEqual(nowSeconds)
        expect(iat ?? 0).toBeLessThanOrEqual(nowSeconds)
      }),
      parameters,
    )
  })

  test('is accepted if its claims and its signature are valid', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), fc.jsonValue(), async (userId, more) => {
        const text = [
          { alg: 'HS256', typ: 'JWT' },
          { more, user_id: userId, exp: nowSeconds + 1 },
        ]
          .map((part) => base64url.encode(JSON.stringify(part)))
          .join('.')
        expect((await verdictOf(`${text}.${hmac(text)}`))?.userId).toBe(userId)
      }),
      parameters,
    )
  })
})

test('a duplicate member is found wherever it stands', async () => {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string().map((text) => JSON.stringify(text)),
      fc.constantFrom('1', 'true', 'null', '{}', '[]'),
      fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    ),
  }))
  const name = fc.string({ maxLength: 3 }).map((text) => JSON.stringify(text))
  const members = fc.array(fc.tuple(name, value), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(members, async (pairs) => {
      const object = `{${pairs.map((pair) => pair.join(' : ')).join(', ')}}`
      const text = ['{"alg":"HS256","typ":"JWT"}', `{"user_id":"jane","x":[${object}]}`]
        .map((part) => base64url.encode(part))
        .join('.')
      const isTwice = new Set(pairs.map(([key]) => key)).size < pairs.length
      expect((await verdictOf(`${text}.${hmac(text)}`)) === null).toBe(isTwice)
    }),
    parameters,
  )
})
