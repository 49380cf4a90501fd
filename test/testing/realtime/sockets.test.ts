import { afterEach, describe, expect, test, vi } from 'vitest'
import { createChatBackend } from '../../../src/testing/createChatBackend.js'
import type { ChatBackend } from '../../../src/testing/chatBackend.js'
import { createManualClock } from '../../../src/testing/controls/createManualClock.js'
import type { SocketExpiry } from '../../../src/testing/realtime/sockets.js'
import { signIn, speakAnonymously, speakAs } from '../wireClient.js'

const clock = createManualClock()
const backend = createChatBackend({ clock })

afterEach(() => backend.reset())

const ping = '[{"type":"health.check","client_id":"jane--1"}]'

async function connect(expiresInSeconds?: number, on: ChatBackend = backend) {
  const token = await on.createToken('jane', { expiresInSeconds })
  const socket = speakAs(on, { token }).connect()
  await socket.next()
  return socket
}

test('the first frame is a health check with the connection id and the user', async () => {
  const jane = await signIn(backend)
  const { next, events } = jane.connect()
  expect(await next()).toMatchObject({
    type: 'health.check',
    connection_id: expect.any(String) as string,
    me: { id: 'jane', name: 'jane', role: 'user', devices: [], mutes: [], channel_mutes: [] },
  })
  expect(events).toEqual(['open', 'message'])
})

test('an anonymous visitor connects as the shared anonymous user', async () => {
  const { me } = await speakAnonymously(backend).connect().next()
  expect(me).toMatchObject({ id: '!anon', role: 'anonymous' })
  expect((await (await signIn(backend)).send('/users')).json.users).not.toContainEqual(
    expect.objectContaining({ id: '!anon' }),
  )
})

test('a refusal is the first frame, and the socket closes after it', async () => {
  const token = await backend.createToken('bob')
  const { next, events, closed } = speakAs(backend, { userId: 'jane', token }).connect()
  expect(await next()).toEqual({ error: expect.objectContaining({ code: 5, StatusCode: 401 }) })
  expect(await closed).toMatchObject({ code: 1000, wasClean: true })
  expect(events).toEqual(['open', 'message', 'close 1000'])
  expect(backend.counters).toMatchObject({
    socketsRefused: { 5: 1 },
    socketsOpened: 0,
    liveSockets: 0,
    wrongUserTokens: 1,
  })
})

test('an invalid handshake is refused', async () => {
  const token = await backend.createToken('jane')
  const url = `wss://chat.test/connect?json=%7B&authorization=${token}`
  const socket = new backend.WebSocket(url)
  const frame = await new Promise((resolve) => {
    socket.onmessage = ({ data }: MessageEvent<string>) => resolve(JSON.parse(data))
  })
  expect(frame).toMatchObject({ error: { code: 2 } })
})

test('pings are answered, other frames are not', async () => {
  const { socket, next, frames } = await connect()
  socket.send('hello?')
  socket.send('{"type":"health.check"}')
  socket.send(ping)
  const answer = await next()
  expect(answer).toMatchObject({ type: 'health.check', connection_id: frames[0].connection_id })
  expect(answer).not.toHaveProperty('me')
  expect(frames).toHaveLength(2)
})

describe('when the token of an open socket expires', () => {
  const live = async (expiry: SocketExpiry) => {
    backend.socketExpiry = expiry
    const socket = await connect(30)
    await clock.advance(28_000)
    expect(socket.events).toEqual(['open', 'message'])
    await clock.advance(2000)
    return socket
  }

  test('it may stay open silently, and the next one is refused with 40', async () => {
    const { socket, next, events } = await live('silent')
    socket.send(ping)
    expect((await next()).type).toBe('health.check')
    expect(events).toEqual(['open', 'message', 'message'])
    expect(backend.counters.liveSockets).toBe(1)
    expect(clock.pendingTimers).toBe(0)
  })

  test('it may receive an error event and a close', async () => {
    const { frames, events } = await live('error-event')
    expect(frames[1]).toMatchObject({ type: 'connection.error', error: { code: 40 } })
    expect(events.at(-1)).toBe('close 1000')
    expect(backend.counters.liveSockets).toBe(0)
  })

  test('it may receive a bare error frame and a close', async () => {
    const { frames, events } = await live('error-frame')
    expect(frames[1]).toEqual({
      error: expect.objectContaining({
        code: 40,
        message: 'JWTAuth error: token is expired (exp)',
      }),
    })
    expect(events.at(-1)).toBe('close 1000')
  })

  test('it may break without a frame', async () => {
    const { events } = await live('abnormal')
    expect(events).toEqual(['open', 'message', 'close 1006'])
  })

  test('a distant expiry is not too far for a timer', async () => {
    const { events } = await connect(60 * 60 * 24 * 30)
    await clock.advance(120_000)
    expect(events).toEqual(['open', 'message'])
    expect(clock.pendingTimers).toBe(1)
  })

  test('a wall clock that was set forward is noticed within a minute', async () => {
    const { frames } = await connect(7200)
    clock.jumpWallClock(7_200_000)
    await clock.advance(60_000)
    expect(frames[1]).toMatchObject({ error: { code: 40 } })
  })
})

