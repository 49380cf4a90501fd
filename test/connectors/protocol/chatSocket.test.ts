import { beforeEach, describe, expect, test } from 'vitest'
import { createBrowserEnvironment } from '../../../src/browser/createBrowserEnvironment.js'
import { openChatSocket } from '../../../src/connectors/protocol/chatSocket.js'
import { createMergedStream } from '../../../src/connectors/protocol/mergedStream.js'
import type { ChatSocket } from '../../../src/connectors/protocol/monitorSocket.js'
import type { ChatAuthError } from '../../../src/core/errors.js'
import type { IgnoredFrame, RefusedError } from '../../../src/core/connector.js'
import type { ChatIdentity } from '../../../src/core/types.js'
import { createManualClock } from '../../../src/testing/controls/createManualClock.js'
import { FakeSocket, nonsense, welcome, welcomeOf } from './fakeSocket.js'

const clock = createManualClock()
const wakeListeners = new Set<() => void>()
let controller = new AbortController()
let abortListeners = 0
let events: string[] = []
let ignored: IgnoredFrame[] = []
const isJane: ChatIdentity = { type: 'user', user: { id: 'jane' } }

beforeEach(() => {
  // Closes sockets that the previous test left open.
  controller.abort()
  controller = new AbortController()
  abortListeners = 0
  const { signal } = controller
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    abortListeners++
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    abortListeners--
    remove(...args)
  }
  events = []
  ignored = []
})

function open(identity: ChatIdentity = isJane, stream = createMergedStream()): Promise<ChatSocket> {
  const opening = openChatSocket({
    url: 'wss://chat.test/connect',
    WebSocket: FakeSocket,
    context: {
      sessionId: 'client',
      identity,
      environment: {
        ...createBrowserEnvironment(),
        ...clock,
        onWake(listener) {
          wakeListeners.add(listener)
          return () => wakeListeners.delete(listener)
        },
      },
      signal: controller.signal,
    },
    connectTimeoutMs: 10_000,
    seat: stream.join(),
    onEvent: ({ type }) => events.push(type),
    onIgnored: (reason) => ignored.push(reason),
  })
  opening.catch(() => {})
  return opening
}

async function opened(): Promise<ChatSocket> {
  const opening = open()
  FakeSocket.last.emit('message', welcome)
  return opening
}

const nothingIsLeft = () => {
  expect(abortListeners).toBe(0)
  expect(clock.pendingTimers).toBe(0)
  expect(wakeListeners.size).toBe(0)
  expect(FakeSocket.last.closedWith).toEqual([undefined])
}

describe('the first frame', () => {
  test('of the protocol opens it', async () => {
    const socket = await opened()
    expect(socket).toMatchObject({ connectionId: 'c1', user: { id: 'jane' } })
    void socket.close()
    nothingIsLeft()
  })

  test.each([
    ...nonsense.map(([frame]) => frame).filter((frame) => !String(frame).includes('"error"')),
    '{"error":true}',
    '{"type":"health.check"}',
    '{"type":"health.check","connection_id":"c1"}',
    '{"type":"health.check","connection_id":"c1","me":{}}',
    '{"type":"health.check","connection_id":5,"me":{"id":"jane"}}',
  ])(
    'that is not of the protocol fails as unexpected-answer, and leaves nothing: %s',
    async (frame) => {
      const opening = open()
      FakeSocket.last.emit('message', frame)
      await expect(opening).rejects.toMatchObject({ code: 'unexpected-answer', cause: undefined })
      nothingIsLeft()
    },
  )

  test('with an error fails with that error', async () => {
    const opening = open()
    FakeSocket.last.emit('message', JSON.stringify({ error: { code: 43, message: 'signature' } }))
    await expect(opening).rejects.toMatchObject({ refusal: { code: 43, message: 'signature' } })
    nothingIsLeft()
  })

  test.each([17, 2])('with code %i is a failure that is not retryable', async (code) => {
    const opening = open()
    FakeSocket.last.emit('message', JSON.stringify({ error: { code, message: 'no' } }))
    await expect(opening).rejects.toMatchObject({ retryable: false })
  })

  test.each([
    [isJane, { id: 'bob' }],
    [{ type: 'guest', user: { id: 'guest-1-jane' } }, { id: 'jane' }],
    [{ type: 'anonymous' }, { id: 'jane', role: 'user' }],
  ] as const)('that welcomes somebody else is wrong-user: %j, %j', async (identity, me) => {
    const opening = open(identity)
    FakeSocket.last.emit('message', welcomeOf(me))
    await expect(opening).rejects.toMatchObject({ code: 'wrong-user', retryable: false })
    nothingIsLeft()
  })

  test.each([
    [{ type: 'guest', user: { id: 'guest-1-jane' } }, { id: 'guest-1-jane' }],
    [{ type: 'anonymous' }, { id: '!anon' }],
    [{ type: 'anonymous' }, { id: 'some-id', role: 'anonymous' }],
  ] as const)('that welcomes the session’s own user opens it: %j, %j', async (identity, me) => {
    const opening = open(identity)
    FakeSocket.last.emit('message', welcomeOf(me))
    expect((await opening).user).toEqual(me)
    controller.abort()
  })

  test('followed at once by a refusal does not open it: the refusal is what it says', async () => {
    const opening = open()
    FakeSocket.last.emit('message', welcome)
    FakeSocket.last.emit('message', JSON.stringify({ error: { code: 40, message: 'expired' } }))
    FakeSocket.last.emit('close')
    await expect(opening).rejects.toMatchObject({ refusal: { code: 40 } })
    nothingIsLeft()
  })

  test('that does not come in time is connection-timeout', async () => {
    const opening = open()
    await clock.advance(9999)
    expect(FakeSocket.last.closedWith).toEqual([])
    await clock.advance(1)
    await expect(opening).rejects.toMatchObject({ code: 'connection-timeout' })
    nothingIsLeft()
  })
})

