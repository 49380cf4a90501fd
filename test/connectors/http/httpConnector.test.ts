import { describe, expect, test } from 'vitest'
import type { WebSocketConstructor } from '../../../src/connectors/protocol/chatSocket.js'
import {
  httpConnector,
  type HttpChatClient,
  type HttpConnectorOptions,
} from '../../../src/connectors/http/httpConnector.js'
import type { ConnectorTarget } from '../contract/hosts.js'
import {
  contractsOf,
  later,
  nothing,
  whatIsLeft,
  type Stage,
  type StageOptions,
} from '../contract/stage.js'

const good = { apiKey: 'key', baseUrl: 'https://chat.test' }
const jane = { id: 'jane', name: 'Jane' }

type Change = (target: ConnectorTarget) => Partial<HttpConnectorOptions>

const setUpWith = (change: Change, options?: StageOptions) => {
  const [inMemory] = contractsOf((target) => httpConnector({ ...target, ...change(target) }))
  return inMemory!.setUp(options)
}

async function connectedWith(change: Change = () => ({})): Promise<Stage> {
  const stage = await setUpWith(change)
  await stage.settle(stage.auth.connectUser(jane))
  return stage
}

const clientOf = ({ auth }: Stage): HttpChatClient => {
  const state = auth.getState()
  if (state.status !== 'connected') throw new Error(state.status)
  return state.client as HttpChatClient
}

describe('misuse of httpConnector throws a TypeError that names the option', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, '`apiKey`'],
    ['no apiKey', { ...good, apiKey: undefined }, '`apiKey`'],
    ['an empty apiKey', { ...good, apiKey: '' }, '`apiKey`'],
    ['an apiKey that is a number', { ...good, apiKey: 5 }, '`apiKey`'],
    ['no baseUrl', { ...good, baseUrl: undefined }, '`baseUrl`'],
    ['a relative baseUrl', { ...good, baseUrl: '/chat' }, '`baseUrl`'],
    ['a baseUrl without a scheme', { ...good, baseUrl: 'chat.test' }, '`baseUrl`'],
    ['a baseUrl of another scheme', { ...good, baseUrl: 'ws://chat.test' }, '`baseUrl`'],
  ])('%s', (_, options, name) => {
    const make = () => httpConnector(options as HttpConnectorOptions)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(name)
  })
})

describe('the id of an httpConnector', () => {
  test('is the same for the same app on the same backend, however it is written', () => {
    const { id } = httpConnector(good)
    expect(httpConnector({ ...good, baseUrl: 'HTTPS://chat.test:443/' }).id).toBe(id)
    expect(httpConnector({ ...good, fetch: globalThis.fetch }).id).toBe(id)
  })

  test('differs for another app or another backend', () => {
    const { id } = httpConnector(good)
    expect(httpConnector({ ...good, apiKey: 'other' }).id).not.toBe(id)
    expect(httpConnector({ ...good, baseUrl: 'https://chat.test/eu' }).id).not.toBe(id)
  })
})

describe('the `baseUrl` of an httpConnector', () => {
  test.each(['https://chat.test/v1', 'https://chat.test/v1/', 'https://chat.test/v1?a=b#c'])(
    '%s counts with its path, but without query and fragment',
    async (baseUrl) => {
      const asked: string[] = []
      const stage = await setUpWith(() => ({
        baseUrl,
        fetch: async (input) => {
          asked.push(input as string)
          return Response.json({}, { status: 404 })
        },
      }))
      await stage.failure(stage.auth.setGuestUser(jane))
      expect(asked).toEqual(['https://chat.test/v1/guest?api_key=test-key'])
    },
  )

  test('is prepended to any path of a request', async () => {
    const asked: string[] = []
    const { auth, settle } = await connectedWith(({ baseUrl, fetch }) => ({
      baseUrl: `${baseUrl}/?ignored=1#too`,
      fetch: (input, init) => {
        const { pathname, searchParams } = new URL(input as string)
        asked.push(`${pathname} ${searchParams.get('a')}`)
        return fetch(input, init)
      },
    }))
    for (const path of ['/me', 'me', '/me?a=b', '?a=b', '']) await settle(auth.fetch(path))
    expect(asked).toEqual(['/me null', '/me null', '/me b', '/ b', '/ null'])
  })
})

