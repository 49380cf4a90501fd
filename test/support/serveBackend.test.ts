import { StreamChat, type Event } from 'stream-chat'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import type { ChatBackend } from '../../src/testing/chatBackend.js'
import type { SocketExpiry } from '../../src/testing/realtime/sockets.js'
import { serveBackend, type ServedBackend } from './serveBackend.js'

let backend: ChatBackend
let served: ServedBackend
const clients: StreamChat[] = []

beforeEach(async () => {
  backend = createChatBackend()
  served = await serveBackend(backend)
})

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(clients.splice(0).map((client) => client.disconnectUser()))
  backend.dispose()
  await served.close()
})

/** A bare client, as an app without this library has it. */
function createClient() {
  const client = new StreamChat(backend.apiKey, {
    baseURL: served.url,
    allowServerSideConnect: true,
  })
  clients.push(client)
  return client
}

const nextEvent = (client: StreamChat, type: string) =>
  new Promise<Event>((resolve) => client.on(type, resolve))

describe('the real stream-chat client', () => {
  test('connects, queries, watches, posts, and receives messages of others', async () => {
    const jane = createClient()
    const bob = createClient()
    const connected = await jane.connectUser(
      { id: 'jane', name: 'Jane' },
      await backend.createToken('jane'),
    )
    expect(connected).toMatchObject({ me: { id: 'jane', name: 'Jane' } })
    await bob.connectUser({ id: 'bob' }, await backend.createToken('bob'))

    const [channel] = await jane.queryChannels({ type: 'livestream' })
    expect(channel?.state.messages[0]?.text).toBe('Welcome, everyone.')
    const heard = nextEvent(jane, 'message.new')
    await bob.channel('livestream', 'town-hall').watch()
    const { message } = await bob.channel('livestream', 'town-hall').sendMessage({ text: 'Hi' })
    expect((await heard).message?.id).toBe(message.id)
    expect(channel?.state.messages.at(-1)?.text).toBe('Hi')
    expect(backend.counters).toMatchObject({ refused: {}, wrongUserTokens: 0, liveSockets: 2 })

    await jane.disconnectUser()
    await vi.waitUntil(() => backend.counters.liveSockets === 1)
  })

  test('fetches a new token after an expiry, and repeats the request', async () => {
    const jane = createClient()
    let calls = 0
    const provider = () => {
      calls++
      return backend.createToken('jane')
    }
    await jane.connectUser({ id: 'jane' }, provider)
    backend.socketExpiry = 'silent'
    await backend.expireToken('jane')
    expect((await jane.queryUsers({})).users.map((user) => user.id)).toContain('bob')
    expect(calls).toBe(2)
    expect(backend.counters).toMatchObject({ refused: { 40: 1 }, replays: 1, acceptedTwice: 0 })
  })

  test('connects as a guest whom the server names, who may post to a livestream only', async () => {
    const guest = createClient()
    await guest.setGuestUser({ id: 'visitor', name: 'Visitor' })
    expect(guest.userID).toMatch(/^guest-.+-visitor$/)
    expect(guest.user).toMatchObject({ role: 'guest', name: 'Visitor' })
    await guest.channel('livestream', 'town-hall').sendMessage({ text: 'Hi' })
    await expect(
      guest.channel('messaging', 'team').sendMessage({ text: 'Hi' }),
    ).rejects.toMatchObject({ code: 17, status: 403 })
  })

  test('connects anonymously, reads a livestream, writes nothing', async () => {
    const nobody = createClient()
    await nobody.connectAnonymousUser()
    expect(nobody.user).toMatchObject({ id: '!anon', role: 'anonymous' })
    const stage = nobody.channel('livestream', 'town-hall')
    expect((await stage.watch()).messages).toHaveLength(1)
    await expect(stage.sendMessage({ text: 'Hi' })).rejects.toMatchObject({ code: 17 })
  })

  test('is refused with the protocol’s code for another user’s token', async () => {
    const jane = createClient()
    const token = await backend.createToken('bob')
    const failure = jane.connectUser({ id: 'jane' }, () => Promise.resolve(token))
    await expect(failure).rejects.toThrow(/"code":5,"StatusCode":401/)
  })

  test('learns of the expiry of its socket by an event', async () => {
    const jane = createClient()
    await jane.connectUser({ id: 'jane' }, () => backend.createToken('jane'))
    const told = nextEvent(jane, 'connection.error')
    await backend.expireToken('jane')
    expect(await told).toMatchObject({ error: { code: 40 } })
  })

  test('reconnects with a new token after its socket broke on expiry', async () => {
    const jane = createClient()
    await jane.connectUser({ id: 'jane' }, () => backend.createToken('jane'))
    // Its waits are random, and this is the shortest.
    vi.spyOn(Math, 'random').mockReturnValue(0)
    backend.socketExpiry = 'abnormal'
    const recovered = nextEvent(jane, 'connection.recovered')
    await backend.expireToken('jane')
    await recovered
    expect(backend.counters).toMatchObject({ socketsRefused: { 40: 1 }, socketsOpened: 2 })
  })
})

