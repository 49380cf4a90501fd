import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'
import type { ApiSecret } from '../../src/server/secrets.js'
import type { Authenticated, TokenHandlerOptions } from '../../src/server/tokenHandlerOptions.js'
import { verifyUserToken } from '../../src/server/verifyUserToken.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const url = 'https://app.test/chat/token'
const now = new Date('2030-01-01T12:00:00.400Z')
const seconds = Math.floor(now.getTime() / 1000)

const handlerFor = (options: Partial<TokenHandlerOptions> = {}) =>
  createTokenHandler({ secret, authenticate: () => 'jane', now: () => now, ...options })

async function ask(options: Partial<TokenHandlerOptions> = {}, init: RequestInit = {}, query = '') {
  const response = await handlerFor(options)(new Request(url + query, init))
  const text = await response.text()
  const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, string>) : {}
  return { status: response.status, headers: response.headers, text, json, error: json['error'] }
}

const post = (body: BodyInit, type?: string): RequestInit => ({
  method: 'POST',
  body,
  ...(type ? { headers: { 'Content-Type': type } } : {}),
})

const formOf = (userId: string | Blob) => {
  const form = new FormData()
  form.set('user_id', userId)
  return form
}

describe('createTokenHandler gives the signed-in user a token', () => {
  test('that is valid for an hour', async () => {
    const { status, json, headers } = await ask({}, {}, '?user_id=jane')
    expect(status).toBe(200)
    expect(headers.get('Content-Type')).toBe('application/json')
    expect(Object.keys(json)).toEqual(['token'])
    const { userId, claims } = await verifyUserToken(json['token'] ?? '', { secret, now })
    expect(userId).toBe('jane')
    expect(claims).toMatchObject({ iat: seconds, exp: seconds + 3600 })
  })

  test.each([
    [60, seconds + 60],
    [null, undefined],
  ])('for as long as it is told: %j', async (expiresInSeconds, exp) => {
    const { json } = await ask({ expiresInSeconds })
    expect(decodeJwt(json['token'] ?? '').exp).toBe(exp)
  })

  test('that differs each time, even within one second', async () => {
    const [one, other] = [await ask(), await ask()]
    expect(one.json['token']).not.toBe(other.json['token'])
  })

  test('with the claims that the app adds', async () => {
    const claims = async (userId: string) => ({ of: userId, jti: 'mine' })
    const { json } = await ask({ claims })
    expect(decodeJwt(json['token'] ?? '')).toMatchObject({ of: 'jane', jti: 'mine' })
  })

  test('signed with the first of several secrets, or with the result of a function', async () => {
    const older = 'the-secret-that-the-app-had-until-yesterday'
    const secrets: TokenHandlerOptions['secret'][] = [[secret, older], () => secret]
    for (const each of secrets) {
      const { json } = await ask({ secret: each })
      expect(await verifyUserToken(json['token'] ?? '', { secret, now })).toBeTruthy()
    }
  })

  test.each<[string, RequestInit, string]>([
    ['GET without a name', {}, ''],
    ['GET', {}, '?user_id=jane'],
    ['GET in camel case', {}, '?userId=jane'],
    ['POST without a body', { method: 'POST' }, ''],
    ['POST with a query', { method: 'POST' }, '?user_id=jane'],
    ['POST with JSON', post('{"user_id":"jane"}', 'application/json'), ''],
    ['POST with JSON in camel case', post('{"userId":"jane"}'), ''],
    ['POST with bytes of JSON', post(new TextEncoder().encode('{"user_id":"jane"}')), ''],
    ['POST with white space', post(' \n'), ''],
    ['POST with as much as there may be', post(`{"user_id":"jane"}${' '.repeat(65_518)}`), ''],
    ['POST with JSON of other things', post('{"a":1}'), ''],
    ['POST with a form', post(new URLSearchParams({ user_id: 'jane' })), ''],
    ['POST with a form in parts', post(formOf('jane')), ''],
  ])('asked with %s', async (_, init, query) => {
    expect((await ask({}, init, query)).status).toBe(200)
  })

  test.each<[string, string]>([
    ['text/plain', 'text'],
    ['text/plain;q=0.9, application/json;q=0.5', 'text'],
    ['text/*', 'text'],
    ['text/plain;charset=utf-8', 'text'],
    ['text/plain;q=0.9, application/json', 'json'],
    ['text/plain, */*;q=0.1', 'text'],
    ['application/json', 'json'],
    ['application/json, text/plain, */*', 'json'],
    ['text/plain, */*', 'json'],
    ['*/*', 'json'],
    ['text/html', 'json'],
  ])('to `Accept: %s` as %s', async (accept, form) => {
    const { text, json, headers } = await ask({}, { headers: { Accept: accept } })
    expect(headers.get('Content-Type')).toContain(form === 'text' ? 'text/plain' : 'json')
    expect(decodeJwt(form === 'text' ? text : (json['token'] ?? ''))['user_id']).toBe('jane')
  })
})

