import type { OutgoingHttpHeaders } from 'node:http'
import { describe, expect, test } from 'vitest'
import { httpConnector } from '../../../src/connectors/http/httpConnector.js'
import { httpTokenProvider } from '../../../src/connectors/http/httpTokenProvider.js'
import { chatAuthErrors, type ChatAuthError } from '../../../src/core/errors.js'
import { isLive } from '../../../src/core/state.js'
import type { TokenProvider } from '../../../src/core/types.js'
import { createTokenHandler } from '../../../src/server/createTokenHandler.js'
import { toNodeHandler } from '../../../src/server/toNodeHandler.js'
import { listen } from '../../support/listen.js'
import { canary, mint } from '../../support/world.js'
import { contractsOf } from '../contract/stage.js'

const request = { userId: 'jane', reason: 'connect', attempt: 1 } as const
const ask = (provider: TokenProvider, signal = new AbortController().signal) =>
  (provider as (asked: object) => Promise<string>)({ ...request, signal })
const failureOf = (provider: TokenProvider) =>
  ask(provider).then(
    () => Promise.reject(new Error('It succeeded.')),
    (error: ChatAuthError) => error,
  )

/** Calls `httpTokenProvider` against a real endpoint with this answer, and returns its error. */
async function asked(status: number, headers: OutgoingHttpHeaders, body: string) {
  const url = await listen((_, outgoing) => outgoing.writeHead(status, headers).end(body))
  return failureOf(httpTokenProvider({ url: `${url}/token?key=secret` })).then((error) => ({
    error,
    address: `${url}/token`,
  }))
}

const html = { 'Content-Type': 'text/html; charset=utf-8' }
const page = '<!DOCTYPE html>\n<html><title>Sign in</title></html>'

describe('a web page in place of a token', () => {
  test.each<[number, OutgoingHttpHeaders, string]>([
    [200, html, page],
    [200, { 'Content-Type': 'application/json' }, page],
    [200, { 'Content-Type': 'text/plain' }, `\n<html>${'x'.repeat(70_000)}</html>`],
    [200, {}, page],
    [200, html, 'Welcome to our network. Please sign in.'],
    [401, html, page],
    [403, html, page],
    [403, { 'Content-Type': 'text/plain' }, page],
    [404, html, page],
    [503, html, page],
  ])(
    'with status %i and headers %j is named as one with its address, and retried',
    async (status, headers, body) => {
      const { error, address } = await asked(status, headers, body)
      expect(error).toMatchObject({ code: 'token-is-web-page', retryable: true })
      expect(error.message).toBe(
        `A web page came in place of a token, with status ${status}, from ${address}. ${error.remedy}`,
      )
    },
  )

  test('is named by the address that a redirect led to, without its query', async () => {
    const url = await listen((incoming, outgoing) => {
      if (incoming.url?.startsWith('/login')) return outgoing.writeHead(200, html).end(page)
      const token = mint({ user_id: 'jane' })
      return outgoing.writeHead(302, { Location: `/login/${token}?next=secret` }).end()
    })
    const { message } = await failureOf(httpTokenProvider({ url }))
    expect(message).toContain(`, from ${url}/login/<token> after a redirect. `)
    expect(message).not.toContain('secret')
    expect(message).not.toContain(canary)
  })

  test('is not seen in a token, a word or an empty body that Express sends as text/html', async () => {
    const token = mint({ user_id: 'jane' })
    const url = await listen((_, outgoing) => outgoing.writeHead(200, html).end(token))
    expect(await ask(httpTokenProvider({ url }))).toBe(token)
    const { error } = await asked(401, html, 'Unauthorized')
    expect(error).toMatchObject({ code: 'token-provider-denied', retryable: false })
    expect((await asked(401, html, '')).error.code).toBe('token-provider-denied')
  })
})

