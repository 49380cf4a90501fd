import { describe, expect, onTestFinished, test } from 'vitest'
import { createBrowserEnvironment } from '../../../src/browser/createBrowserEnvironment.js'
import { readBaseUrl } from '../../../src/connectors/protocol/backendUrl.js'
import { openChatSocket } from '../../../src/connectors/protocol/chatSocket.js'
import { createMergedStream } from '../../../src/connectors/protocol/mergedStream.js'
import { createPollingSocket } from '../../../src/connectors/protocol/pollingSocket.js'
import { createManualClock } from '../../../src/testing/controls/createManualClock.js'

const event = { type: 'health.check', connection_id: 'c1', me: { id: 'jane' } }
const unknown = { code: 46, message: 'Connection with ID c1 not found', StatusCode: 400 }

/** A poll as the backend got it, to be answered by the test. */
interface Asked {
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly isAborted: () => boolean
  readonly answer: (body: unknown, init?: ResponseInit) => Promise<void>
  readonly fail: () => Promise<void>
}

/** Opens a line on a backend that is the test itself, under a clock that stands still. */
function open() {
  const clock = createManualClock()
  const wakeListeners = new Set<() => void>()
  const asked: Asked[] = []
  const heard: unknown[] = []
  const session = new AbortController()
  onTestFinished(() => session.abort())

  const fetch: typeof globalThis.fetch = (input, init) =>
    new Promise((resolve, reject) => {
      const isAborted = () => init?.signal?.aborted === true
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))
      asked.push({
        query: new URL(input as string).searchParams,
        headers: new Headers(init?.headers),
        isAborted,
        async answer(body, more) {
          resolve(body instanceof Response ? body : Response.json(body, more))
          await clock.advance(0)
        },
        async fail() {
          reject(new TypeError('fetch failed'))
          await clock.advance(0)
        },
      })
    })

  const environment = {
    ...createBrowserEnvironment(),
    ...clock,
    onWake(listener: () => void) {
      wakeListeners.add(listener)
      return () => wakeListeners.delete(listener)
    },
  }
  const url = new URL('wss://chat.test/app/connect')
  url.search = new URLSearchParams({
    json: JSON.stringify({ user_id: 'jane', user_details: { id: 'jane' } }),
    api_key: 'key',
    authorization: 'the token',
    'stream-auth-type': 'jwt',
    'X-Stream-Client': 'test',
  }).toString()
  const base = readBaseUrl('https://chat.test/app')
  const PollingSocket = createPollingSocket({ environment, base, fetch })
  const opening = openChatSocket({
    url: url.href,
    WebSocket: PollingSocket,
    context: {
      sessionId: 'client',
      identity: { type: 'user', user: { id: 'jane' } },
      environment,
      signal: session.signal,
    },
    connectTimeoutMs: 10_000,
    seat: createMergedStream().join(),
    onEvent: (heardEvent) => heard.push(heardEvent),
    onIgnored: (reason) => heard.push(reason),
  })
  opening.catch(() => {})
  const wake = () => {
    for (const listener of wakeListeners) listener()
  }
  const lists = { asked, heard, wakeListeners }
  return { clock, session, opening, wake, PollingSocket, url: url.href, ...lists }
}

/** Opens a line that is welcomed, and has asked its first poll. */
async function opened() {
  const line = open()
  await line.asked[0]?.answer({ event })
  const socket = await line.opening
  const poll = () => {
    const last = line.asked.at(-1)
    if (!last) throw new Error('Nothing was asked.')
    return last
  }
  return { ...line, socket, poll }
}

const ticks = (...nth: number[]) => nth.map((each) => ({ type: 'tick', nth: each }))

