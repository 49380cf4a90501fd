import { afterEach, describe, expect, test } from 'vitest'
import { createChatBackend } from '../../../src/testing/createChatBackend.js'
import { createManualClock } from '../../../src/testing/controls/createManualClock.js'
import { signIn, speakAs } from '../wireClient.js'

const clock = createManualClock()
const backend = createChatBackend({ clock })

afterEach(() => backend.reset())

test('down: requests and sockets fail until the fault is lifted', async () => {
  const jane = await signIn(backend)
  backend.faults.down = true
  await expect(jane.send('/app')).rejects.toThrow(TypeError)
  const { closed, events } = jane.connect()
  expect(await closed).toMatchObject({ code: 1006, wasClean: false })
  expect(events).toEqual(['error', 'close 1006'])
  backend.faults.down = false
  expect((await jane.send('/app')).status).toBe(200)
})

test('down: an open socket goes silent, and works again once the fault is lifted', async () => {
  const { socket, next, frames } = (await signIn(backend)).connect()
  await next()
  backend.faults.down = true
  socket.send('[{"type":"health.check"}]')
  await clock.advance(0)
  expect([frames.length, socket.readyState]).toEqual([1, socket.OPEN])
  backend.faults.down = false
  socket.send('[{"type":"health.check"}]')
  expect((await next()).type).toBe('health.check')
})

test('slow: answers and first frames wait for the clock', async () => {
  const jane = await signIn(backend)
  backend.faults.slowMs = 400
  let answered = false
  const answer = jane.send('/app').then(() => (answered = true))
  const { frames } = jane.connect()
  await clock.advance(399)
  expect([answered, frames.length]).toEqual([false, 0])
  await clock.advance(1)
  await answer
  expect(frames).toHaveLength(1)
})

test('slow for a month: no answer comes before the month is over', async () => {
  const jane = await signIn(backend)
  const monthMs = 30 * 86_400_000
  backend.faults.slowMs = monthMs
  let answered = false
  const answer = jane.send('/app').then(() => (answered = true))
  await clock.advance(monthMs - 1)
  expect(answered).toBe(false)
  await clock.advance(1)
  await answer
  expect(clock.pendingTimers).toBe(0)
})

test('a request that is aborted while it waits ends at once and leaves no timer', async () => {
  const jane = await signIn(backend)
  backend.faults.slowMs = 400
  const abort = new AbortController()
  const answer = jane.send('/app', { signal: abort.signal })
  await clock.advance(100)
  abort.abort()
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
  await clock.advance(0)
  expect(clock.pendingTimers).toBe(0)
  await expect(jane.send('/app', { signal: abort.signal })).rejects.toThrow('aborted')
  const gone = backend.handle(new Request(`${backend.url}/app`), abort.signal)
  await expect(gone).rejects.toThrow('no answer')
  expect(clock.pendingTimers).toBe(0)
})

test.each([
  [-1, 500],
  [9, 429],
  [69, 403],
  [99, 403],
] as const)('an answer with code %i is a %i, on sockets too', async (code, status) => {
  const jane = await signIn(backend)
  backend.faults.answerWith = code
  backend.faults.retryAfterSeconds = 7
  const answer = await jane.send('/app')
  expect([answer.status, answer.json.code, answer.json.StatusCode]).toEqual([status, code, status])
  expect(answer.response.headers.get('Retry-After')).toBe(code === 9 ? '7' : null)
  expect(await jane.connect().next()).toMatchObject({ error: { code } })
})

test('nonsense: an HTML page is the answer', async () => {
  const jane = await signIn(backend)
  backend.faults.nonsense = true
  const response = await backend.fetch('/app')
  expect(response.headers.get('Content-Type')).toContain('text/html')
  expect(await jane.connect().next()).toContain('<!doctype html>')
})

test('redirect: an opaque redirect if it is not followed, a failure if it is', async () => {
  const jane = await signIn(backend)
  backend.faults.redirectTo = 'https://elsewhere.test/'
  const manual = await backend.fetch('/app', { redirect: 'manual' })
  expect([manual.type, manual.status]).toEqual(['opaqueredirect', 0])
  await expect(backend.fetch('/app', { redirect: 'error' })).rejects.toThrow(TypeError)
  await expect(backend.fetch('/app')).rejects.toThrow(TypeError)
  expect(await jane.connect().closed).toMatchObject({ code: 1006 })
})

