import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'
import type { TokenHandlerOptions } from '../../src/server/tokenHandlerOptions.js'
import { never } from '../support/promises.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const url = 'https://app.test/chat/token'
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Calls a handler on fake timers; resolves with its answer and the reports of its callbacks. */
function ask(options: Partial<TokenHandlerOptions>, request = new Request(url)) {
  const errors: unknown[] = []
  const answers: unknown[] = []
  const handler = createTokenHandler({
    secret,
    authenticate: () => 'jane',
    onError: (error) => errors.push(error),
    onAnswer: ({ status, refusal }) => answers.push([status, refusal]),
    ...options,
  })
  const answering = handler(request).then(async (response) => ({
    status: response.status,
    retryAfter: response.headers.get('Retry-After'),
    text: await response.text(),
    timers: vi.getTimerCount(),
    errors,
    answers,
  }))
  return answering
}

const hooks: [string, Partial<TokenHandlerOptions>][] = [
  ['authenticate', { authenticate: never }],
  ['rateLimit', { rateLimit: never }],
  ['revokedBefore', { revokedBefore: never }],
  ['claims', { claims: never }],
  ['secret', { secret: never }],
]

describe('a hook that never settles', () => {
  test.each(hooks)('is a 503 with Retry-After after 5 s: %s', async (hook, options) => {
    const answering = ask(options)
    await vi.advanceTimersByTimeAsync(4999)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    const { status, retryAfter, text, timers, errors, answers } = await answering
    expect([status, retryAfter, timers]).toEqual([503, '5', 0])
    expect(text).toContain('"unavailable"')
    expect(String(errors)).toContain(`\`${hook}\` took longer than 5000 ms`)
    expect(answers).toEqual([[503, 'unavailable']])
  })

  test('that decides about an origin is a 503 that the foreign page may not read', async () => {
    const headers = { Origin: 'https://friend.test' }
    const answering = ask({ allowedOrigins: never }, new Request(url, { headers }))
    await vi.advanceTimersByTimeAsync(5000)
    expect((await answering).status).toBe(503)
  })

  test('has the limit of hookTimeoutMs, which all hooks share', async () => {
    const slow = (ms: number) => () => new Promise<null>((r) => setTimeout(() => r(null), ms))
    const late = ask({ hookTimeoutMs: 100, rateLimit: slow(60), revokedBefore: slow(60) })
    const inTime = ask({ hookTimeoutMs: 121, rateLimit: slow(60), revokedBefore: slow(60) })
    await vi.advanceTimersByTimeAsync(121)
    expect([(await late).status, (await inTime).status]).toEqual([503, 200])
  })

  test.each([Infinity, 2 ** 40])(
    'is awaited without end with a limit of %d ms',
    async (hookTimeoutMs) => {
      let settle: (userId: string) => void = () => {}
      const authenticate = () => new Promise<string>((resolve) => (settle = resolve))
      const answering = ask({ hookTimeoutMs, authenticate })
      await vi.advanceTimersByTimeAsync(86_400_000)
      settle('jane')
      expect((await answering).status).toBe(200)
    },
  )

  test('learns of the timeout by the signal of its request', async () => {
    let signal: AbortSignal | undefined
    const answering = ask({ rateLimit: (_, request) => ((signal = request.signal), never()) })
    await vi.advanceTimersByTimeAsync(4999)
    expect(signal?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await answering
    expect(signal?.aborted).toBe(true)
  })

  test('that rejects after the timeout causes no unhandled rejection', async () => {
    const unhandled = vi.fn<(reason: unknown) => void>()
    process.on('unhandledRejection', unhandled)
    let fail: (error: Error) => void = () => {}
    const answering = ask({ claims: () => new Promise((_, reject) => (fail = reject)) })
    await vi.advanceTimersByTimeAsync(5000)
    expect((await answering).errors).toHaveLength(1)
    fail(new Error('too late'))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

test('an answer leaves no timer behind', async () => {
  expect(await ask({})).toMatchObject({ status: 200, timers: 0 })
  expect(await ask({ authenticate: () => null })).toMatchObject({ status: 401, timers: 0 })
  expect(await ask({ claims: () => Promise.reject(new Error()) })).toMatchObject({ timers: 0 })
})

describe('a client that disconnects', () => {
  test.each(hooks)(
    'ends the wait for the hook, and is not reported as an error: %s',
    async (_, options) => {
      const client = new AbortController()
      const answering = ask(options, new Request(url, { signal: client.signal }))
      await vi.advanceTimersByTimeAsync(10)
      client.abort()
      const { status, errors, answers } = await answering
      expect([status, errors, answers]).toEqual([499, [], [[499, 'client-gone']]])
    },
  )

  test('before the handler is called causes no hook call', async () => {
    const authenticate = vi.fn<() => string>()
    const request = new Request(url, { signal: AbortSignal.abort() })
    expect((await ask({ authenticate }, request)).status).toBe(499)
    expect(authenticate).not.toHaveBeenCalled()
  })

  test('aborts the signal of every hook', async () => {
    const client = new AbortController()
    const signals: AbortSignal[] = []
    const note = (_: string, { signal }: Request) => void signals.push(signal)
    const request = new Request(url, { signal: client.signal, method: 'POST', body: '{}' })
    const answering = ask(
      {
        authenticate: ({ signal }) => (signals.push(signal), 'jane'),
        rateLimit: note,
        revokedBefore: (userId, given) => (note(userId, given), null),
        claims: (userId, given) => (note(userId, given), never()),
      },
      request,
    )
    await vi.advanceTimersByTimeAsync(10)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false, false])
    client.abort()
    await answering
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true])
  })

  test('after the answer aborts no signal', async () => {
    const client = new AbortController()
    let signal: AbortSignal | undefined
    const authenticate = (request: Request) => ((signal = request.signal), 'jane')
    await ask({ authenticate }, new Request(url, { signal: client.signal }))
    client.abort()
    expect(signal?.aborted).toBe(false)
  })

  test('while it sends its body is not reported as an error', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('cut')) })
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    const { status, errors } = await ask({}, new Request(url, init))
    expect([status, errors]).toEqual([499, []])
  })
})