test.each(['close', 'error'] as const)(
  'closed before it opened, it is connection-failed',
  async (first) => {
    const opening = open()
    FakeSocket.last.emit(first)
    FakeSocket.last.emit('close')
    await expect(opening).rejects.toMatchObject({ code: 'connection-failed' })
    nothingIsLeft()
  },
)

test('aborted before it opened, it is closed and leaves nothing', async () => {
  const opening = open()
  controller.abort()
  await expect(opening).rejects.toMatchObject({ code: 'session-ended' })
  nothingIsLeft()
  FakeSocket.last.emit('message', welcome)
  expect(events).toEqual([])
})

test('under a signal that is aborted already, it does not stay open either', async () => {
  controller.abort()
  await expect(open()).rejects.toMatchObject({ code: 'session-ended' })
  nothingIsLeft()
})

describe('once open', () => {
  const reasonOf = async (socket: ChatSocket): Promise<ChatAuthError | RefusedError> => socket.lost

  test('it hands on every event, the protocol’s own among them', async () => {
    const socket = await opened()
    FakeSocket.last.emit('message', '{"type":"message.new"}')
    FakeSocket.last.emit('message', '{"type":"health.check"}')
    expect(events).toEqual(['message.new', 'health.check'])
    void socket.close()
    FakeSocket.last.emit('message', '{"type":"too.late"}')
    expect(events).toHaveLength(2)
  })

  test.each(nonsense)(
    'a frame that is no event is ignored and reported: %s, %s',
    async (frame, why) => {
      const socket = await opened()
      FakeSocket.last.emit('message', frame)
      expect(ignored).toEqual([why])
      expect(events).toEqual([])
      expect(socket.lostWith).toBeNull()
      expect(FakeSocket.last.closedWith).toEqual([])
    },
  )

  const error = { code: 43, message: 'signature' }
  test.each([
    { type: 'poke', error },
    { type: '', error },
    { type: 'health.check', me: { id: 'mallory' }, connection_id: 'c2' },
    { type: 'connection.error', error, connection_id: 'c2' },
    { type: 'connection.error', error, cid: 'messaging:team' },
    { type: 'connection.error', error, cid: '*', user: null },
    { type: 'connection.error', error, channel_id: 'team' },
    { type: 'connection.error', error, channel_type: 'messaging' },
    { type: 'connection.error', error, me: { id: 'jane' } },
    { type: 'connection.error', error: 'text' },
  ])('an event of another user is an event, whatever its fields are: %j', async (frame) => {
    const socket = await opened()
    FakeSocket.last.emit('message', JSON.stringify(frame))
    expect([events, ignored]).toEqual([[frame.type], []])
    expect(socket).toMatchObject({ lostWith: null, connectionId: 'c1', user: { id: 'jane' } })
    expect(FakeSocket.last.closedWith).toEqual([])
  })

  test('a frame that is no event still counts as a sign of life', async () => {
    await opened()
    await clock.advance(34_000)
    FakeSocket.last.emit('message', 'null')
    await clock.advance(34_000)
    expect(FakeSocket.last.closedWith).toEqual([])
  })

  test.each([
    '{"error":{"code":40,"message":"expired"}}',
    '{"type":"connection.error","error":{"code":40,"message":"expired"}}',
    '{"type":"connection.error","cid":"*","error":{"code":40,"message":"expired"}}',
    '{"type":"connection.error","connection_id":"c1","error":{"code":40,"message":"expired"}}',
  ])('a frame that says that the token is dead is a loss over the token: %s', async (frame) => {
    const socket = await opened()
    FakeSocket.last.emit('message', frame)
    FakeSocket.last.emit('close')
    expect(await reasonOf(socket)).toMatchObject({ refusal: { code: 40, message: 'expired' } })
    nothingIsLeft()
  })

  test('a close by the backend is a loss', async () => {
    const socket = await opened()
    FakeSocket.last.emit('close')
    expect(await reasonOf(socket)).toMatchObject({ code: 'connection-failed' })
    nothingIsLeft()
  })

  test('a close by the client is no loss, resolves when it is done, and leaves nothing', async () => {
    const socket = await opened()
    let isClosed = false
    let isLost = false
    void socket.lost.then(() => (isLost = true))
    const closing = socket.close().then(() => (isClosed = true))
    nothingIsLeft()
    await clock.advance(0)
    expect(isClosed).toBe(false)
    FakeSocket.last.emit('close')
    await closing
    expect(isLost).toBe(false)
    await socket.close()
    nothingIsLeft()
  })

  test('a socket pings every 25 seconds, and is lost after 35 seconds of silence', async () => {
    const socket = await opened()
    await clock.advance(25_000)
    expect(FakeSocket.last.sent.map((frame) => JSON.parse(frame) as unknown)).toEqual([
      [{ type: 'health.check', client_id: 'client' }],
    ])
    FakeSocket.last.emit('message', '{"type":"health.check"}')
    await clock.advance(34_999)
    expect(FakeSocket.last.sent).toHaveLength(2)
    expect(FakeSocket.last.closedWith).toEqual([])
    await clock.advance(1)
    expect(await reasonOf(socket)).toMatchObject({ code: 'connection-failed' })
    nothingIsLeft()
  })

  test.each([30_000, 3_600_000])(
    'a wake-up after %i ms of sleep is a ping, and three seconds without an answer are a loss',
    async (asleepMs) => {
      const socket = await opened()
      clock.sleep(asleepMs)
      for (const wake of wakeListeners) wake()
      expect(FakeSocket.last.sent).toHaveLength(1)
      await clock.advance(2999)
      expect(FakeSocket.last.closedWith).toEqual([])
      await clock.advance(1)
      expect(await reasonOf(socket)).toMatchObject({ code: 'connection-failed' })
      nothingIsLeft()
    },
  )

  test('the abort of its signal ends a socket', async () => {
    const socket = await opened()
    controller.abort()
    expect(await reasonOf(socket)).toMatchObject({ code: 'session-ended' })
    nothingIsLeft()
  })

  describe('a socket beside another one', () => {
    function two() {
      const stream = createMergedStream()
      const [old, young] = [0, 1].map(() => {
        void open(isJane, stream)
        FakeSocket.last.emit('message', welcome)
        return FakeSocket.last
      }) as [FakeSocket, FakeSocket]
      return { stream, old, young }
    }

    test('is heard once the other one is gone', () => {
      const { old, young } = two()
      young.emit('message', '{"type":"kept"}')
      expect(events).toEqual([])
      old.emit('close')
      expect(events).toEqual(['kept'])
    })

    test('drops the events that it kept when the session ends', () => {
      const { stream, young } = two()
      young.emit('message', '{"type":"kept"}')
      stream.close()
      controller.abort()
      expect(events).toEqual([])
    })
  })
})