describe('the token endpoint', () => {
  const { tokenEndpoint } = backend
  const ask = () => backend.fetch(`${tokenEndpoint.url}?user_id=jane`)
  const askToken = async () => ((await (await ask()).json()) as { token: string }).token
  const works = async (token: string) =>
    (await speakAs(backend, { token }).send('/me')).status === 200

  test('mints a fresh token for any caller, also by POST, and counts the calls', async () => {
    const first = await askToken()
    const body = JSON.stringify({ user_id: 'jane' })
    const posted = await backend.fetch(tokenEndpoint.path, { method: 'POST', body })
    const { token: second } = (await posted.json()) as { token: string }
    expect(first).not.toBe(second)
    expect([await works(first), await works(second)]).toEqual([true, true])
    expect(backend.counters).toMatchObject({ tokenCalls: 2, tokenCallsByUser: { jane: 2 } })
    expect((await backend.fetch(tokenEndpoint.path)).status).toBe(400)
  })

  test('answers like createTokenHandler', async () => {
    const text = await backend.fetch(`${tokenEndpoint.url}?user_id=jane`, {
      headers: { Accept: 'text/plain' },
    })
    expect(text.headers.get('Cache-Control')).toBe('no-store')
    expect(await works(await text.text())).toBe(true)
    const put = await backend.fetch(`${tokenEndpoint.url}?user_id=jane`, { method: 'PUT' })
    expect([put.status, put.headers.get('Allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS'])
  })

  test('mints tokens with the lifetime of its option', async () => {
    tokenEndpoint.expiresInSeconds = 2
    const short = await askToken()
    tokenEndpoint.expiresInSeconds = null
    const endless = await askToken()
    await clock.advance(2000)
    expect([await works(short), await works(endless)]).toEqual([false, true])
  })

  test('mints an accepted token after a revocation, even one without expiry', async () => {
    tokenEndpoint.expiresInSeconds = null
    await backend.revokeTokens('jane')
    expect(await works(await askToken())).toBe(true)
  })

  test.each(['401', '403', '500'] as const)('can answer %s', async (fault) => {
    tokenEndpoint.fault = fault
    expect((await ask()).status).toBe(Number(fault))
  })

  test.each(['429', '503'] as const)('can answer %s with Retry-After', async (fault) => {
    tokenEndpoint.fault = fault
    const response = await ask()
    expect([response.status, response.headers.get('Retry-After')]).toEqual([Number(fault), '1'])
  })

  test('can be down', async () => {
    tokenEndpoint.fault = 'down'
    await expect(ask()).rejects.toThrow(TypeError)
  })

  test('can hang until the request is aborted', async () => {
    tokenEndpoint.fault = 'hang'
    const abort = new AbortController()
    const answer = backend.fetch(`${tokenEndpoint.url}?user_id=jane`, { signal: abort.signal })
    await clock.advance(3_600_000)
    abort.abort()
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('can be slow', async () => {
    tokenEndpoint.slowMs = 300
    const answer = ask()
    await clock.advance(300)
    expect((await answer).status).toBe(200)
  })

  test('can answer in plain text, garbage, or JSON without a token', async () => {
    tokenEndpoint.fault = 'plain-text'
    expect(await works(await (await ask()).text())).toBe(true)
    tokenEndpoint.fault = 'garbage'
    expect(await (await ask()).text()).toContain('<!doctype html>')
    tokenEndpoint.fault = 'empty'
    expect(await (await ask()).json()).toEqual({})
  })

  test('can answer with the last token, or with another user’s', async () => {
    const last = await askToken()
    tokenEndpoint.fault = 'stale'
    expect([await askToken(), await askToken()]).toEqual([last, last])
    tokenEndpoint.fault = 'wrong-user'
    expect(await works(await askToken())).toBe(false)
  })
})

describe('the counters', () => {
  test('count requests, refusals and replays', async () => {
    const jane = await signIn(backend)
    await jane.send('/app')
    await jane.send('/app', { requestId: 'a' })
    await jane.send('/app', { requestId: 'a' })
    const token = await backend.createToken('jane')
    await backend.expireToken('jane')
    await speakAs(backend, { token }).send('/app', { requestId: 'b' })
    await (await signIn(backend)).send('/app', { requestId: 'b' })
    expect(backend.counters).toMatchObject({
      requests: 5,
      accepted: 4,
      refused: { 40: 1 },
      requestsWithoutId: 1,
      replays: 2,
      acceptedTwice: 1,
    })
  })

  test('change only with what they count, and notify subscribers', async () => {
    let calls = 0
    const unsubscribe = backend.subscribe(() => calls++)
    const { counters, requests } = backend
    const token = await backend.createToken('jane')
    expect([backend.counters, backend.requests]).toEqual([counters, requests])
    expect(backend.counters).toBe(counters)
    await speakAs(backend, { token }).send('/app')
    expect(backend.counters).not.toBe(counters)
    const callsSoFar = calls
    expect(callsSoFar).toBeGreaterThan(0)
    unsubscribe()
    await speakAs(backend, { token }).send('/app')
    expect(calls).toBe(callsSoFar)
  })

  test('the log has the user and path of each request, and no token', async () => {
    const token = await backend.createToken('jane')
    const jane = speakAs(backend, { token })
    await jane.send('/app', { requestId: 'r1' })
    await jane.connect().next()
    await speakAs(backend, { token: 'bad' }).send('/me')
    expect(backend.requests).toMatchObject([
      { method: 'GET', path: '/app', userId: 'jane', requestId: 'r1', status: 200, code: null },
      { method: 'GET', path: '/connect', userId: 'jane', status: 101, code: null },
      { method: 'GET', path: '/me', status: 401, code: 5 },
    ])
    expect(JSON.stringify([backend.requests, backend.counters])).not.toContain(token)
  })
})

test('reset restores the initial state', async () => {
  const jane = await signIn(backend)
  await jane.send('/channels/messaging/team/message', { body: { message: { text: 'Hello' } } })
  await backend.revokeAllTokens()
  Object.assign(backend.faults, { down: true, slowMs: 5 })
  backend.tokenEndpoint.fault = 'down'
  backend.socketExpiry = 'silent'
  backend.clockSkewMs = 5
  backend.reset()
  expect(backend.counters).toMatchObject({ requests: 0, messagesByUser: {} })
  expect(backend.requests).toEqual([])
  expect([backend.socketExpiry, backend.clockSkewMs]).toEqual(['error-event', 0])
  const { json } = await jane.send('/channels/messaging/team/messages')
  expect(json.messages).toHaveLength(1)
  expect((await backend.fetch(`${backend.tokenEndpoint.url}?user_id=jane`)).status).toBe(200)
})
