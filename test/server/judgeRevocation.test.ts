import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'
import { verifyUserToken } from '../../src/server/verifyUserToken.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const now = new Date('2030-01-01T12:00:00.400Z')
const later = (ms: number) => new Date(now.getTime() + ms)

async function ask(revokedBefore: Date | null, signedInAt?: Date, at = () => now) {
  const response = await createTokenHandler({
    secret,
    authenticate: () => ({ userId: 'jane', signedInAt }),
    revokedBefore: async () => revokedBefore,
    now: at,
  })(new Request('https://app.test/chat/token'))
  const { token = '', error } = (await response.json()) as { token?: string; error?: string }
  return { status: response.status, error, token, retryAfter: response.headers.get('Retry-After') }
}

test('without a revocation, or after one, the issued token is not refused', async () => {
  for (const revokedBefore of [null, later(-400), later(-401), later(-5000)]) {
    const { status, token } = await ask(revokedBefore)
    expect(status).toBe(200)
    const options = { secret, now, revokedBefore: revokedBefore ?? undefined }
    expect(await verifyUserToken(token, options)).toMatchObject({ userId: 'jane' })
    expect(Number(decodeJwt(token).iat) * 1000).toBeGreaterThanOrEqual(
      revokedBefore?.getTime() ?? 0,
    )
  }
})

test.each([
  ['a moment ago', -300, '1'],
  ['now', 0, '1'],
  ['by a clock that is ahead', 599, '1'],
  ['by a clock that is further ahead', 5000, '6'],
  ['five minutes from now', 299_600, '300'],
])('in the very second, %s, the client is told to come back', async (_, ms, retryAfter) => {
  const answer = await ask(later(ms), later(ms))
  expect(answer).toMatchObject({ status: 503, error: 'just-revoked', retryAfter })
  const then = later(Number(retryAfter) * 1000)
  expect((await ask(later(ms), then, () => then)).status).toBe(200)
})

test('a revocation for longer than a client waits locks the user out', async () => {
  const answer = await ask(later(299_601))
  expect(answer).toMatchObject({ status: 403, error: 'locked-out', retryAfter: null })
})

test('a session from before the revocation gets 401, a later one gets a token', async () => {
  const revokedBefore = later(-60_000)
  expect(await ask(revokedBefore, later(-60_001))).toMatchObject({
    status: 401,
    error: 'not-signed-in',
  })
  expect((await ask(revokedBefore, later(-60_000))).status).toBe(200)
})

test('a revocation during authenticate also covers the token', async () => {
  let present = now
  const response = await createTokenHandler({
    secret,
    authenticate: async () => {
      present = later(2000)
      return 'jane'
    },
    revokedBefore: () => null,
    now: () => present,
  })(new Request('https://app.test/chat/token'))
  const { token } = (await response.json()) as { token: string }
  await expect(
    verifyUserToken(token, { secret, now: present, revokedBefore: later(1000) }),
  ).rejects.toMatchObject({ code: 40 })
})

describe('an invalid instant', () => {
  test.each([
    ['the revocation', new Date(NaN), undefined],
    ['the sign-in', later(-5000), new Date(NaN)],
  ])('is a 500: %s', async (_, revokedBefore, signedInAt) => {
    expect((await ask(revokedBefore, signedInAt)).status).toBe(500)
  })
})