describe('a request', () => {
  test('that creates something may be answered with its Location', async () => {
    const { auth, settle } = await connectedWith(() => ({
      fetch: async () => Response.json({}, { status: 201, headers: { Location: '/channels/1' } }),
    }))
    const answer = await settle(auth.fetch('/channels', { method: 'POST' }))
    expect(answer.status).toBe(201)
  })

  test('that fails for another reason than its token keeps the backend’s message', async () => {
    const { auth, settle } = await connectedWith(() => ({
      fetch: async () => Response.json({ code: 2, message: 'Which app?' }, { status: 401 }),
    }))
    const answer = await settle(auth.fetch('/me'))
    expect(await answer.json()).toEqual({ code: 2, message: 'Which app?' })
  })

  test('uses the global fetch of the moment, where none is given', async () => {
    const { fetch } = globalThis
    try {
      const { auth, settle } = await connectedWith(() => ({ fetch: undefined }))
      globalThis.fetch = async () => new Response('replaced')
      const answer = await settle(auth.fetch('/me'))
      expect(await answer.text()).toBe('replaced')
    } finally {
      globalThis.fetch = fetch
    }
  })

  test('buffers streams up to maxBufferedBodyBytes', async () => {
    const { auth, tap, settle, failure } = await connectedWith(() => ({ maxBufferedBodyBytes: 4 }))
    const send = (text: string) =>
      auth.fetch('/channels', { method: 'POST', body: new Blob([text]).stream() })
    expect((await failure(send('12345'))).code).toBe('body-not-replayable')
    await settle(send('1234'))
    expect(tap.requests).toHaveLength(1)
  })

  test('names the connection id, by which the backend knows where to send events', async () => {
    const { auth, settle } = await connectedWith()
    const body = JSON.stringify({ watch: true })
    const path = '/channels/livestream/town-hall/query'
    expect((await settle(auth.fetch(path, { method: 'POST', body }))).status).toBe(201)
  })
})

