import { describe, expect, test } from 'vitest'
import {
  createConnectorHttp,
  type ConnectorHttpOptions,
} from '../../../src/connectors/protocol/connectorHttp.js'
import { createBrowserEnvironment } from '../../../src/browser/createBrowserEnvironment.js'
import { ChatAuthError } from '../../../src/core/errors.js'
import { createManualClock } from '../../../src/testing.js'
import { later } from '../contract/stage.js'

const credential = { userId: 'jane', authType: 'jwt', token: 'a.b.c' } as const

/** HTTP of a connector whose backend gives these answers. */
function httpTo(fetch: typeof globalThis.fetch, more: Partial<ConnectorHttpOptions> = {}) {
  const clock = createManualClock()
  const session = new AbortController()
  const owner = {
    environment: { ...createBrowserEnvironment(), ...clock },
    signal: session.signal,
  }
  const http = createConnectorHttp({
    baseUrl: 'https://own.test/api',
    fetch,
    authorize: ({ headers }, { token }) => headers.set('Authorization', token),
    readError: ({ body: { error } }) => {
      if (error === 'old') return { code: 40, message: 'old' }
      return error === 'banned' ? new ChatAuthError('not-allowed') : null
    },
    ...more,
  })
  return { http, owner, clock, session }
}

const answering = (body: BodyInit | null, init?: ResponseInit) => async () =>
  new Response(body, init)

/** Never answers, and knows no signals. */
const silent = () => new Promise<Response>(() => {})

describe('a request of the connector’s own', () => {
  test('goes to its path below the base URL, with the credential that it is given', async () => {
    const sent: [string, string | null][] = []
    const { http, owner } = httpTo(async (url, init) => {
      sent.push([String(url as string), new Headers(init?.headers).get('Authorization')])
      return new Response('{}')
    })
    await http.request('/events', {}, owner, credential)
    await http.postJson('/guests', {}, owner)
    expect(sent).toEqual([
      ['https://own.test/api/events', 'a.b.c'],
      ['https://own.test/api/guests', null],
    ])
  })

  test.each<[string, Response, object]>([
    [
      'the refusal of its token',
      Response.json({ error: 'old' }, { status: 418 }),
      { name: 'RefusedError', refusal: { code: 40, message: 'old' } },
    ],
    [
      'an error that the backend has a word for',
      Response.json({ error: 'banned' }, { status: 403 }),
      { code: 'not-allowed' },
    ],
    [
      'a rate limit',
      new Response('', { status: 429, headers: { 'Retry-After': '7' } }),
      { code: 'rate-limited', retryAfterMs: 7000 },
    ],
    [
      'an error of the server',
      new Response('[]', { status: 503 }),
      { code: 'server-error', retryable: true },
    ],
    [
      'a status that it has no word for',
      new Response('null', { status: 404 }),
      { code: 'unexpected-answer', retryable: false },
    ],
  ])('rejects with %s', async (_, answer, error) => {
    const { http, owner } = httpTo(async () => answer)
    await expect(http.request('/events', {}, owner, credential)).rejects.toMatchObject(error)
  })

  test('rejects as connection-timeout after connectTimeoutMs, of a fetch that knows no signals too', async () => {
    const { http, owner, clock } = httpTo(silent, { connectTimeoutMs: 300 })
    const asked = later(http.request('/events', {}, owner))
    await clock.advance(300)
    await expect(asked).rejects.toMatchObject({ code: 'connection-timeout' })
    expect(clock.pendingTimers).toBe(0)
  })

  test('leaves no timer behind once it is answered, and its body is under no limit', async () => {
    const { http, owner, clock } = httpTo(answering(new ReadableStream()))
    await http.request('/events', {}, owner)
    expect(clock.pendingTimers).toBe(0)
  })

  test.each<[string, (session: AbortController, own: AbortController) => void]>([
    ['its session ends', (session) => session.abort(new Error('over'))],
    ['its own signal aborts', (_, own) => own.abort(new Error('over'))],
  ])('has its body end when %s', async (_, end) => {
    const own = new AbortController()
    let sent: AbortSignal | null | undefined
    const { http, owner, session } = httpTo(async (_url, init) => {
      sent = init?.signal
      return new Response(new ReadableStream())
    })
    const response = await http.request('/events', { signal: own.signal }, owner)
    expect(response.bodyUsed).toBe(false)
    end(session, own)
    expect(sent?.aborted).toBe(true)
  })

  test('is not sent for a session that is over', async () => {
    let calls = 0
    const { http, owner, session } = httpTo(async () => {
      calls++
      return new Response()
    })
    session.abort(new ChatAuthError('session-ended'))
    const asked = http.request('/events', {}, owner)
    await expect(asked).rejects.toMatchObject({ code: 'session-ended' })
    expect(calls).toBe(0)
  })

  test.each([
    ['another origin', 'https://elsewhere.test/events', 'foreign-origin'],
    ['another host', '//elsewhere.test/events', 'foreign-origin'],
  ])('goes nowhere if it names %s', async (_, path, code) => {
    const { http, owner } = httpTo(answering(''))
    await expect(http.request(path, {}, owner)).rejects.toMatchObject({ code })
  })
})

describe('JSON that is posted', () => {
  test('goes out as JSON, and comes back read', async () => {
    let sent: Request | null = null
    const { http, owner } = httpTo(async (url, init) => {
      sent = new Request(url as string, init)
      return Response.json({ token: 't' })
    })
    expect(await http.postJson('/guests', { id: 'jane' }, owner)).toEqual({ token: 't' })
    expect(sent!.headers.get('Content-Type')).toBe('application/json')
    expect(await sent!.json()).toEqual({ id: 'jane' })
  })

  test.each(['<html></html>', '', 'null', '"'.padEnd(70_000, ' ')])(
    'is an unexpected-answer where what comes back is none: %.9s',
    async (body) => {
      const { http, owner } = httpTo(answering(body))
      const error = { code: 'unexpected-answer', retryable: true }
      await expect(http.postJson('/guests', {}, owner)).rejects.toMatchObject(error)
    },
  )

  test('is given up when its answer does not end in time', async () => {
    const { http, owner, clock } = httpTo(answering(new ReadableStream()))
    const asked = later(http.postJson('/guests', {}, owner))
    await clock.advance(10_000)
    await expect(asked).rejects.toMatchObject({ code: 'connection-timeout' })
  })
})

test.each<[string, object]>([
  ['baseUrl', { baseUrl: '/api' }],
  ['connectTimeoutMs', { connectTimeoutMs: '1' }],
  ['requestTimeoutMs', { requestTimeoutMs: -1 }],
  ['maxBufferedBodyBytes', { maxBufferedBodyBytes: 0.5 }],
])('misuse of %s is a TypeError that names it', (name, options) => {
  const make = () => httpTo(silent, options as Partial<ConnectorHttpOptions>)
  expect(make).toThrow(TypeError)
  expect(make).toThrow(name)
})
