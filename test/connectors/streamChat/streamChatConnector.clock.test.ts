import { inMemoryForStreamChat, through } from '../contract/streamChatInMemory.js'
import type { StreamChat } from 'stream-chat'
import { expect, test } from 'vitest'
import {
  streamChatConnector,
  type StreamChatConnectorOptions,
} from '../../../src/connectors/streamChat/streamChatConnector.js'
import type { ChatAuth } from '../../../src/core/chatAuth.js'
import { isLive } from '../../../src/core/state.js'
import { contractsOf, later, nothing, whatIsLeft } from '../contract/stage.js'

/** Connects Jane on a manual clock, with control over the answers to the client's HTTP requests. */
async function connected() {
  let asked = 0
  let signal: AbortSignal | null = null
  /** Answer to a query of channels, in place of the backend's. */
  const intercepted: { answer: (() => Response | null | Promise<null>) | null } = { answer: null }
  const [contract] = contractsOf(
    ({ apiKey, baseUrl, fetch }) => {
      const intercept: typeof fetch = async (input, init) => {
        const url = input instanceof Request ? input.url : String(input)
        if (new URL(url).pathname !== '/channels') return fetch(input, init)
        asked++
        signal = input instanceof Request ? input.signal : (init?.signal ?? null)
        return (await intercepted.answer?.()) ?? fetch(input, init)
      }
      return streamChatConnector({
        apiKey,
        fetch,
        options: { baseURL: baseUrl, ...through(intercept) },
      })
    },
    [inMemoryForStreamChat],
  )
  const stage = await (contract as NonNullable<typeof contract>).setUp()
  await stage.settle(stage.auth.connectUser({ id: 'jane' }))
  const state = stage.auth.getState()
  const client = (isLive(state) ? state.client : null) as StreamChat
  const said: (boolean | undefined)[] = []
  client.on('connection.changed', ({ online }) => void said.push(online))
  await stage.settle(client.channel('messaging', 'team').watch())
  const clock = stage.clock as NonNullable<typeof stage.clock>
  return {
    ...stage,
    clock,
    client,
    said,
    intercepted,
    queries: () => asked,
    lastSignal: () => signal,
  }
}

test('listeners of the client hear "offline" after five seconds without a socket, and "online" with the next socket', async () => {
  const { backend, clock, said } = await connected()
  backend.faults.down = true
  backend.dropConnections()
  await clock.advance(4999)
  expect(said).toEqual([])
  await clock.advance(1)
  expect(said).toEqual([false])
  backend.faults.down = false
  await clock.advance(120_000)
  expect(said).toEqual([false, true])
})

test('a drop shorter than five seconds is never told to listeners of the client', async () => {
  const { backend, clock, said } = await connected()
  backend.dropConnections()
  await clock.advance(120_000)
  expect(said).toEqual([true])
  expect(backend.counters).toMatchObject({ socketsOpened: 2, liveSockets: 1 })
})

test('a session that ends within five seconds of a drop tells listeners nothing', async () => {
  const { auth, backend, clock, said, settle } = await connected()
  backend.faults.down = true
  backend.dropConnections()
  await clock.advance(1000)
  await settle(auth.disconnectUser())
  await clock.advance(60_000)
  expect(said).toEqual([])
})

/** Makes the client see the browser's events, which Node lacks. */
function say(client: StreamChat, type: 'offline' | 'online') {
  const tell = client.wsConnection?.onlineStatusChanged as (event: unknown) => void
  tell({ type })
}

test('a browser that says "offline" and "online" over a good connection keeps its socket', async () => {
  const { backend, client, clock, said, tap, wake } = await connected()
  say(client, 'offline')
  await clock.advance(2000)
  tap.mute()
  say(client, 'online')
  // The answer to this ping is lost, as in the first moments of a network.
  wake()
  await clock.advance(2000)
  tap.mute(false)
  tap.say('{"type":"user.updated","user":{"id":"bob"}}')
  await clock.advance(120_000)
  expect(said).toEqual([true])
  expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
})

test('listeners hear "offline" five seconds after the browser says so, and "online" with the next frame', async () => {
  const { client, clock, said, settle } = await connected()
  say(client, 'offline')
  await clock.advance(4999)
  expect(said).toEqual([])
  await clock.advance(1)
  expect(said).toEqual([false])
  await settle(client.channel('messaging', 'team').sendMessage({ text: 'I am here' }))
  await clock.advance(0)
  expect(said).toEqual([false, true])
})

