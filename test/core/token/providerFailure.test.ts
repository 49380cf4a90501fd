import { StreamChat } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { ChatAuthError, chatAuthErrors } from '../../../src/core/errors.js'
import { createOutbox } from '../../../src/core/outbox.js'
import { callProvider } from '../../../src/core/token/providerCall.js'
import { endpointRemedies } from '../../../src/core/token/endpointError.js'
import { answerTo, type TokenRefusal } from '../../../src/server/answers.js'
import { listen } from '../../support/listen.js'
import { canary, createWorld, mint } from '../../support/world.js'

/** Calls a provider once. */
function call(provider: () => unknown) {
  const { environment, clock } = createWorld()
  const asked = callProvider(
    provider as () => string,
    { userId: 'jane', reason: 'connect', attempt: 1 },
    { timeoutMs: 10_000, environment, outbox: createOutbox(environment) },
  )
  const failure = asked.result.then(
    () => Promise.reject(new Error('It succeeded.')),
    (error: ChatAuthError) => error,
  )
  return { failure, abort: (error: ChatAuthError) => asked.abort(error), clock }
}

async function failureOf(thrown: unknown): Promise<ChatAuthError> {
  const { failure, clock } = call(() => Promise.reject(thrown as Error))
  const error = await failure
  expect(clock.pendingTimers).toBe(0)
  return error
}

const failed = (fields: object) => Object.assign(new Error('failed'), fields)
const html = { 'content-type': 'text/html' }
const page = '<!doctype html><title>Sign in</title>'
const limited = (headers: HeadersInit) => new Response('', { status: 429, headers })

describe('Retry-After is found', () => {
  test.each<[string, () => unknown]>([
    ['in a thrown Response', () => limited({ 'Retry-After': '60' })],
    ['in the response of an error', () => failed({ response: limited({ 'Retry-After': '60' }) })],
    [
      'in plain headers',
      () => failed({ response: { status: 429, headers: { 'retry-after': '60' } } }),
    ],
    [
      'in the error’s own headers',
      () => failed({ statusCode: 429, headers: { 'retry-after': '60' } }),
    ],
    ['in an XMLHttpRequest', () => ({ status: 429, getResponseHeader: headerOfXhr })],
    ['in the cause of an error', () => failed({ cause: limited({ 'Retry-After': '60' }) })],
    ['as retryAfterMs', () => failed({ retryAfterMs: 60_000 })],
    ['as retryAfter', () => failed({ retryAfter: 60 })],
    ['as retryAfter, a text', () => failed({ retryAfter: '60' })],
    ['as a date, by the date of the answer', () => limited(dated)],
  ])('%s', async (_, make) => {
    expect(await failureOf(make())).toMatchObject({
      code: 'token-provider-failed',
      retryAfterMs: 60_000,
    })
  })

  test('as retryAfter, a Date', async () => {
    const { failure, clock } = call(() => {
      throw failed({ retryAfter: new Date(clock.now() + 60_000) })
    })
    expect((await failure).retryAfterMs).toBe(60_000)
  })

  test('in an error of the real axios', async () => {
    const url = await listen((_, outgoing) =>
      outgoing.writeHead(429, { 'Retry-After': '60' }).end('{"message":"Too many"}'),
    )
    const error = await failureOf(await axiosError(url))
    expect(error).toMatchObject({ code: 'token-provider-failed', retryAfterMs: 60_000 })
    expect(error.message).toContain('answered with status 429: Too many. ')
  })

  test.each([NaN, Infinity, '', 'soon', {}, null])('not in %j', async (retryAfter) => {
    expect((await failureOf(failed({ retryAfter }))).retryAfterMs).toBeNull()
  })
})

const dated = {
  Date: 'Fri, 01 Jan 2027 00:00:00 GMT',
  'Retry-After': 'Fri, 01 Jan 2027 00:01:00 GMT',
}
const headerOfXhr = (name: string) => (name.toLowerCase() === 'retry-after' ? '60' : null)

