import { expect, test } from 'vitest'
import { createBrowserEnvironment } from '../../../src/browser/createBrowserEnvironment.js'
import {
  createSocketFallback,
  readFallback,
} from '../../../src/connectors/protocol/socketFallback.js'
import { RefusedError } from '../../../src/core/connector.js'
import { ChatAuthError, type ChatAuthErrorCode } from '../../../src/core/errors.js'
import { createManualClock } from '../../../src/testing/controls/createManualClock.js'

const refused = new RefusedError({ code: 40, message: 'expired' })
const failure = (code: ChatAuthErrorCode) => new ChatAuthError(code)

/** The two ways, as the test says they end: with an error, or with a line where there is none. */
function setUp(isEnabled = true, connectTimeoutMs = 10_000) {
  const clock = createManualClock()
  const session = new AbortController()
  const tried: string[] = []
  const outcomes: { socket: Error | null; polling: Error | null } = { socket: null, polling: null }
  const openLine = createSocketFallback({
    context: { environment: { ...createBrowserEnvironment(), ...clock }, signal: session.signal },
    isEnabled,
    connectTimeoutMs,
  })
  const way = (name: 'socket' | 'polling') => async (timeoutMs: number) => {
    tried.push(`${name} ${timeoutMs}`)
    const error = outcomes[name]
    if (error) throw error
    return name
  }
  const open = () => openLine({ socket: way('socket'), polling: way('polling') })
  return { clock, session, tried, outcomes, open }
}

test('a WebSocket has six seconds where there is another way, and all its time where there is none', async () => {
  const both = setUp()
  expect(await both.open()).toBe('socket')
  expect(both.tried).toEqual(['socket 6000'])
  const short = setUp(true, 2000)
  await short.open()
  expect(short.tried).toEqual(['socket 2000'])
  const one = setUp(false)
  await one.open()
  expect(one.tried).toEqual(['socket 10000'])
})

test('a WebSocket that fails where polling is not enabled fails the opening', async () => {
  const { outcomes, tried, open } = setUp(false)
  outcomes.socket = failure('connection-failed')
  await expect(open()).rejects.toBe(outcomes.socket)
  expect(tried).toHaveLength(1)
})

test.each([
  'connection-failed',
  'connection-timeout',
  'handshake-refused',
  'unexpected-answer',
  'websocket-unavailable',
] as const)('a WebSocket that ends as %s makes way for polling', async (code) => {
  const { outcomes, tried, open } = setUp()
  outcomes.socket = failure(code)
  expect(await open()).toBe('polling')
  expect(tried).toEqual(['socket 6000', 'polling 10000'])
})

test.each([refused, failure('wrong-user'), failure('app-suspended'), failure('rate-limited')])(
  'a WebSocket to which the backend said no makes no way for polling: %s',
  async (error) => {
    const { outcomes, tried, open } = setUp()
    outcomes.socket = error
    await expect(open()).rejects.toBe(error)
    expect(tried).toHaveLength(1)
  },
)

test('a session that ended meanwhile is not polled for', async () => {
  const { outcomes, session, tried, open } = setUp()
  outcomes.socket = failure('connection-failed')
  session.abort()
  await expect(open()).rejects.toBe(outcomes.socket)
  expect(tried).toHaveLength(1)
})

test('while polling works, the WebSocket is left alone for five minutes, and then tried first', async () => {
  const { clock, outcomes, tried, open } = setUp()
  outcomes.socket = failure('connection-timeout')
  await open()
  await clock.advance(299_999)
  await open()
  expect(tried).toEqual(['socket 6000', 'polling 10000', 'polling 10000'])
  await clock.advance(1)
  outcomes.socket = null
  expect(await open()).toBe('socket')
})

test('a poll that is refused over its token keeps the WebSocket waiting: a short token would never get in', async () => {
  const { outcomes, tried, open } = setUp()
  Object.assign(outcomes, { socket: failure('connection-timeout'), polling: refused })
  await expect(open()).rejects.toBe(refused)
  outcomes.polling = null
  expect(await open()).toBe('polling')
  expect(tried.slice(2)).toEqual(['polling 10000'])
})

test.each(['connection-failed', 'server-error'] as const)(
  'a poll that ends as %s too has the WebSocket tried first the next time',
  async (code) => {
    const { outcomes, tried, open } = setUp()
    Object.assign(outcomes, { socket: failure('connection-timeout'), polling: failure(code) })
    await expect(open()).rejects.toBe(outcomes.polling)
    await open().catch(() => {})
    expect(tried[2]).toBe('socket 6000')
  },
)

test('a handshake that a gateway refused is the error, unless the poll had one of the backend’s', async () => {
  const { outcomes, open } = setUp()
  Object.assign(outcomes, {
    socket: failure('handshake-refused'),
    polling: failure('unexpected-answer'),
  })
  await expect(open()).rejects.toBe(outcomes.socket)
  outcomes.polling = failure('app-suspended')
  await expect(open()).rejects.toBe(outcomes.polling)
})

test('an option that is no boolean is a TypeError that names it', () => {
  expect(readFallback('enableWSFallback', undefined)).toBe(false)
  expect(readFallback('enableWSFallback', true)).toBe(true)
  expect(() => readFallback('enableWSFallback', 'yes')).toThrow(
    new TypeError('`enableWSFallback` must be true or false.'),
  )
})
