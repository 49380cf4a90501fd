import { afterEach, beforeEach, expect, test } from 'vitest'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import type { ChatBackend } from '../../src/testing/chatBackend.js'
// Imported before the client, which captures the page's WebSocket when it loads.
import { interceptPage } from '../../stories/support/interceptPage.js'
import { StreamChat } from 'stream-chat'

let backend: ChatBackend
let restore: () => void

beforeEach(() => {
  backend = createChatBackend()
  restore = interceptPage(backend)
})

afterEach(() => {
  restore()
  backend.dispose()
})

const anonymous = { headers: { 'stream-auth-type': 'anonymous' } }
const appPath = '/app?api_key=test-key'

function loadByXhr(url: string) {
  const request = new XMLHttpRequest()
  request.open('GET', url)
  if (url.startsWith(backend.url)) request.setRequestHeader('stream-auth-type', 'anonymous')
  const ended = new Promise<string>((resolve) => {
    for (const type of ['load', 'error']) request.addEventListener(type, () => resolve(type))
  })
  request.send()
  return ended.then((type) => ({ type, request }))
}

test('the page’s fetch and XMLHttpRequest reach the backend', async () => {
  expect((await fetch(backend.url + appPath, anonymous)).status).toBe(200)
  expect((await fetch(new Request(backend.url + appPath, anonymous))).status).toBe(200)
  const { request } = await loadByXhr(backend.url + appPath)
  expect(request.status).toBe(200)
  expect(JSON.parse(request.responseText)).toHaveProperty('app')
  expect(backend.counters.accepted).toBe(3)
})

test('requests to other servers are not intercepted', async () => {
  const own = '/@vite/client'
  const { status } = await fetch(own)
  expect(status).toBe(200)
  expect((await loadByXhr(own)).request.status).toBe(200)
  const socket = new WebSocket(`ws://${location.host}/`)
  expect(Object.prototype.toString.call(socket)).toBe('[object WebSocket]')
  expect(socket).toBeInstanceOf(WebSocket)
  socket.close()
  expect(backend.requests).toEqual([])
})

test('a frame arrives before the close that follows it at once', async () => {
  const socket = new WebSocket(`${backend.url.replace('http', 'ws')}/connect?api_key=wrong`)
  const events: unknown[] = []
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    events.push((JSON.parse(data) as { error: { code: number } }).error.code)
  }
  await new Promise<void>((resolve) => {
    socket.onclose = ({ code }) => {
      events.push(code)
      resolve()
    }
  })
  expect(events).toEqual([2, 1000])
})

test('a backend that is down fails like the network', async () => {
  backend.faults.down = true
  await expect(fetch(backend.url + appPath)).rejects.toThrow('Failed to fetch')
  expect((await loadByXhr(backend.url + appPath)).type).toBe('error')
  const socket = new WebSocket(`${backend.url}/connect`)
  const { code } = await new Promise<CloseEvent>((resolve) => (socket.onclose = resolve))
  expect(code).toBe(1006)
})

test('the real stream-chat client connects, queries, posts, and survives an expired token', async () => {
  const client = new StreamChat(backend.apiKey, { baseURL: backend.url })
  let calls = 0
  await client.connectUser({ id: 'jane', name: 'Jane' }, () => {
    calls++
    return backend.createToken('jane', { expiresInSeconds: 3600 })
  })
  const [channel] = await client.queryChannels({ type: 'messaging' })
  const heard = new Promise((resolve) => channel?.on('message.new', resolve))
  backend.socketExpiry = 'silent'
  await backend.expireToken('jane')
  await channel?.sendMessage({ text: 'Hello from the page' })
  expect(await heard).toMatchObject({ message: { text: 'Hello from the page' } })
  expect(calls).toBe(2)
  expect(backend.counters).toMatchObject({
    refused: { 40: 1 },
    acceptedTwice: 0,
    messagesByUser: { jane: 1 },
    peakSocketsByUser: { jane: 1 },
  })
  await client.disconnectUser()
  expect(backend.counters.liveSockets).toBe(0)
})

test('a removed backend gets no more requests, the next one does', async () => {
  restore()
  await expect(fetch(backend.url + appPath)).rejects.toThrow('Failed to fetch')
  expect((await loadByXhr(backend.url + appPath)).type).toBe('error')
  const next = createChatBackend()
  const restoreNext = interceptPage(next)
  restore()
  expect((await fetch(backend.url + appPath, anonymous)).status).toBe(200)
  restoreNext()
  expect([backend.counters.requests, next.counters.requests]).toEqual([0, 1])
  next.dispose()
})