describe('the endpoint’s own reason', () => {
  const json = { 'Content-Type': 'application/json' }
  const signIn = chatAuthErrors['token-provider-denied'].remedy

  test.each<[number, object | string, string, string]>([
    [401, { error: 'not-signed-in', message: 'Nobody.' }, 'not-signed-in: Nobody.', signIn],
    [403, { error: 'no-seat' }, 'no-seat.', 'See what the token endpoint says'],
    [403, { error: { code: 'no-seat', message: 'All sold' } }, 'no-seat: All sold.', 'See what'],
    [403, { title: 'No credit.', detail: 'It is 30.' }, 'No credit: It is 30.', 'See what'],
    [500, { message: 'Redis is down' }, 'Redis is down.', 'Look at `cause`'],
    [404, { message: 'No such route' }, 'No such route.', 'Check the address'],
    [503, 'Try later', 'Try later.', 'Look at `cause`'],
  ])('with status %i and %j is shown with its remedy', async (status, body, words, remedy) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const { error } = await asked(status, typeof body === 'string' ? {} : json, text)
    expect(error.message).toContain(`answered with status ${status}: ${words} `)
    expect(error.remedy).toContain(remedy)
    expect(error.code).toBe(
      status === 401 || status === 403 ? 'token-provider-denied' : 'token-provider-failed',
    )
  })

  test.each([
    [403, {}],
    [403, { constructor: 'constructor', error: null }],
    [403, []],
  ])(
    'is missing with status %i and %j, so that the user is asked to sign in again',
    async (status, body) => {
      const { error } = await asked(status, json, JSON.stringify(body))
      expect(error).toMatchObject({ code: 'token-provider-denied', remedy: signIn })
      expect(error.message).toBe(`The token endpoint answered with status ${status}. ${signIn}`)
    },
  )

  test('is cut off if it is long, shows no token, and is dropped if it is broken', async () => {
    const long = { error: mint({ user_id: 'jane' }), message: 'x'.repeat(60_000) }
    const { error } = await asked(403, json, JSON.stringify(long))
    expect(error.message.length).toBeLessThan(700)
    expect(error.message).not.toContain(canary)
    expect((await asked(403, json, '{"error":"no')).error.remedy).toBe(signIn)
    const words = { error: 'no-seat', message: mint({ user_id: 'jane' }) }
    expect((await asked(403, json, JSON.stringify(words))).error.message).toContain('<token>')
  })

  test('is not waited for if it does not arrive', async () => {
    const url = await listen((_, outgoing) => outgoing.writeHead(401, json).write('{"error":'))
    const error = await failureOf(httpTokenProvider({ url }))
    expect(error.code).toBe('token-provider-denied')
  })

  test('from createTokenHandler is shown with a remedy of its own', async () => {
    const handler = createTokenHandler({ secret: 's'.repeat(32), authenticate: () => 'bob' })
    const url = await listen(toNodeHandler(handler))
    const other = await failureOf(httpTokenProvider({ url }))
    expect(other).toMatchObject({ code: 'token-provider-denied', retryable: false })
    expect(other.message).toContain('other-user: Signed in is another user')
    expect(other.remedy).toContain('Connect the user who is signed in')
    const headers = { Origin: 'https://elsewhere.test' }
    const foreign = await failureOf(httpTokenProvider({ url, headers }))
    expect(foreign.message).toContain('foreign-origin: ')
    expect(foreign.remedy).toContain('`allowedOrigins`')
  })
})

describe('a request that got no answer', () => {
  test('fails as token-endpoint-unreachable, with the address and the three usual causes', async () => {
    const url = await listen((incoming) => incoming.socket.destroy())
    const error = await failureOf(httpTokenProvider({ url: `${url}/token?key=secret` }))
    expect(error).toMatchObject({ code: 'token-endpoint-unreachable', retryable: true })
    expect(error.message).toContain(`No answer came from the token endpoint, ${url}/token. `)
    expect(error.message).not.toContain('secret')
    for (const word of ['runs', 'address', 'CORS']) expect(error.remedy).toContain(word)
  })

  test('because it was aborted rejects with the reason of the abort', async () => {
    const controller = new AbortController()
    const gone = new Error('logged out')
    const url = await listen(() => controller.abort(gone))
    await expect(ask(httpTokenProvider({ url }), controller.signal)).rejects.toBe(gone)
  })
})

describe('a token endpoint’s failure in a session with a good token', () => {
  const setUp = (tokenProvider?: TokenProvider) =>
    contractsOf((target) => httpConnector(target))[0]!.setUp(tokenProvider && { tokenProvider })

  test.each<[string, number]>([
    ['a captive portal', 200],
    ['a firewall', 401],
    ['a firewall', 403],
  ])('that is the page of %s, with status %i, does not end the session', async (_, status) => {
    let answer: Response | null = null
    const stage = await setUp()
    const { auth, backend, settle, clock } = stage
    const url = stage.target.baseUrl + backend.tokenEndpoint.path
    const { fetch } = stage.target
    const provider = httpTokenProvider({
      url,
      fetch: async (input, init) => answer?.clone() ?? fetch!(input as string, init),
    })
    await settle(auth.connectUser(jane, provider))
    answer = new Response(page, { status, headers: { 'Content-Type': 'text/html' } })
    const refreshing = stage.failure(auth.refreshToken())
    expect((await refreshing).code).toBe('token-is-web-page')
    await clock?.advance(60_000)
    const state = auth.getState()
    expect(isLive(state) && [state.status, state.token.status]).toEqual(['connected', 'retrying'])
    answer = null
    await settle(auth.refreshToken())
    expect(auth.getState()).toMatchObject({ status: 'connected', token: { status: 'valid' } })
  })
})

const jane = { id: 'jane', name: 'Jane' }
