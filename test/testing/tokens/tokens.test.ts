import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { createUserToken } from '../../../src/server/createUserToken.js'
import { createChatBackend } from '../../../src/testing/createChatBackend.js'
import { createManualClock } from '../../../src/testing/controls/createManualClock.js'
import { speakAnonymously, speakAs, signIn } from '../wireClient.js'

const secret = 'a-test-secret-that-is-long-enough-for-hs256'
const devToken = `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${btoa('{"user_id":"jane"}')}.devtoken`
const clock = createManualClock({ now: new Date('2030-01-01T12:00:00.400Z') })
const backend = createChatBackend({ clock, secret })

beforeEach(() => backend.reset())
afterAll(() => backend.dispose())

const ask = async (token: string, speaker = {}) => {
  const { status, json } = await speakAs(backend, { token, ...speaker }).send('/me')
  return status === 200 ? 'accepted' : `${status} ${json.code}`
}

test('a good token is accepted, and the answer names its user', async () => {
  const { status, json } = await (await signIn(backend)).send('/me')
  expect(status).toBe(200)
  expect(json.user).toMatchObject({ id: 'jane', name: 'Jane', role: 'user' })
})

test('an error has all fields of the protocol', async () => {
  const { json } = await speakAs(backend, { token: 'nonsense' }).send('/me')
  expect(json).toEqual({
    code: 5,
    message: expect.any(String) as string,
    StatusCode: 401,
    duration: expect.any(String) as string,
    more_info: expect.any(String) as string,
    details: [],
  })
})

describe('the backend refuses', () => {
  test('another API key with 2', async () => {
    expect(await ask(await backend.createToken('jane'), { apiKey: 'other' })).toBe('401 2')
  })

  test('no token with 5', async () => {
    expect(await ask('')).toBe('401 5')
  })

  test('another user’s token with 5, and counts it', async () => {
    expect(await ask(await backend.createToken('bob'))).toBe('401 5')
    expect(backend.counters.wrongUserTokens).toBe(1)
  })

  test('an expired token with 40 and the service’s message', async () => {
    const jane = await signIn(backend, 'jane', 10)
    expect((await jane.send('/me')).status).toBe(200)
    await clock.advance(10_000)
    const { status, json } = await jane.send('/me')
    expect([status, json.code, json.message]).toEqual([
      401,
      40,
      'JWTAuth error: token is expired (exp)',
    ])
  })

  test('another secret’s token with 43', async () => {
    expect(await ask(await createUserToken('jane', { secret: `${secret}!` }))).toBe('401 43')
  })

  test('a development token with 43, unless auth checks are off', async () => {
    expect(await ask(devToken)).toBe('401 43')
    const lenient = createChatBackend({ authChecks: false })
    const jane = speakAs(lenient, { token: devToken })
    expect((await jane.send('/me')).json.user.id).toBe('jane')
    const bob = speakAs(lenient, { token: devToken, userId: 'bob' })
    expect((await bob.send('/me')).json.code).toBe(5)
    const nobody = speakAs(lenient, { token: 'nonsense' })
    expect((await nobody.send('/me')).json.code).toBe(5)
    lenient.dispose()
  })
})

test('a clock that is ahead leads to 40, one that is behind to 42', async () => {
  const token = await backend.createToken('jane', { expiresInSeconds: 60 })
  backend.clockSkewMs = 86_400_000
  expect(await ask(token)).toBe('401 40')
  backend.clockSkewMs = -86_400_000
  expect(await ask(token)).toBe('401 42')
  backend.clockSkewMs = 0
  expect(await ask(token)).toBe('accepted')
})

test('a clock that is behind leads to 41 for a token with nbf', async () => {
  const nbf = Math.floor(clock.now() / 1000)
  const token = await backend.createToken('jane', { claims: { nbf } })
  backend.clockSkewMs = -5000
  expect(await ask(token)).toBe('401 41')
})