test('a sleep with an unanswered ping does not make the client report itself offline', async () => {
  const { backend, client, clock, said, tap } = await connected()
  tap.mute()
  await clock.advance(34_000)
  clock.sleep(60_000)
  tap.mute(false)
  await clock.advance(60_000)
  expect(said).toEqual([])
  expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
  // The client has no timers of its own for that.
  const { healthCheckTimeoutRef, connectionCheckTimeoutRef } = client.wsConnection ?? {}
  expect([healthCheckTimeoutRef, connectionCheckTimeoutRef]).toEqual([undefined, undefined])
})

test.each<[string, (auth: ChatAuth, controller: AbortController) => void]>([
  ['its caller gives up', (_, controller) => controller.abort()],
  ['the session ends', (auth) => void auth.disconnectUser()],
])('a request in flight is aborted on the wire when %s', async (_, end) => {
  const { auth, client, clock, lastSignal, tap } = await connected()
  const release = tap.holdAnswers('/channels')
  const controller = new AbortController()
  const asked = later(client.post(`${client.baseURL}/channels`, {}, { signal: controller.signal }))
  await clock.advance(0)
  expect(lastSignal()?.aborted).toBe(false)
  end(auth, controller)
  await clock.advance(0)
  expect(lastSignal()?.aborted).toBe(true)
  release()
  await expect(asked).rejects.toThrow(/cancel|session ended/)
})

test('a redirect that the platform hides is rejected as redirect-refused', async () => {
  const { backend, client, foreign, settle } = await connected()
  backend.faults.redirectTo = `${foreign.url}/me`
  const asked = client.get(`${client.baseURL}/me`)
  await expect(settle(asked)).rejects.toMatchObject({ code: 'redirect-refused' })
  expect(foreign.requests).toEqual([])
})

test('a wake-up changes nothing in a healthy session', async () => {
  const { backend, clock, wake } = await connected()
  wake()
  await clock.advance(60_000)
  expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
})

test('a wake-up while a socket is opening does not interrupt it', async () => {
  const { auth, backend, clock, events, wake } = await connected()
  backend.faults.slowMs = 2000
  const refreshing = auth.refreshToken()
  await clock.advance(3000)
  wake()
  await clock.advance(60_000)
  await refreshing
  expect(backend.counters).toMatchObject({ socketsOpened: 2, liveSockets: 1 })
  expect(events.map(({ type }) => type)).not.toContain('connection-attempt-failed')
})

test('at a rotation the old socket stays until the queries that watch through it are answered', async () => {
  const { auth, backend, client, clock, queries, settle, tap } = await connected()
  const release = tap.holdAnswers('/channels')
  const asked = client.queryChannels({ members: { $in: ['jane'] } })
  await clock.advance(0)
  const refreshing = auth.refreshToken()
  await clock.advance(1000)
  await refreshing
  expect(backend.counters).toMatchObject({ socketsOpened: 2, liveSockets: 2 })
  expect(queries()).toBe(1)
  release()
  expect((await settle(asked)).length).toBeGreaterThan(0)
  await clock.advance(0)
  expect(backend.counters.liveSockets).toBe(1)
  // Queried once more, now for the new socket.
  expect(queries()).toBe(2)
})

test('a request of the client into a black hole is aborted after a minute', async () => {
  const { client, clock, intercepted, lastSignal } = await connected()
  intercepted.answer = () =>
    new Promise((_, reject) => {
      lastSignal()?.addEventListener('abort', () => reject(new Error('aborted')))
    })
  let code: unknown = null
  client.queryChannels({}).catch((error: { code?: unknown }) => (code = error.code))
  await clock.advance(59_999)
  expect(code).toBeNull()
  await clock.advance(1)
  expect(code).toBe('ETIMEDOUT')
})

