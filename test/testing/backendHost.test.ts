import { afterAll, describe, expect, test } from 'vitest'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import { signIn, monitorSocket } from './wireClient.js'

const backend = createChatBackend()
afterAll(() => backend.dispose())

const query = '?api_key=test-key'
const headers = { 'stream-auth-type': 'anonymous' }
const connectUrl = `/connect${query}&stream-auth-type=anonymous`

describe('fetch', () => {
  test('takes paths, URLs and Requests', async () => {
    const url = `${backend.url}/app${query}`
    for (const input of [`/app${query}`, url, new URL(url), new Request(url)]) {
      expect((await backend.fetch(input, { headers })).status).toBe(200)
    }
    const request = new Request(url, { headers })
    expect((await backend.fetch(request)).status).toBe(200)
  })

  test('reaches no other origin', async () => {
    await expect(backend.fetch('https://example.com/app')).rejects.toThrow(TypeError)
  })

  test('rejects with the reason of an abort, of the init or of the Request', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(backend.fetch('/app', { signal })).rejects.toThrow('enough')
    const request = new Request(`${backend.url}/app`, { signal })
    await expect(backend.fetch(request)).rejects.toThrow('enough')
  })

  test('answers preflights of other origins', async () => {
    const preflight = await backend.fetch('/app', {
      method: 'OPTIONS',
      headers: { 'Access-Control-Request-Headers': 'authorization,stream-auth-type' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe(
      'authorization,stream-auth-type',
    )
    const answer = await backend.fetch(`/app${query}`, { headers })
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(backend.requests.some((entry) => entry.method === 'OPTIONS')).toBe(false)
  })
})

describe('WebSocket', () => {
  const open = async () => {
    const watched = monitorSocket(new backend.WebSocket(connectUrl))
    await watched.next()
    return watched
  }

  test('goes through its states in order', async () => {
    const socket = new backend.WebSocket(connectUrl)
    expect([socket.readyState, socket.url]).toEqual([0, `wss://chat.test${connectUrl}`])
    expect(() => socket.send('too early')).toThrow(DOMException)
    await new Promise((resolve) => (socket.onopen = resolve))
    expect(socket.readyState).toBe(backend.WebSocket.OPEN)
    const closed = new Promise((resolve) => (socket.onclose = resolve))
    socket.close(4000, 'done')
    expect(socket.readyState).toBe(socket.CLOSING)
    expect(await closed).toMatchObject({ code: 4000, reason: 'done', wasClean: true })
    expect(socket.readyState).toBe(socket.CLOSED)
    socket.close()
    socket.send('to nobody')
  })

  test('delivers in order, each message in a task of its own, the close last', async () => {
    const { socket, closed } = await open()
    const order: string[] = []
    socket.addEventListener('message', () => {
      order.push('message')
      // A chain of promises is done before the next event, as on a real network.
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => order.push('its promises'))
    })
    socket.send('[{"type":"health.check"}]')
    socket.send('[{"type":"health.check"}]')
    await new Promise((resolve) => {
      socket.addEventListener('message', () => order.length > 2 && resolve(null))
    })
    backend.dropConnections({ code: 1000 })
    await closed
    expect(order).toEqual(['message', 'its promises', 'message', 'its promises'])
  })

  test('drops messages that arrive after a call to close()', async () => {
    const { socket, events, closed, next } = (await signIn(backend)).connect()
    await next()
    // Sends an error and closes; both are on their way when the client closes too.
    await backend.expireToken('jane')
    socket.close()
    await closed
    expect(events).toEqual(['open', 'message', 'close 1000'])
  })

  test.each([
    ['another host', 'wss://example.com/connect'],
    ['another path', '/elsewhere'],
  ])('fails for %s', async (_, url) => {
    const { events, closed } = monitorSocket(new backend.WebSocket(url))
    expect(await closed).toMatchObject({ code: 1006, wasClean: false })
    expect(events).toEqual(['error', 'close 1006'])
  })

  test('fails if it is closed before it opened', async () => {
    const { socket, events, closed } = monitorSocket(new backend.WebSocket(connectUrl))
    socket.close()
    expect(await closed).toMatchObject({ code: 1006 })
    expect(events).toEqual(['error', 'close 1006'])
  })

  test('throws where the specification requires it', async () => {
    expect(() => new backend.WebSocket('ftp://chat.test/connect')).toThrow(DOMException)
    expect(() => new backend.WebSocket('https://[')).toThrow(DOMException)
    const { socket } = await open()
    expect(() => socket.close(1001)).toThrow(DOMException)
    socket.close()
  })
})