/** Returns the error that stream-chat's own axios throws for this address. */
function axiosError(url: string): Promise<unknown> {
  return new StreamChat('key').axiosInstance.get(url).catch((error: unknown) => error)
}

describe('a web page in place of a token is recognised', () => {
  test.each<[string, () => unknown]>([
    ['a Response', () => new Response(page, { status: 403, headers: html })],
    ['a Response whose type lies', () => new Response(page, { status: 401 })],
    ['an error with a Response', () => failed({ response: new Response(page, { status: 403 }) })],
    ['an error with a body', () => failed({ response: { status: 401, data: page } })],
    ['an error with its type alone', () => failed({ response: { status: 401, headers: html } })],
    ['an error with its text', () => failed({ status: 403, body: page })],
    ['an error whose message it is', () => failed({ status: 401, message: page })],
    ['its text', () => page],
    [
      'what a parser says of it',
      () => new SyntaxError(`Unexpected token '<', "${page}" is not valid`),
    ],
  ])('though what is thrown is %s', async (_, make) => {
    expect(await failureOf(make())).toMatchObject({ code: 'token-is-web-page', retryable: true })
  })

  test('where the provider returns its text', async () => {
    const { failure, clock } = call(() => `\n${page}`)
    expect(await failure).toMatchObject({ code: 'token-is-web-page', retryable: true })
    expect(clock.pendingTimers).toBe(0)
  })

  test('and named by its address', async () => {
    const url = await listen((_, outgoing) => outgoing.writeHead(403, html).end(page))
    const error = await failureOf(await fetch(`${url}/login?next=secret`))
    expect(error.message).toContain(`with status 403, from ${url}/login. `)
    expect((await failureOf(await axiosError(url))).code).toBe('token-is-web-page')
  })

  test('unless the provider’s error says that it is permanent', async () => {
    const error = await failureOf(
      failed({ permanent: true, response: { status: 403, data: page } }),
    )
    expect(error).toMatchObject({ code: 'token-provider-denied', retryable: false })
  })
})

describe('the endpoint’s own reason is read', () => {
  const reason = { error: 'other-user', message: 'Somebody else.' }

  test.each<[string, () => unknown]>([
    ['from a Response', () => Response.json(reason, { status: 403 })],
    ['from a Response in a cause', () => failed({ cause: Response.json(reason, { status: 403 }) })],
    ['as axios has it', () => failed({ response: { status: 403, data: reason } })],
    [
      'as got has it',
      () => failed({ response: { statusCode: 403, body: JSON.stringify(reason) } }),
    ],
    ['as Angular has it', () => failed({ status: 403, error: reason })],
    [
      'in UTF-8',
      () => new Response(JSON.stringify({ ...reason, message: 'Łódź.' }), { status: 403 }),
    ],
  ])('%s', async (_, make) => {
    const error = await failureOf(make())
    expect(error).toMatchObject({
      code: 'token-provider-denied',
      remedy: endpointRemedies['other-user'],
    })
    expect(error.message).toMatch(/answered with status 403: other-user: (?:Somebody else|Łódź)\. /)
  })

  test('but not from a body that has been read or is locked', async () => {
    const read = Response.json(reason, { status: 401 })
    await read.text()
    const locked = Response.json(reason, { status: 401 })
    locked.body?.getReader()
    for (const response of [read, locked]) {
      expect(await failureOf(response)).toMatchObject({
        code: 'token-provider-denied',
        remedy: chatAuthErrors['token-provider-denied'].remedy,
      })
    }
  })

  test('without any token in it', async () => {
    const message = `No ${mint({ user_id: 'jane' })}`
    const error = await failureOf(Response.json({ message }, { status: 500 }))
    expect(error.message).toContain('No <token>')
    expect(error.message).not.toContain(canary)
  })

  test('for two seconds at most, and not after the end of the call', async () => {
    const silent = () => new Response(new ReadableStream(), { status: 401 })
    const slow = call(() => Promise.reject(silent() as unknown as Error))
    await slow.clock.advance(1999)
    expect(slow.clock.pendingTimers).toBe(2)
    await slow.clock.advance(1)
    expect(await slow.failure).toMatchObject({ code: 'token-provider-denied' })
    expect(slow.clock.pendingTimers).toBe(0)

    const over = call(() => Promise.reject(silent() as unknown as Error))
    await over.clock.advance(1)
    over.abort(new ChatAuthError('session-ended'))
    await over.clock.advance(0)
    expect((await over.failure).code).toBe('session-ended')
    expect(over.clock.pendingTimers).toBe(0)
  })

  test('and the rest of the answer is cancelled, so that its connection is free', async () => {
    const closed = new Promise<void>((resolve) => {
      void listen((_, outgoing) => {
        outgoing.on('close', resolve)
        outgoing.writeHead(500, { 'Content-Length': 200_000 }).write('x'.repeat(100_000))
      }).then(async (url) => failureOf(await fetch(url)))
    })
    await expect(closed).resolves.toBeUndefined()
  })
})

