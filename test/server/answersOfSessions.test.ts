import { describe, expect, test } from 'vitest'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'
import { toNodeHandler } from '../../src/server/toNodeHandler.js'
import type {
  Authenticated,
  TokenAnswer,
  TokenHandlerOptions,
} from '../../src/server/tokenHandlerOptions.js'
import { listen } from '../support/listen.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const url = 'https://app.test/chat/token'

const ask = (options: Partial<TokenHandlerOptions>, request = new Request(url)) =>
  createTokenHandler({ secret, authenticate: () => 'jane', ...options })(request)

const cookies = new Headers([
  ['Set-Cookie', 'session=1; Path=/'],
  ['Set-Cookie', 'csrf=2; Expires=Wed, 09 Jun 2032 10:18:14 GMT'],
])

describe('headers that authenticate returns', () => {
  test('are sent with a token, each cookie as its own header', async () => {
    const answer = await ask({ authenticate: () => ({ userId: 'jane', headers: cookies }) })
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie()).toEqual(cookies.getSetCookie())
  })

  test.each<[string, Partial<TokenHandlerOptions>, number]>([
    ['of another user', {}, 403],
    ['that is limited', { rateLimit: () => 5 }, 429],
    ['that is limited by a thrown Response', { rateLimit: () => thrown(429) }, 429],
    ['that is revoked', { revokedBefore: () => new Date(Date.now() + 9e6) }, 403],
    ['that fails', { claims: () => Promise.reject(new Error('no')) }, 500],
  ])('go out with a refusal as well: a request %s', async (_, options, status) => {
    const name = status === 403 && !options.revokedBefore ? 'bob' : 'jane'
    const answer = await ask(
      { authenticate: () => ({ userId: 'jane', headers: cookies }), ...options },
      new Request(`${url}?user_id=${name}`),
    )
    expect(answer.status).toBe(status)
    expect(answer.headers.getSetCookie()).toEqual(cookies.getSetCookie())
  })

  test('are sent with a 401, to end a session', async () => {
    const ended = { 'Set-Cookie': 'session=; Max-Age=0' }
    const answer = await ask({ authenticate: () => ({ userId: null, headers: ended }) })
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, ['session=; Max-Age=0']])
  })

  test('in a Response that a guard throws are sent too', async () => {
    const authenticate = () => {
      throw new Response(null, { status: 302, headers: { Location: '/in', 'Set-Cookie': 'to=a' } })
    }
    const { status, headers } = await ask({ authenticate })
    expect([status, headers.getSetCookie(), headers.get('Location')]).toEqual([401, ['to=a'], null])
  })

  test.each<[string, NonNullable<Exclude<Authenticated, string | false>>['headers']]>([
    ['Headers', cookies],
    ['a list', [...cookies]],
    ['names and values', { 'Set-Cookie': cookies.getSetCookie() }],
  ])('may be %s', async (_, headers) => {
    const answer = await ask({ authenticate: () => ({ userId: 'jane', headers }) })
    expect(answer.headers.getSetCookie()).toEqual(cookies.getSetCookie())
  })

  test('never replace headers that describe the answer', async () => {
    const headers = {
      'Content-Type': 'text/html',
      'Content-Length': '3',
      'Content-Encoding': 'gzip',
      'Cache-Control': 'public',
      Vary: 'Cookie',
      Location: '/elsewhere',
      'Retry-After': '9',
      'Access-Control-Allow-Origin': '*',
      'Transfer-Encoding': 'chunked',
      ETag: '"1"',
      'X-Session': 'renewed',
    }
    const answer = await ask({ authenticate: () => ({ userId: 'jane', headers }) })
    expect(Object.fromEntries(answer.headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/json',
      vary: 'Origin, Accept',
      'x-content-type-options': 'nosniff',
      'x-session': 'renewed',
    })
    expect(Object.keys((await answer.json()) as object)).toEqual(['token'])
  })

  test('are sent over Node’s http', async () => {
    const handler = createTokenHandler({
      secret,
      authenticate: () => ({ userId: 'jane', headers: cookies }),
    })
    const answer = await fetch(await listen(toNodeHandler(handler)))
    expect(answer.headers.getSetCookie()).toEqual(cookies.getSetCookie())
  })

  test('of a wrong type are a 500 whose error names them', async () => {
    const told: unknown[] = []
    const authenticate = () => ({ userId: 'jane', headers: { 'no header': 'x' } })
    const answer = await ask({ authenticate, onError: (error) => told.push(error) })
    expect(answer.status).toBe(500)
    expect(String(told[0])).toContain('`headers`')
  })
})