describe('a line over polling', () => {
  test('carries its token in a header and in no address, to connect and to poll', async () => {
    const { asked } = await opened()
    expect(asked).toHaveLength(2)
    for (const { query, headers } of asked) {
      expect(headers.get('Authorization')).toBe('the token')
      expect(headers.get('stream-auth-type')).toBe('jwt')
      expect(query.get('user_id')).toBe('jane')
      expect(String(query)).not.toContain('token')
    }
    expect(asked[1]?.query.get('connection_id')).toBe('c1')
  })

  test('passes the events of each answer on in their order, and asks again at once', async () => {
    const { asked, heard, poll } = await opened()
    await poll().answer({ events: ticks(1, 2) })
    await poll().answer({ events: ticks(3) })
    expect(heard).toEqual(ticks(1, 2, 3))
    expect(asked).toHaveLength(4)
  })

  test('reports what is no event, and goes on', async () => {
    const { heard, poll, socket } = await opened()
    const strange = { type: 'poke', error: { code: 43 } }
    await poll().answer({ events: [null, [], 5, {}, strange] })
    const reasons = ['not-an-object', 'not-an-object', 'not-an-object', 'no-type']
    expect(heard).toEqual([...reasons, strange])
    expect(socket.lostWith).toBeNull()
  })

  test('ends at the frame of the backend that its token is dead, and passes nothing on after it', async () => {
    const { heard, poll, socket } = await opened()
    const error = { code: 40, message: 'JWTAuth error: token is expired (exp)' }
    await poll().answer({ events: [{ error }, ...ticks(1)] })
    expect(socket.lostWith).toMatchObject({ refusal: { code: 40 } })
    expect(heard).toEqual([])
  })

  test('ends refused if a poll is refused over its token', async () => {
    const { poll, socket } = await opened()
    await poll().answer({ code: 40, message: 'expired', StatusCode: 401 }, { status: 401 })
    expect(socket.lostWith).toMatchObject({ refusal: { code: 40, message: 'expired' } })
  })

  test.each([
    ['a line that the backend no longer knows', unknown, 400],
    ['a gateway that lost the backend', {}, 502],
    ['a gateway that waited too long', {}, 504],
  ])('ends as connection-failed at the answer of %s', async (_, body, status) => {
    const { poll, socket } = await opened()
    await poll().answer(body, { status })
    expect(socket.lostWith).toMatchObject({ code: 'connection-failed', retryable: true })
  })

  test('ends if a poll has no answer, because its events are lost', async () => {
    const { poll, socket } = await opened()
    await poll().fail()
    expect(socket.lostWith).toMatchObject({ code: 'connection-failed' })
  })

  test('ends if the connection breaks in the middle of an answer', async () => {
    const { poll, socket } = await opened()
    const body = new ReadableStream({ pull: (stream) => stream.error(new TypeError('terminated')) })
    await poll().answer(new Response(body))
    expect(socket.lostWith).toMatchObject({ code: 'connection-failed' })
  })

  test('ends as unexpected-answer at an answer without events', async () => {
    const { poll, socket } = await opened()
    await poll().answer({ other: true })
    expect(socket.lostWith).toMatchObject({ code: 'unexpected-answer', retryable: true })
  })

  test.each([
    ['429', new Response('slow down', { status: 429 })],
    ['503', new Response('', { status: 503 })],
    ['the backend’s own error', Response.json({ code: -1, StatusCode: 500 }, { status: 500 })],
    ['a portal’s redirect', new Response('', { status: 302, headers: { Location: '/login' } })],
    ['a gateway’s 403', new Response('<html>', { status: 403 })],
  ])('goes on after an answer that took no events with it: %s', async (_, response) => {
    const { clock, heard, poll, asked, socket } = await opened()
    await poll().answer(response)
    expect(asked).toHaveLength(2)
    await clock.advance(1000)
    await poll().answer({ events: ticks(1) })
    expect(heard).toEqual(ticks(1))
    expect(socket.lostWith).toBeNull()
  })

  test('ends when no poll was answered with events for 30 seconds', async () => {
    const { clock, poll, socket } = await opened()
    for (let second = 0; second < 29; second++) {
      await poll().answer(new Response('', { status: 503 }))
      await clock.advance(1000)
    }
    expect(socket.lostWith).toBeNull()
    await clock.advance(1000)
    expect(socket.lostWith).toMatchObject({ code: 'connection-failed' })
  })

  test('whose answers are empty and come at once asks once a second', async () => {
    const { clock, poll, asked } = await opened()
    for (let second = 0; second < 10; second++) {
      await poll().answer({ events: [] })
      await clock.advance(1000)
    }
    expect(asked).toHaveLength(12)
  })

  test('lives for as long as quiet polls are answered, through all its pings', async () => {
    const { clock, poll, socket } = await opened()
    for (let minute = 0; minute < 30; minute++) {
      await clock.advance(20_000)
      await poll().answer({ events: [] })
    }
    expect(socket.lostWith).toBeNull()
  })

  test('is not given up at a wake-up while its poll is in time', async () => {
    const { clock, poll, socket, wake, heard } = await opened()
    await clock.advance(10_000)
    wake()
    await clock.advance(5000)
    await poll().answer({ events: ticks(1) })
    expect(socket.lostWith).toBeNull()
    expect(heard).toContainEqual({ type: 'tick', nth: 1 })
  })

  test('is given up three seconds after a wake-up from a sleep that its poll did not survive', async () => {
    const { clock, socket, wake } = await opened()
    clock.sleep(3_600_000)
    wake()
    await clock.advance(2999)
    expect(socket.lostWith).toBeNull()
    await clock.advance(1)
    expect(socket.lostWith).toMatchObject({ code: 'connection-failed' })
  })

  test('is drained once two polls were answered, or after a second of silence', async () => {
    const { clock, poll, socket } = await opened()
    const drained: string[] = []
    void socket.drained().then(() => drained.push('busy'))
    await poll().answer({ events: ticks(1) })
    expect(drained).toEqual([])
    await poll().answer({ events: ticks(2) })
    expect(drained).toEqual(['busy'])
    void socket.drained().then(() => drained.push('quiet'))
    await clock.advance(999)
    expect(drained).toEqual(['busy'])
    await clock.advance(1)
    expect(drained).toEqual(['busy', 'quiet'])
  })

  test('says goodbye when it is closed, and leaves nothing', async () => {
    const { clock, asked, socket, heard, wakeListeners } = await opened()
    const waiting = asked[1]
    const closing = socket.close()
    expect(waiting?.isAborted()).toBe(true)
    expect(asked[2]?.query.get('close')).toBe('true')
    expect(asked[2]?.query.get('connection_id')).toBe('c1')
    await asked[2]?.answer({})
    await closing
    expect(clock.pendingTimers).toBe(0)
    expect(wakeListeners.size).toBe(0)
    expect(asked).toHaveLength(3)
    expect(heard).toEqual([])
  })

  test('is closed after a second though nobody answers its goodbye', async () => {
    const { clock, asked, socket } = await opened()
    const closing = socket.close()
    await clock.advance(1000)
    await closing
    expect(asked[2]?.isAborted()).toBe(true)
    expect(clock.pendingTimers).toBe(0)
  })

  test('that is closed by a listener passes nothing more of the same answer on', async () => {
    const { asked, PollingSocket, url } = open()
    const socket = new PollingSocket(url)
    const texts: unknown[] = []
    socket.addEventListener('message', ({ data }) => {
      if (texts.push(data) === 2) socket.close()
    })
    await asked[1]?.answer({ event })
    await asked[2]?.answer({ events: ticks(1, 2) })
    expect(texts).toEqual([event, ...ticks(1)].map((each) => JSON.stringify(each)))
  })

  test('is not drained by the answer of a gateway', async () => {
    const { clock, poll, socket } = await opened()
    let isDrained = false
    void socket.drained().then(() => (isDrained = true))
    await poll().answer(new Response('', { status: 503 }))
    await clock.advance(999)
    expect(isDrained).toBe(false)
    await clock.advance(1)
    expect(isDrained).toBe(true)
  })
})