describe('the fetch below', () => {
  const watched = async () => {
    const signals: AbortSignal[] = []
    const stage = await connectedWith(({ fetch }) => ({
      fetch(input, init) {
        if (init?.signal) signals.push(init.signal)
        return fetch(input, init)
      },
    }))
    return { ...stage, signals }
  }

  test('is aborted with its request, also while the answer is read', async () => {
    const { auth, tap, signals, settle, until } = await watched()
    const controllers = [new AbortController(), new AbortController()] as const
    const [first, second] = controllers.map(({ signal }) => auth.fetch('/me', { signal }))
    const release = tap.holdAnswers('/me')
    await until(() => tap.requests.length === 2)
    controllers[0].abort(new Error('never mind'))
    await expect(first).rejects.toThrow('never mind')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
    release()
    await settle(second!)
    controllers[1].abort(new Error('enough'))
    expect(signals[1]?.reason).toEqual(new Error('enough'))
  })

  test('is aborted at a log-out, also after its answer has arrived and may still be read', async () => {
    const { auth, tap, signals, settle, until } = await watched()
    await settle(auth.fetch('/me'))
    const release = tap.holdAnswers('/channels')
    const asked = later(auth.fetch('/channels'))
    await until(() => tap.requests.length === 2)
    await settle(auth.disconnectUser())
    await expect(asked).rejects.toMatchObject({ code: 'session-ended' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
    release()
  })
})

describe('the client of an httpConnector', () => {
  test('passes events of the backend to all subscribers until they unsubscribe', async () => {
    const stage = await connectedWith()
    const { auth, settle } = stage
    const client = clientOf(stage)
    const seen: string[] = []
    const unsubscribe = client.subscribe(({ type }) => seen.push(`first ${type}`))
    client.subscribe(({ type }) => seen.push(`second ${type}`))
    const path = '/channels/livestream/town-hall'
    const say = (text: string) =>
      settle(
        client.fetch(`${path}/message`, {
          method: 'POST',
          body: JSON.stringify({ message: { text } }),
        }),
      )
    await settle(
      auth.fetch(`${path}/query`, { method: 'POST', body: JSON.stringify({ watch: true }) }),
    )
    await say('Hello')
    unsubscribe()
    await say('again')
    expect(seen).toEqual(['first message.new', 'second message.new', 'second message.new'])
  })

  test('calls the other subscribers if one throws, and reports the error to the app', async () => {
    const stage = await connectedWith()
    const client = clientOf(stage)
    const seen: string[] = []
    client.subscribe(() => {
      throw new Error('a mistake of the app')
    })
    client.subscribe(({ type }) => seen.push(type))
    await expect(stage.clock?.advance(25_000)).rejects.toThrow('a mistake of the app')
    expect(seen).toEqual(['health.check'])
    expect(stage.auth.getState().status).toBe('connected')
  })

  test('has no connection id while the socket is down', async () => {
    const asked: (string | null)[] = []
    const stage = await connectedWith(({ fetch }) => ({
      fetch: (input, init) => {
        asked.push(new URL(input as string).searchParams.get('connection_id'))
        return fetch(input, init)
      },
    }))
    const client = clientOf(stage)
    stage.setOnline(false)
    stage.backend.dropConnections()
    await stage.until(() => stage.auth.getState().status === 'reconnecting')
    expect(client.connectionId).toBeNull()
    await stage.settle(stage.auth.fetch('/me'))
    expect(asked).toEqual([null])
  })

  test('has the id of the live socket, a new one after a rotation, and none after the end', async () => {
    const stage = await connectedWith()
    const { auth, settle, until } = stage
    const client = clientOf(stage)
    const first = client.connectionId
    expect(first).toEqual(expect.any(String))
    await settle(auth.refreshToken())
    await until(() => stage.liveSockets.length === 3)
    expect(client.connectionId).toEqual(expect.any(String))
    expect(client.connectionId).not.toBe(first)
    await settle(auth.disconnectUser())
    expect(client.connectionId).toBeNull()
    expect((await stage.failure(client.fetch('/me'))).code).toBe('session-ended')
  })
})

describe('the end of an httpConnector’s connection', () => {
  test('is reached only once the socket is really closed', async () => {
    const closings: (() => void)[] = []
    const stage = await connectedWith(({ WebSocket }) => ({
      WebSocket: class extends WebSocket {
        override close() {
          closings.push(() => super.close())
        }
      },
    }))
    const { auth, clock, settle } = stage
    const ending = auth.disconnectUser()
    await clock?.advance(900)
    expect(auth.getState().status).toBe('disconnecting')
    for (const close of closings) close()
    await clock?.advance(0)
    expect(auth.getState().status).toBe('disconnected')
    await settle(ending)
  })

  test('is not reported as a loss', async () => {
    const { target, environment, backend, clock } = await setUpWith(() => ({}))
    const controller = new AbortController()
    const losses: unknown[] = []
    const connection = httpConnector(target).createConnection({
      sessionId: 'session',
      identity: { type: 'user', user: jane },
      environment,
      signal: controller.signal,
      send: () => Promise.reject(new Error('There are no requests here.')),
      connectionLost: (error) => losses.push(error),
      userUpdated: () => {},
      framesIgnored: () => {},
      draftLost: () => {},
      pause: async () => {},
      resume: async () => {},
    })
    const token = await backend.createToken('jane')
    const opening = connection.open({ userId: 'jane', authType: 'jwt', token })
    await clock?.advance(0)
    await opening
    controller.abort(new Error('the session ended'))
    await Promise.all([connection.close(), clock?.advance(0)])
    expect(losses).toEqual([])
    expect(backend.counters.liveSockets).toBe(0)
  })
})

describe('a platform', () => {
  test('without a WebSocket makes the session fail as websocket-unavailable at once', async () => {
    const { WebSocket } = globalThis
    try {
      // Node 22 and browsers have a WebSocket.
      Reflect.deleteProperty(globalThis, 'WebSocket')
      const stage = await setUpWith(() => ({ WebSocket: undefined }))
      expect((await stage.failure(stage.auth.connectUser(jane))).code).toBe('websocket-unavailable')
      expect(stage.auth.getState().status).toBe('failed')
      expect(await whatIsLeft(stage)).toEqual(nothing)
    } finally {
      if (WebSocket) globalThis.WebSocket = WebSocket
    }
  })

  test('that throws at a socket’s creation makes the session fail without its message, which may contain the token', async () => {
    const urls: string[] = []
    const Refusing = class {
      constructor(url: string) {
        urls.push(url)
        throw new DOMException(`Refused to connect to '${url}'`, 'SecurityError')
      }
    } as unknown as WebSocketConstructor
    const retry = { maxAttempts: 1 }
    const stage = await setUpWith(() => ({ WebSocket: Refusing }), { retry })
    const error = await stage.failure(stage.auth.connectUser(jane))
    expect(error.code).toBe('connection-failed')
    expect(urls[0]).toContain('authorization=ey')
    expect(`${error.message} ${String(error.cause)}`).not.toContain('authorization')
    expect(await whatIsLeft(stage)).toEqual({ ...nothing, wakeListeners: 1 })
  })
})