test.each<[Partial<StreamChatConnectorOptions>, number]>([
  [{}, 60_000],
  [{ requestTimeoutMs: 5000 }, 5000],
  [{ requestTimeoutMs: Infinity }, 0],
  [{ requestTimeoutMs: 5000, options: { timeout: 700 } }, 700],
])('with %j the client has a limit of %i ms for its requests', async (options, limitMs) => {
  const [contract] = contractsOf(
    ({ apiKey, baseUrl, fetch }) =>
      streamChatConnector({
        apiKey,
        ...options,
        options: { ...options.options, baseURL: baseUrl, ...through(fetch) },
      }),
    [inMemoryForStreamChat],
  )
  const { auth, settle } = await (contract as NonNullable<typeof contract>).setUp()
  await settle(auth.connectUser({ id: 'jane' }))
  const state = auth.getState()
  const client = (isLive(state) ? state.client : null) as StreamChat
  expect(client.axiosInstance.defaults.timeout).toBe(limitMs)
})

test.each(['stays', 'is back'] as const)(
  'a query whose socket is gone when it arrives, where that %s, is answered and watched after all',
  async (how) => {
    const { auth, backend, client, clock, intercepted, queries, settle } = await connected()
    intercepted.answer = async () => {
      intercepted.answer = null
      const isBack = new Promise<void>((resolve) => {
        auth.subscribe(() => auth.getState().status === 'connected' && resolve())
      })
      // A dropped socket reconnects after a delay, a closed one at once.
      backend.dropConnections(how === 'is back' ? { code: 4001 } : 'abnormal')
      if (how === 'is back') await isBack
      return null
    }
    await clock.advance(1000)
    const [channel] = await settle(client.queryChannels({ members: { $in: ['jane'] } }))
    await clock.advance(1000)
    // The query, its replay without the lost socket, and the query with the next socket.
    expect(queries()).toBe(4)
    const heard: unknown[] = []
    channel?.on('message.new', ({ message }) => void heard.push(message?.text))
    await settle(channel?.sendMessage({ text: 'here' }) as Promise<unknown>)
    await clock.advance(0)
    expect(heard).toEqual(['here'])
  },
)

test.each([500, 429])(
  'channels whose query fails with %i after a drop are queried until they are watched',
  async (status) => {
    const { backend, clock, client, intercepted, queries } = await connected()
    intercepted.answer = () => new Response('{"code":-1,"message":"broken"}', { status })
    let recovered = 0
    client.on('connection.recovered', () => void recovered++)
    backend.dropConnections()
    await clock.advance(3000)
    expect(queries()).toBeGreaterThan(1)
    expect(recovered).toBe(0)
    intercepted.answer = null
    await clock.advance(60_000)
    expect(recovered).toBe(1)
    const after = queries()
    await clock.advance(600_000)
    expect(queries()).toBe(after)
  },
)

test('channels that the backend refuses are not queried again', async () => {
  const { backend, clock, intercepted, queries } = await connected()
  intercepted.answer = () => new Response('{"code":70,"message":"no"}', { status: 403 })
  backend.dropConnections()
  await clock.advance(600_000)
  expect(queries()).toBe(1)
})

test('channels that cannot be moved to the new socket are recovered as after a loss', async () => {
  const { auth, clock, client, intercepted, queries, settle } = await connected()
  const recovered: unknown[] = []
  client.on('connection.recovered', (event) => void recovered.push(event))
  intercepted.answer = () => {
    intercepted.answer = null
    return new Response('{"code":4,"message":"no"}', { status: 400 })
  }
  await settle(auth.refreshToken())
  await clock.advance(5000)
  // Queries for the new socket, for the recovery, and for channels created meanwhile.
  expect(queries()).toBe(3)
  expect(recovered).toHaveLength(1)
  await settle(auth.refreshToken())
  await clock.advance(5000)
  expect(queries()).toBe(4)
  expect(recovered).toHaveLength(1)
})

test('channels are queried eight times at most, and not after the session’s end', async () => {
  const stage = await connected()
  const { auth, backend, clock, intercepted, queries } = stage
  intercepted.answer = () => new Response('', { status: 503 })
  backend.dropConnections()
  await clock.advance(600_000)
  expect(queries()).toBe(8)
  backend.dropConnections()
  await clock.advance(1000)
  const before = queries()
  expect(before).toBeGreaterThan(8)
  auth.dispose()
  expect(await whatIsLeft(stage)).toEqual(nothing)
  await clock.advance(600_000)
  expect(queries()).toBe(before)
})
