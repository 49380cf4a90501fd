import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import {
  httpTokenProvider,
  type HttpTokenProviderOptions,
} from '../../../src/connectors/http/httpTokenProvider.js'
import type { TokenEndpointFault } from '../../../src/testing/tokens/tokenEndpoint.js'
import { httpConnector } from '../../../src/connectors/http/httpConnector.js'
import type { TokenRequest } from '../../../src/core/types.js'
import { listen } from '../../support/listen.js'
import { contractsOf, nothing, whatIsLeft, type StageOptions } from '../contract/stage.js'

const jane = { id: 'jane', name: 'Jane' }
const signal = new AbortController().signal
const request = { userId: 'jane doe&co', reason: 'connect', attempt: 1, signal } as const

/** Calls the provider once, against a server with this answer. */
async function ask(answer: Response | Error, options: Partial<HttpTokenProviderOptions> = {}) {
  const calls: { url: string; init: RequestInit }[] = []
  const provider = httpTokenProvider({
    url: '/chat/token',
    fetch: async (input, init = {}) => {
      calls.push({ url: input as string, init })
      if (answer instanceof Error) throw answer
      return answer
    },
    ...options,
  })
  if (typeof provider !== 'function') throw new Error('It is no function.')
  const outcome = await Promise.resolve(provider(request)).then(
    (token: unknown) => ({ token, error: undefined }),
    (error: unknown) => ({ token: undefined, error }),
  )
  return { ...outcome, url: calls[0]?.url, init: calls[0]?.init }
}

test.each([undefined, {}, { url: '' }])(
  'httpTokenProvider without a url throws a TypeError: %j',
  (options) => {
    const make = () => httpTokenProvider(options as HttpTokenProviderOptions)
    expect(make).toThrow(TypeError)
    expect(make).toThrow('`url`')
  },
)

describe('httpTokenProvider asks', () => {
  test.each<[string | URL, string]>([
    ['/chat/token', '/chat/token?user_id=jane%20doe%26co'],
    ['token', 'token?user_id=jane%20doe%26co'],
    ['/token?app=1', '/token?app=1&user_id=jane%20doe%26co'],
    ['/token#part', '/token?user_id=jane%20doe%26co#part'],
    [new URL('https://app.test/token'), 'https://app.test/token?user_id=jane%20doe%26co'],
  ])('%s for the token of the user', async (url, expected) => {
    expect((await ask(Response.json({ token: 't' }), { url })).url).toBe(expected)
  })

  test('past every cache, with cookies of its own origin, and with an abort signal', async () => {
    const { init } = await ask(Response.json({ token: 't' }))
    expect(init).toMatchObject({ cache: 'no-store', credentials: 'same-origin', signal })
  })

  test('with the headers and credentials passed to it', async () => {
    const { init } = await ask(Response.json({ token: 't' }), {
      headers: { Authorization: 'Bearer app' },
      credentials: 'include',
    })
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer app')
    expect(init?.credentials).toBe('include')
  })

  test('with headers computed anew for every call', async () => {
    let calls = 0
    const headers = async () => ({ count: String(++calls) })
    const answer = () => Response.json({ token: 't' })
    await ask(answer(), { headers })
    const { init } = await ask(answer(), { headers })
    expect(new Headers(init?.headers).get('count')).toBe('2')
  })

  test('with the global fetch if none is given', async () => {
    const { fetch } = globalThis
    try {
      globalThis.fetch = async () => Response.json({ token: 'global' })
      expect((await ask(new Error('not this one'), { fetch: undefined })).token).toBe('global')
    } finally {
      globalThis.fetch = fetch
    }
  })
})

describe('httpTokenProvider takes the token from', () => {
  test.each<[string, Response]>([
    ['JSON with `token`', Response.json({ token: 'a.b.c' })],
    ['a JSON string', Response.json('a.b.c')],
    ['plain text', new Response('a.b.c')],
    ['plain text with a line end', new Response('a.b.c\n')],
    [
      'JSON of another type',
      new Response('{"token":"a.b.c"}', { headers: { 'Content-Type': 'application/vnd.a+json' } }),
    ],
  ])('%s', async (_, answer) => {
    expect((await ask(answer)).token).toBe('a.b.c')
  })
})

describe('httpTokenProvider reports the endpoint’s answer', () => {
  test.each([401, 403])('with status %i: the user must sign in again', async (status) => {
    const { error } = await ask(new Response('no', { status }))
    expect(error).toMatchObject({ code: 'token-provider-denied', retryable: false })
  })

  test.each([400, 404, 429, 500, 503])(
    'with status %i: it failed, and may be tried again',
    async (status) => {
      const { error } = await ask(new Response('no', { status }))
      expect(error).toMatchObject({
        code: 'token-provider-failed',
        retryable: true,
        retryAfterMs: null,
      })
      expect((error as Error).message).toContain(String(status))
    },
  )

  test('with a Retry-After in seconds', async () => {
    const answer = new Response('', { status: 429, headers: { 'Retry-After': '120' } })
    expect((await ask(answer)).error).toMatchObject({ retryAfterMs: 120_000 })
  })

  test('with a Retry-After as a date, which in the past means no wait', async () => {
    const at = (date: string) =>
      ask(new Response('', { status: 503, headers: { 'Retry-After': date } }))
    expect((await at('Fri, 31 Dec 1999 23:59:59 GMT')).error).toMatchObject({ retryAfterMs: 0 })
    const { error } = await at(new Date(Date.now() + 3_600_000).toUTCString())
    const { retryAfterMs } = error as { retryAfterMs: number }
    expect(retryAfterMs).toBeGreaterThan(3_000_000)
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000)
  })
})