describe('createTokenHandler refuses', () => {
  test.each<Authenticated>([null, undefined, false, ''])(
    'with 401 a request without a signed-in user: %j',
    async (nobody) => {
      const { status, error } = await ask({ authenticate: async () => nobody }, {}, '?user_id=jane')
      expect([status, error]).toEqual([401, 'not-signed-in'])
    },
  )

  test.each([300, 302, 399, 401, 403])(
    'with 401 a request whose session guard throws a %i',
    async (status) => {
      const authenticate = () => {
        throw new Response(null, { status })
      }
      expect((await ask({ authenticate })).status).toBe(401)
    },
  )

  test.each<[string, RequestInit, string]>([
    ['the query', {}, '?user_id=bob'],
    ['the query in camel case', {}, '?userId=bob'],
    ['the second of a query', {}, '?user_id=jane&user_id=bob'],
    ['an empty query', {}, '?user_id='],
    ['JSON', post('{"user_id":"bob"}', 'application/json'), ''],
    ['JSON beside a good query', post('{"user_id":"bob"}'), '?user_id=jane'],
    ['JSON in camel case beside a good one', post('{"user_id":"jane","userId":"bob"}'), ''],
    ['JSON with another type', post('{"user_id":["jane"]}'), ''],
    ['a form', post(new URLSearchParams({ user_id: 'bob' })), ''],
    ['a form in parts', post(formOf('bob')), ''],
    ['the file of a form', post(formOf(new Blob(['jane']))), ''],
  ])('with 403 another user’s id in %s', async (_, init, query) => {
    const { status, error } = await ask({}, init, query)
    expect([status, error]).toEqual([403, 'other-user'])
  })

  test.each<[string, RequestInit, number]>([
    ['a body that is nothing', post('user_id=jane'), 400],
    ['a body that is no object', post('"jane"'), 400],
    ['a body that is null', post('null'), 400],
    ['a broken form in parts', post('x', 'multipart/form-data; boundary=y'), 400],
    ['a body that is one byte too large', post(`{"user_id":"jane"}${' '.repeat(65_519)}`), 413],
    ['a body that is too large', post(`{"user_id":"jane","a":"${'x'.repeat(99_000)}"}`), 413],
  ])('%s', async (_, init, status) => {
    expect((await ask({}, init)).status).toBe(status)
  })

  test.each(['PUT', 'PATCH', 'DELETE', 'PROPFIND'])('with 405 the method %s', async (method) => {
    const { status, headers } = await ask({ authenticate: () => null }, { method })
    expect(status).toBe(405)
    expect(headers.get('Allow')).toBe('GET, HEAD, POST, OPTIONS')
  })

  test('with a text if the client accepts only text', async () => {
    const { text } = await ask({ authenticate: () => null }, { headers: { Accept: 'text/plain' } })
    expect(text).toBe('Nobody is signed in.')
  })
})

test('a user id is read whole if the network splits it', async () => {
  const bytes = new TextEncoder().encode('{"user_id":"jänë"}')
  const cut = bytes.indexOf(0xc3) + 1
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.slice(0, cut))
      controller.enqueue(bytes.slice(cut))
      controller.close()
    },
  })
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit
  expect((await ask({ authenticate: () => 'jänë' }, init)).status).toBe(200)
})