describe('over real HTTP and WebSockets', () => {
  test.each([
    ['silent', null, 1],
    ['error-event', 1000, 2],
    ['error-frame', 1000, 2],
    ['abnormal', 1006, 1],
  ] as const)(
    'an expired socket in the way of %s closes with %s, after %i frames',
    async (way: SocketExpiry, code, frames) => {
      backend.socketExpiry = way
      const socket = await openSocket(await backend.createToken('jane'))
      await backend.expireToken('jane')
      const pong = new Promise<null>((resolve) => socket.on('message', () => resolve(null)))
      const closed = new Promise<number>((resolve) => socket.on('close', resolve))
      if (way === 'silent') socket.send('[{"type":"health.check"}]')
      expect(await (way === 'silent' ? pong : closed)).toBe(code)
      expect(socket.frames).toHaveLength(way === 'silent' ? frames + 1 : frames)
      socket.close()
    },
  )

  test('faults look like those of a real server', async () => {
    backend.faults.redirectTo = 'https://elsewhere.test/'
    const { status, headers } = await fetch(`${served.url}/app`, { redirect: 'manual' })
    expect([status, headers.get('Location')]).toEqual([302, 'https://elsewhere.test/'])
    backend.faults.redirectTo = null
    backend.faults.down = true
    await expect(fetch(`${served.url}/app`)).rejects.toThrow(TypeError)
    await expect(openSocket('any')).rejects.toThrow(/socket hang up/)
  })

  test('a request that the client aborts ends in the backend too', async () => {
    backend.tokenEndpoint.fault = 'hang'
    const handle = vi.spyOn(backend, 'handle')
    const abort = new AbortController()
    const answer = fetch(`${served.url}/token?user_id=jane`, { signal: abort.signal })
    await vi.waitUntil(() => backend.counters.tokenCalls === 1)
    abort.abort()
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
    await expect(handle.mock.results[0]?.value).rejects.toThrow('no answer')
  })

  test('a body arrives, and a port in use is an error', async () => {
    const body = JSON.stringify({ user_id: 'jane' })
    const response = await fetch(`${served.url}/token`, { method: 'POST', body })
    expect(await response.json()).toHaveProperty('token')
    const port = Number(new URL(served.url).port)
    await expect(serveBackend(backend, { port })).rejects.toThrow('EADDRINUSE')
  })
})

/** Resolves when the first frame came. */
function openSocket(token: string) {
  const query = new URLSearchParams({
    json: JSON.stringify({ user_id: 'jane', user_details: { id: 'jane' } }),
    api_key: backend.apiKey,
    authorization: token,
    'stream-auth-type': 'jwt',
  })
  const socket = Object.assign(
    new WebSocket(`${served.url.replace('http', 'ws')}/connect?${query}`),
    {
      frames: [] as string[],
    },
  )
  return new Promise<typeof socket>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      socket.frames.push(data.toString())
      resolve(socket)
    })
  })
}