describe('a socket into a black hole', () => {
  /** Has `terminate`, as sockets of the package `ws` do. */
  const terminable = async () => {
    const socket = await opened()
    let terminated = 0
    Object.assign(FakeSocket.last, { terminate: () => terminated++ })
    return { socket, terminated: () => terminated }
  }

  test('is terminated a second after its close, on a platform that can', async () => {
    const { socket, terminated } = await terminable()
    void socket.close()
    await clock.advance(999)
    expect(terminated()).toBe(0)
    await clock.advance(1)
    expect(terminated()).toBe(1)
  })

  test('is not terminated, and leaves no timer, if the other side closes it in time', async () => {
    const { socket, terminated } = await terminable()
    void socket.close()
    FakeSocket.last.emit('close')
    nothingIsLeft()
    await clock.advance(1000)
    expect(terminated()).toBe(0)
  })
})

test('an event that two sockets spell differently is heard once', async () => {
  const stream = createMergedStream()
  const first = open(isJane, stream)
  const old = FakeSocket.last
  old.emit('message', welcome)
  void open(isJane, stream)
  FakeSocket.last.emit('message', welcome)
  old.emit('message', '{"type":"tick", "text":"\\u003cb\\u003e"}')
  FakeSocket.last.emit('message', '{"type":"tick","text":"<b>"}')
  void (await first).close()
  expect(events).toEqual(['tick'])
})