test.each<[string, () => unknown]>([
  ['fetch', () => new TypeError('Failed to fetch')],
  ['a wrapper of it', () => failed({ cause: new TypeError('Load failed') })],
])('a request of %s without an answer fails as token-endpoint-unreachable', async (_, make) => {
  const error = await failureOf(make())
  expect(error).toMatchObject({ code: 'token-endpoint-unreachable', retryable: true })
})

test('a request of the real axios without an answer fails as token-endpoint-unreachable', async () => {
  const url = await listen((incoming) => incoming.socket.destroy())
  expect((await failureOf(await axiosError(url))).code).toBe('token-endpoint-unreachable')
})

test.each<[string, () => unknown]>([
  ['an error of the app', () => new Error('boom')],
  ['an error with an odd status', () => failed({ status: 'error' })],
  ['nothing', () => undefined],
  ['a body that throws when it is read', () => failed({ status: 401, data: unreadable })],
  ['a revoked proxy', () => revoked()],
  ['what throws when it is looked at', () => Object.defineProperty({}, 'status', { get: fail })],
])('%s fails as token-provider-failed, with the message of the table', async (_, make) => {
  const { message, remedy } = chatAuthErrors['token-provider-failed']
  expect((await failureOf(make())).message).toBe(`${message} ${remedy}`)
})

const unreadable = Object.defineProperty({}, 'message', { get: fail })

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function fail(): never {
  throw new Error('looked at')
}

/** Part of the remedy for each reason of createTokenHandler. */
const helpers: Record<TokenRefusal, 'its own remedy' | 'the table' | 'time'> = {
  'foreign-origin': 'its own remedy',
  'method-not-allowed': 'its own remedy',
  'bad-request': 'its own remedy',
  'too-large': 'its own remedy',
  'not-signed-in': 'the table',
  'other-user': 'its own remedy',
  'locked-out': 'its own remedy',
  'just-revoked': 'time',
  'rate-limited': 'its own remedy',
  'too-slow': 'time',
  'client-gone': 'time',
  unavailable: 'its own remedy',
  failed: 'its own remedy',
}

test.each(Object.entries(helpers))(
  'the reason “%s” of createTokenHandler is shown, with the remedy %s',
  async (refusal, helper) => {
    const response = answerTo(new Request('https://app.test/'), {
      refusal: refusal as TokenRefusal,
    })
    const error = await failureOf(response)
    expect(error.message).toContain(`: ${refusal}: `)
    expect(endpointRemedies[refusal] !== undefined).toBe(helper === 'its own remedy')
    expect(error.remedy).toBe(endpointRemedies[refusal] ?? chatAuthErrors[error.code].remedy)
    expect(error.retryable || helper !== 'time').toBe(true)
  },
)