describe('when tokens are revoked', () => {
  test('open sockets with these tokens are told, other sockets are not', async () => {
    const jane = await connect()
    const bob = (await signIn(backend, 'bob')).connect()
    await bob.next()
    await backend.expireToken('jane')
    expect(await jane.next()).toMatchObject({ type: 'connection.error', error: { code: 40 } })
    await jane.closed
    const fresh = await connect(60)
    await backend.revokeTokens('bob')
    expect(await bob.next()).toMatchObject({
      error: { code: 40, message: 'JWTAuth error: token has been revoked' },
    })
    expect(fresh.events).toEqual(['open', 'message'])
  })

  test('a clock that jumps ahead expires them too', async () => {
    const { next } = await connect(60)
    backend.clockSkewMs = 120_000
    expect(await next()).toMatchObject({ error: { code: 40 } })
  })
})

describe('connections', () => {
  test('can be broken or closed, for all users or one', async () => {
    const jane = await connect()
    const bob = (await signIn(backend, 'bob')).connect()
    await bob.next()
    backend.dropConnections({ code: 4001, reason: 'so long' }, 'jane')
    expect(await jane.closed).toMatchObject({ code: 4001, reason: 'so long', wasClean: true })
    backend.dropConnections()
    expect(await bob.closed).toMatchObject({ code: 1006, wasClean: false })
  })

  test('are counted while open, and at their peak', async () => {
    const first = await connect(60)
    const second = await connect()
    expect(backend.counters.liveSockets).toBe(2)
    first.socket.close()
    second.socket.close()
    await Promise.all([first.closed, second.closed])
    expect(backend.counters).toMatchObject({
      socketsOpened: 2,
      liveSockets: 0,
      peakSocketsByUser: { jane: 2 },
    })
    expect(clock.pendingTimers).toBe(0)
  })

  test('one that closes before it is admitted never counts', async () => {
    backend.faults.slowMs = 50
    const token = await backend.createToken('jane')
    const { socket, closed, events } = speakAs(backend, { token }).connect()
    await clock.advance(10)
    expect(socket.readyState).toBe(socket.OPEN)
    socket.close(3000, 'never mind')
    expect(await closed).toMatchObject({ code: 3000, reason: 'never mind' })
    await clock.advance(0)
    expect(events).toEqual(['open', 'close 3000'])
    expect(backend.counters.socketsOpened).toBe(0)
    expect(clock.pendingTimers).toBe(0)
  })

  test('one that closes while its token is checked never counts', async () => {
    let finishCheck = () => {}
    const check = new Promise<boolean>((resolve) => (finishCheck = () => resolve(true)))
    const verify = vi.spyOn(crypto.subtle, 'verify').mockReturnValue(check)
    const token = await backend.createToken('jane')
    const { socket, closed } = speakAs(backend, { token }).connect()
    await vi.waitUntil(() => verify.mock.calls.length === 1)
    socket.close()
    await closed
    finishCheck()
    await clock.advance(0)
    verify.mockRestore()
    expect(backend.counters).toMatchObject({ socketsOpened: 0, liveSockets: 0 })
  })

  test('a frame sent before the admission gets no answer', async () => {
    backend.faults.slowMs = 50
    const { socket, frames } = speakAs(backend, {
      token: await backend.createToken('jane'),
    }).connect()
    await clock.advance(10)
    socket.send(ping)
    await clock.advance(100)
    expect(frames).toEqual([expect.objectContaining({ me: expect.anything() as unknown })])
  })
})

test('dispose leaves no timer, no socket and no answer', async () => {
  const other = createChatBackend({ clock })
  const { closed } = await connect(60, other)
  other.faults.slowMs = 1000
  const pending = other.fetch('/app')
  await clock.advance(0)
  expect(clock.pendingTimers).toBe(2)
  other.dispose()
  await expect(pending).rejects.toThrow(TypeError)
  expect(await closed).toMatchObject({ code: 1006 })
  expect(other.counters.liveSockets).toBe(0)
  expect(clock.pendingTimers).toBe(0)
  await expect(other.fetch('/app')).rejects.toThrow(TypeError)
  expect(await speakAs(other).connect().closed).toMatchObject({ code: 1006 })
})