const thrown = (status: number) => {
  throw new Response(null, { status })
}

describe('onAnswer', () => {
  const heard = async (options: Partial<TokenHandlerOptions>, request = new Request(url)) => {
    const answers: TokenAnswer[] = []
    const response = await ask({ onAnswer: (answer) => answers.push(answer), ...options }, request)
    expect(answers).toHaveLength(1)
    const [answer] = answers
    expect(answer?.request).toBe(request)
    expect(answer?.status).toBe(response.status)
    expect(answer?.tookMs).toBeGreaterThanOrEqual(0)
    return [answer?.userId, answer?.status, answer?.refusal]
  }
  const foreign = { headers: { Origin: 'https://elsewhere.test' } }

  test.each<[string, Partial<TokenHandlerOptions>, Request, unknown[]]>([
    ['a token', {}, new Request(url), ['jane', 200, null]],
    ['a preflight', {}, new Request(url, { method: 'OPTIONS' }), [null, 204, null]],
    ['a method', {}, new Request(url, { method: 'PUT' }), [null, 405, 'method-not-allowed']],
    ['an origin', {}, new Request(url, foreign), [null, 403, 'foreign-origin']],
    ['no session', { authenticate: () => null }, new Request(url), [null, 401, 'not-signed-in']],
    ['another user', {}, new Request(`${url}?user_id=bob`), ['jane', 403, 'other-user']],
    ['a limit', { rateLimit: () => 5 }, new Request(url), ['jane', 429, 'rate-limited']],
    [
      'a fault',
      { claims: () => Promise.reject(new Error()) },
      new Request(url),
      ['jane', 500, 'failed'],
    ],
    [
      'a large body',
      {},
      new Request(url, { method: 'POST', body: 'x'.repeat(99_999) }),
      ['jane', 413, 'too-large'],
    ],
    ['nonsense', {}, new Request(url, { method: 'POST', body: 'x' }), ['jane', 400, 'bad-request']],
  ])('hears who got what, and why not: %s', async (_, options, request, expected) => {
    expect(await heard(options, request)).toEqual(expected)
  })

  test('receives neither token nor secret', async () => {
    const answers: TokenAnswer[] = []
    const response = await ask({ onAnswer: (answer) => answers.push(answer) })
    const { token } = (await response.json()) as { token: string }
    expect(Object.keys(answers[0] ?? {}).sort()).toEqual([
      'refusal',
      'request',
      'status',
      'tookMs',
      'userId',
    ])
    expect(JSON.stringify(answers)).not.toContain(token)
    expect(JSON.stringify(answers)).not.toContain(secret)
  })

  test.each<[string, () => unknown]>([
    ['throws', () => thrown(503)],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['never settles', () => new Promise(() => {})],
  ])('changes and delays no answer where it %s', async (_, onAnswer) => {
    expect((await ask({ onAnswer })).status).toBe(200)
    const failing = { onError: onAnswer, claims: () => Promise.reject(new Error('no')) }
    expect((await ask(failing)).status).toBe(500)
  })

  test('receives the framework’s own context', async () => {
    const seen: unknown[] = []
    const handler = createTokenHandler({
      secret,
      authenticate: (_, context: { user: string }) => context.user,
      onAnswer: ({ userId }, context) => seen.push([userId, context]),
    })
    await handler(new Request(url), { user: 'jane' })
    expect(seen).toEqual([['jane', { user: 'jane' }]])
  })
})