describe('connections of httpTokenProvider', () => {
  /** An endpoint with these answers, and the number of answers still open. */
  async function serve(answer: (outgoing: ServerResponse) => void) {
    const open = new Set<ServerResponse>()
    let closed = () => {}
    const url = await listen((_, outgoing) => {
      open.add(outgoing)
      outgoing.on('close', () => {
        open.delete(outgoing)
        closed()
      })
      answer(outgoing)
    })
    const provider = httpTokenProvider({ url }) as (asked: TokenRequest) => Promise<string>
    const allClosed = () =>
      new Promise<void>((resolve) => {
        closed = () => {
          if (open.size === 0) resolve()
        }
        closed()
      })
    return { provider, open, allClosed }
  }

  test('are all closed after 60 failures of 100 kB each', async () => {
    const { provider, open, allClosed } = await serve((outgoing) => {
      // Announces more than it sends, so that the connection cannot end by itself.
      outgoing.writeHead(500, { 'Content-Length': 200_000 }).write('x'.repeat(100_000))
    })
    const calls = Array.from({ length: 60 }, () => provider(request))
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({ code: 'token-provider-failed' })
    }
    await allClosed()
    expect(open.size).toBe(0)
  })

  test('are closed after more than 64 kB of an answer that should be a token', async () => {
    const { provider, allClosed } = await serve((outgoing) => {
      outgoing.write('x'.repeat(70_000))
    })
    await expect(provider(request)).rejects.toMatchObject({
      code: 'token-provider-failed',
      message: expect.stringContaining('more than 65536 bytes') as string,
    })
    await expect(allClosed()).resolves.toBeUndefined()
  })

  test('are closed when the call is aborted in the middle of an answer', async () => {
    const controller = new AbortController()
    const { provider, allClosed } = await serve((outgoing) => {
      outgoing.write('half a tok')
      setImmediate(() => controller.abort(new Error('timed out')))
    })
    const call = provider({ ...request, signal: controller.signal })
    await expect(call).rejects.toThrow('timed out')
    await expect(allClosed()).resolves.toBeUndefined()
  })
})

describe('httpTokenProvider in a session', () => {
  const setUp = (options?: StageOptions) =>
    contractsOf((target) => httpConnector(target))[0]!.setUp(options)

  test.each<[TokenEndpointFault, string]>([
    ['401', 'token-provider-denied'],
    ['403', 'token-provider-denied'],
    ['empty', 'token-missing'],
    ['wrong-user', 'token-wrong-user'],
  ])('whose endpoint answers %s makes it fail as %s after one call', async (fault, code) => {
    const { auth, backend, failure } = await setUp()
    backend.tokenEndpoint.fault = fault
    expect((await failure(auth.connectUser(jane))).code).toBe(code)
    expect(auth.getState()).toMatchObject({ status: 'failed', error: { code } })
    expect(backend.counters).toMatchObject({ tokenCalls: 1, socketsOpened: 0 })
  })

  test.each<[TokenEndpointFault]>([['429'], ['503']])(
    'whose endpoint answers %s does not ask again before its Retry-After',
    async (fault) => {
      const { auth, backend, clock, settle } = await setUp()
      backend.tokenEndpoint.fault = fault
      const connecting = auth.connectUser(jane)
      await clock?.advance(999)
      expect(backend.counters.tokenCalls).toBe(1)
      expect(auth.getState()).toMatchObject({
        status: 'connecting',
        token: { status: 'retrying', error: { code: 'token-provider-failed' } },
      })
      backend.tokenEndpoint.fault = null
      await settle(connecting)
      expect(backend.counters.tokenCalls).toBe(2)
    },
  )

  test.each<[TokenEndpointFault]>([['down'], ['500'], ['plain-text'], ['garbage']])(
    'whose endpoint is %s for a while delays the connection for that long only',
    async (fault) => {
      const { auth, backend, clock, settle } = await setUp()
      backend.tokenEndpoint.fault = fault
      const connecting = auth.connectUser(jane)
      await clock?.advance(0)
      backend.tokenEndpoint.fault = null
      await settle(connecting)
      expect(auth.getState().status).toBe('connected')
    },
  )

  test('whose endpoint hangs is aborted after providerTimeoutMs', async () => {
    const stage = await setUp()
    const { auth, backend, clock, settle } = stage
    backend.tokenEndpoint.fault = 'hang'
    const connecting = auth.connectUser(jane)
    await clock?.advance(10_000)
    expect(auth.getState()).toMatchObject({ token: { error: { code: 'token-provider-timeout' } } })
    backend.tokenEndpoint.fault = null
    await settle(connecting)
    auth.dispose()
    expect(await whatIsLeft(stage)).toEqual(nothing)
  })

  test('that gets a web page makes it fail once a limited number of attempts is used up', async () => {
    const { auth, backend, failure } = await setUp({ retry: { maxAttempts: 2 } })
    backend.tokenEndpoint.fault = 'garbage'
    expect((await failure(auth.connectUser(jane))).code).toBe('token-is-web-page')
    expect(backend.counters).toMatchObject({ tokenCalls: 2, socketsOpened: 0 })
  })

  test('with a relative url outside a page fails as token-provider-failed', async () => {
    const provider = httpTokenProvider({ url: '/chat/token' })
    const { auth, failure } = await contractsOf((target) => httpConnector(target))[0]!.setUp({
      tokenProvider: provider,
      retry: { maxAttempts: 2 },
    })
    expect((await failure(auth.connectUser(jane))).code).toBe('token-provider-failed')
  })
})