describe('after a revocation', () => {
  test('old tokens are refused with 40 and another message, one of the same second is accepted', async () => {
    const jane = await signIn(backend)
    const bob = await signIn(backend, 'bob')
    await clock.advance(100)
    await backend.revokeTokens('jane')
    const { json } = await jane.send('/me')
    expect(json).toMatchObject({ code: 40, message: 'JWTAuth error: token has been revoked' })
    expect((await bob.send('/me')).status).toBe(200)
    expect((await (await signIn(backend)).send('/me')).status).toBe(200)
  })

  test('tokens without a time of issue are refused, new ones too', async () => {
    await backend.revokeTokens('jane')
    expect(await ask(await backend.createToken('jane'))).toBe('401 40')
  })

  test('tokens of another backend are judged by their time of issue', async () => {
    const before = new Date(clock.now() - 1000)
    const old = await createUserToken('jane', { secret, issuedAt: new Date(clock.now() - 5000) })
    const young = await createUserToken('jane', { secret, issuedAt: new Date(clock.now()) })
    await backend.revokeTokens('jane', before)
    expect([await ask(old), await ask(young)]).toEqual(['401 40', 'accepted'])
  })

  test('all tokens are refused if the revocation was for the app', async () => {
    const jane = await signIn(backend)
    const stranger = await createUserToken('bob', { secret })
    await backend.revokeAllTokens()
    expect((await jane.send('/me')).json.code).toBe(40)
    expect(await ask(stranger, { userId: 'bob' })).toBe('401 40')
    expect((await (await signIn(backend, 'bob')).send('/me')).status).toBe(200)
  })

  test('lifting the revocation admits tokens that were not known before it', async () => {
    const stranger = await createUserToken('jane', { secret })
    await backend.revokeTokens('jane')
    await backend.revokeAllTokens()
    expect(await ask(stranger)).toBe('401 40')
    await backend.revokeTokens('jane', null)
    expect(await ask(stranger)).toBe('401 40')
    await backend.revokeAllTokens(null)
    expect(await ask(stranger)).toBe('accepted')
  })
})

test('expireToken expires the tokens so far, and no later one', async () => {
  const jane = await signIn(backend)
  const foreign = await createUserToken('jane', { secret })
  expect(await ask(foreign)).toBe('accepted')
  await backend.expireToken('jane')
  const { json } = await jane.send('/me')
  expect([json.code, json.message]).toEqual([40, 'JWTAuth error: token is expired (exp)'])
  expect(await ask(foreign)).toBe('401 40')
  expect(await ask(await backend.createToken('jane'))).toBe('accepted')
})

test('fresh tokens can be refused while the one in use is accepted', async () => {
  const inUse = await backend.createToken('jane')
  expect(await ask(inUse)).toBe('accepted')
  const fresh = await backend.createToken('jane')
  backend.faults.refuseFreshTokens = 43
  expect(await ask(inUse)).toBe('accepted')
  expect(await ask(fresh)).toBe('401 43')
  expect(await ask(fresh)).toBe('401 43')
  backend.faults.refuseFreshTokens = null
  expect(await ask(fresh)).toBe('accepted')
})

test('an anonymous visitor needs no token', async () => {
  const { json } = await speakAnonymously(backend).send('/me')
  expect(json.user).toMatchObject({ id: '!anon', role: 'anonymous' })
})

test('a guest gets an id from the server, and a token for it', async () => {
  const { status, json } = await speakAnonymously(backend).send('/guest', {
    body: { user: { id: 'visitor', name: 'Visitor', role: 'admin', created_at: 'long ago' } },
  })
  expect(status).toBe(201)
  expect(json.user).toMatchObject({ name: 'Visitor', role: 'guest' })
  expect(json.user.id).toMatch(/^guest-.+-visitor$/)
  expect(json.user.created_at).not.toBe('long ago')
  expect(await ask(json.access_token, { userId: json.user.id })).toBe('accepted')
  expect(backend.counters.guestsCreated).toBe(1)
  const again = await speakAnonymously(backend).send('/guest', {
    body: { user: { id: 'visitor' } },
  })
  expect(again.json.user.id).not.toBe(json.user.id)
})

test('a guest without an id is a bad request', async () => {
  const { status, json } = await speakAnonymously(backend).send('/guest', { body: {} })
  expect([status, json.code]).toEqual([400, 4])
})