describe('a line over polling that is not welcomed', () => {
  test.each([
    ['refused', { code: 43, message: 'no', StatusCode: 401 }, 401, { refusal: { code: 43 } }],
    ['kept out by a gateway', {}, 403, { code: 'handshake-refused', retryable: true }],
    ['unknown to a server without polls', {}, 404, { code: 'unexpected-answer', retryable: true }],
    ['limited', {}, 429, { code: 'rate-limited', retryAfterMs: 7000 }],
    ['down', {}, 503, { code: 'server-error', retryAfterMs: 7000 }],
    ['of a suspended app', { code: 99, StatusCode: 403 }, 403, { code: 'app-suspended' }],
  ])('because it is %s says so', async (_, body, status, error) => {
    const { asked, opening, clock } = open()
    await asked[0]?.answer(body, { status, headers: { 'Retry-After': '7' } })
    await expect(opening).rejects.toMatchObject(error)
    expect(clock.pendingTimers).toBe(0)
    expect(asked).toHaveLength(1)
  })

  test('follows no redirect, and may be tried again', async () => {
    const { asked, opening } = open()
    const redirect = new Response('', { status: 302, headers: { Location: 'https://other.test/' } })
    await asked[0]?.answer(redirect)
    await expect(opening).rejects.toMatchObject({ code: 'redirect-refused', retryable: true })
    expect(asked).toHaveLength(1)
  })

  test('is given up at its time, and at the end of its session', async () => {
    const late = open()
    await late.clock.advance(10_000)
    await expect(late.opening).rejects.toMatchObject({ code: 'connection-timeout' })
    expect(late.asked[0]?.isAborted()).toBe(true)
    const ended = open()
    ended.session.abort()
    await expect(ended.opening).rejects.toMatchObject({ code: 'session-ended' })
    expect(ended.asked[0]?.isAborted()).toBe(true)
    await ended.clock.advance(0)
    expect(ended.clock.pendingTimers).toBe(0)
  })

  test('for somebody else is refused as wrong-user', async () => {
    const { asked, opening, clock, wakeListeners } = open()
    await asked[0]?.answer({ event: { ...event, me: { id: 'mallory' } } })
    await expect(opening).rejects.toMatchObject({ code: 'wrong-user' })
    expect(asked[1]?.query.get('close')).toBe('true')
    await asked[1]?.answer({})
    expect([clock.pendingTimers, wakeListeners.size, asked.length]).toEqual([0, 0, 2])
  })
})