test('a body that does not end in time is a 408, and its rest is not read', async () => {
  let isCancelled = false
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel: () => void (isCancelled = true),
  })
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit
  const answering = ask({}, new Request(url, init))
  await vi.advanceTimersByTimeAsync(5000)
  const { status, errors, answers } = await answering
  expect([status, errors, isCancelled]).toEqual([408, [], true])
  expect(answers).toEqual([[408, 'too-slow']])
})

describe('a Response that a hook throws', () => {
  const throwing = (status: number, headers: HeadersInit = {}) => {
    throw new Response('canary', { status, headers })
  }

  test.each<[string, (status: number, headers?: HeadersInit) => Partial<TokenHandlerOptions>]>([
    ['authenticate', (...args) => ({ authenticate: () => throwing(...args) })],
    ['rateLimit', (...args) => ({ rateLimit: async () => throwing(...args) })],
    ['revokedBefore', (...args) => ({ revokedBefore: () => throwing(...args) })],
    ['claims', (...args) => ({ claims: async () => throwing(...args) })],
    ['secret', (...args) => ({ secret: () => throwing(...args) })],
  ])('in %s is passed on if it is 429 or 503, with its Retry-After', async (_, fail) => {
    const busy = await ask(fail(503, { 'Retry-After': '7' }))
    expect(busy).toMatchObject({ status: 503, retryAfter: '7', errors: [] })
    expect(busy.answers).toEqual([[503, 'unavailable']])
    const limited = await ask(fail(429))
    expect(limited).toMatchObject({ status: 429, retryAfter: null, errors: [] })
    expect(limited.answers).toEqual([[429, 'rate-limited']])
    expect(busy.text + limited.text).not.toContain('canary')
  })

  test.each([
    ['a date', new Date(Date.now() + 600_000).toUTCString(), /^(600|599)$/],
    ['a date that has passed', new Date(0).toUTCString(), /^0$/],
    ['a number', '  30', /^30$/],
  ])('may give its Retry-After as %s', async (_, retryAfter, expected) => {
    const authenticate = () => throwing(503, { 'Retry-After': retryAfter })
    expect((await ask({ authenticate })).retryAfter).toMatch(expected)
  })

  test('with an empty Retry-After is passed on without one', async () => {
    const authenticate = () => throwing(503, { 'Retry-After': 'soon' })
    expect(await ask({ authenticate })).toMatchObject({ status: 503, retryAfter: null })
  })

  test('of a framework’s own class is recognised by its shape', async () => {
    const headers = new Headers({ 'Retry-After': '3' })
    const rateLimit = () => Promise.reject(Object.assign(new Error(), { status: 503, headers }))
    expect(await ask({ rateLimit })).toMatchObject({ status: 503, retryAfter: '3' })
  })

  test('of 401 is a 500 in any hook except authenticate', async () => {
    expect((await ask({ rateLimit: () => throwing(401) })).status).toBe(500)
    expect((await ask({ authenticate: () => throwing(401) })).status).toBe(401)
  })
})