test('HEAD is answered as GET, without a body', async () => {
  const { status, text, headers } = await ask({}, { method: 'HEAD' })
  expect([status, text, headers.get('Content-Type')]).toEqual([200, '', 'application/json'])
  expect((await ask({ authenticate: () => null }, { method: 'HEAD' })).status).toBe(401)
})

test('OPTIONS lists the allowed methods', async () => {
  const { status, headers } = await ask({}, { method: 'OPTIONS' })
  expect([status, headers.get('Allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS'])
})

test('every answer forbids caching and content sniffing', async () => {
  const answers = [
    await ask(),
    await ask({ authenticate: () => null }),
    await ask({}, { method: 'PUT' }),
    await ask({}, { headers: { Origin: 'https://elsewhere.test' } }),
    await ask({ authenticate: () => Promise.reject(new Error('no')) }),
  ]
  for (const { headers } of answers) {
    expect(headers.get('Cache-Control')).toBe('no-store')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  }
})

describe('the rate limit', () => {
  test('is called with the user id of the session', async () => {
    const asked: string[] = []
    const rateLimit = (userId: string, request: Request) => void asked.push(userId, request.url)
    expect((await ask({ rateLimit })).status).toBe(200)
    expect((await ask({ rateLimit, authenticate: () => null })).status).toBe(401)
    expect((await ask({ rateLimit }, {}, '?user_id=bob')).status).toBe(403)
    expect(asked).toEqual(['jane', url])
  })

  test.each<[number, string]>([
    [30, '30'],
    [0.2, '1'],
    [3600, '3600'],
  ])('of %d seconds is a 429 with Retry-After: %s', async (wait, retryAfter) => {
    const { status, error, headers } = await ask({ rateLimit: async () => wait })
    expect([status, error]).toEqual([429, 'rate-limited'])
    expect(headers.get('Retry-After')).toBe(retryAfter)
  })

  test.each([0, null, undefined])('of %s admits the request', async (wait) => {
    expect((await ask({ rateLimit: () => wait })).status).toBe(200)
  })
})

describe('a rate limit that returns no valid number of seconds', () => {
  test.each([NaN, -1, -0.1, Infinity, -Infinity, '5', '', true, false, {}, 5n, new Date()])(
    'such as %s is a 500 without a token, reported to onError',
    async (wait) => {
      const told: unknown[] = []
      const onError = (error: unknown) => told.push(error)
      const { status, json } = await ask({ rateLimit: () => wait as number, onError })
      expect([status, json['token']]).toEqual([500, undefined])
      expect(told).toEqual([expect.any(TypeError)])
      expect(String(told[0])).toContain('`rateLimit` must answer how many seconds')
    },
  )

  test('but milliseconds is a 500 whose error says how to convert them', async () => {
    const told: unknown[] = []
    const onError = (error: unknown) => told.push(error)
    expect((await ask({ rateLimit: () => 60_000, onError })).status).toBe(500)
    expect(String(told[0])).toContain('divide it by 1000')
  })
})

describe('an error of the app’s own code', () => {
  const canary = 'postgres://root:canary@db'
  const fail = () => Promise.reject(new Error(canary))

  test.each<[string, Partial<TokenHandlerOptions>]>([
    ['authenticate', { authenticate: fail }],
    ['rateLimit', { rateLimit: fail }],
    ['revokedBefore', { revokedBefore: fail }],
    ['claims', { claims: fail }],
    ['secret', { secret: fail }],
  ])('in %s is a 500 that says nothing, and is told to onError', async (_, options) => {
    const told: unknown[] = []
    const onError = (error: unknown, request: Request) => told.push([error, request.url])
    const { status, text } = await ask({ ...options, onError })
    expect(status).toBe(500)
    expect(text).not.toContain('canary')
    expect(told).toEqual([[new Error(canary), url]])
  })

  test.each([299, 400, 404, 500, 502])(
    'that is a Response of %i is a 500, not a refusal',
    async (thrown) => {
      const authenticate = () => Promise.reject(new Response(canary, { status: thrown }))
      const { status, text } = await ask({ authenticate })
      expect(status).toBe(500)
      expect(text).not.toContain('canary')
    },
  )

  test('in onError itself does not change the answer', async () => {
    expect((await ask({ authenticate: fail, onError: fail })).status).toBe(500)
  })

  test.each<[string, Partial<TokenHandlerOptions>, string]>([
    ['no user', { authenticate: () => ({ id: 'jane' }) as never }, 'must return a user id'],
    ['an empty user', { authenticate: () => ({ userId: '' }) }, 'must return a user id'],
    ['a revocation that is no date', { revokedBefore: () => 1 as never }, '`revokedBefore`'],
    ['a revocation that is 0', { revokedBefore: () => 0 as never }, '`revokedBefore`'],
    ['claims that are a text', { claims: () => 'abc' as never }, '`claims`'],
    ['a present that is no date', { now: () => 5 as never }, '`now`'],
    ['a token that is too long', { claims: () => ({ a: 'x'.repeat(8000) }) }, 'large `claims`'],
    ['an exp among the claims', { claims: async () => ({ exp: 1 }) }, '`exp`'],
    ['a secret that is not there', { secret: () => undefined as never }, '`secret`'],
  ])('%s is a 500 whose reason names it', async (_, options, words) => {
    const told: unknown[] = []
    expect((await ask({ ...options, onError: (error) => told.push(error) })).status).toBe(500)
    expect(told).toEqual([expect.any(TypeError)])
    expect(String(told[0])).toContain(words)
    expect(String(told[0])).not.toContain(secret)
  })
})

test.each([undefined, null, 'secret', []])('options that are %j are a TypeError', (options) => {
  expect(() => createTokenHandler(options as never)).toThrow(
    /^createTokenHandler: the argument must be an object/,
  )
})

test('hooks that are null count as left out', async () => {
  const none = {
    claims: null,
    rateLimit: null,
    revokedBefore: null,
    onError: null,
    onAnswer: null,
    hookTimeoutMs: null,
    now: null,
  }
  expect((await ask(none as object)).status).toBe(200)
  const signedIn = () => ({ userId: 'jane', signedInAt: null })
  expect((await ask({ authenticate: signedIn, revokedBefore: () => null })).status).toBe(200)
})

test.each<[string, object, string]>([
  ['no session', { authenticate: undefined }, '`authenticate` is missing'],
  ['no secret', { secret: undefined as unknown as ApiSecret }, 'check that its variable is set'],
  ['a short secret', { secret: 'short' }, 'not the API key'],
  ['an hour in milliseconds', { expiresInSeconds: 3_600_000 }, 'divide it by 1000'],
  ['an hour as a text', { expiresInSeconds: '3600' }, 'must be a number'],
  ['a session that is no function', { authenticate: 'jane' }, '`authenticate` must be a function'],
  ['claims that are no function', { claims: { role: 'admin' } }, '`claims` must be a function'],
  ['a limit that is no function', { rateLimit: 5 }, '`rateLimit` must be a function'],
  [
    'a revocation that is no function',
    { revokedBefore: now },
    '`revokedBefore` must be a function',
  ],
  ['a listener that is no function', { onError: 'log' }, '`onError` must be a function'],
  ['a present that is no function', { now }, '`now` must be a function'],
  ['a log that is no function', { onAnswer: {} }, '`onAnswer` must be a function'],
  ['a limit as a text', { hookTimeoutMs: '5s' }, '`hookTimeoutMs` must be milliseconds'],
  ['a limit of nothing', { hookTimeoutMs: 0 }, '`hookTimeoutMs` must be milliseconds'],
  ['a limit that is no number', { hookTimeoutMs: NaN }, '`hookTimeoutMs` must be milliseconds'],
])('%s is a TypeError before anything is asked', (_, options, words) => {
  const make = () => handlerFor(options as Partial<TokenHandlerOptions>)
  expect(make).toThrow(TypeError)
  expect(make).toThrow(/^createTokenHandler: /)
  expect(make).toThrow(words)
})
