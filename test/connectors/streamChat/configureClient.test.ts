import { inspect } from 'node:util'
import { StreamChat } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import {
  streamChatConnector,
  type StreamChatConnectorOptions,
} from '../../../src/connectors/streamChat/streamChatConnector.js'
import type { ConfigureClient } from '../../../src/connectors/streamChat/freshClient.js'
import { createDeferred } from '../../../src/core/tools/deferred.js'
import { nextTask } from '../../../src/testing/controls/createManualClock.js'
import { overNetwork } from '../contract/hosts.js'
import { contractsOf, later, type Stage } from '../contract/stage.js'
import { clientOf, jane, jwt, me } from '../realClient.js'

async function setUp(
  configureClient: ConfigureClient,
  options: StreamChatConnectorOptions['options'] = {},
): Promise<Stage> {
  const [contract] = contractsOf(
    ({ apiKey, baseUrl }) =>
      streamChatConnector({
        apiKey,
        options: { timeout: 60_000, ...options, baseURL: baseUrl },
        configureClient,
      }),
    [overNetwork],
  )
  return (contract as NonNullable<typeof contract>).setUp()
}

/** A stage on which `configureClient` waits for `configured`, and Jane is connecting. */
async function whileConfiguring({ paused = false } = {}) {
  const begun = createDeferred<StreamChat>()
  const configured = createDeferred<void>()
  const clients: StreamChat[] = []
  const stage = await setUp((client) => {
    clients.push(client)
    begun.resolve(client)
    return configured.promise
  })
  const connecting = later(stage.auth.connectUser(jane, undefined, { paused }))
  const client = await begun.promise
  return { ...stage, client, clients, configured, connecting }
}

const devices = async ({ auth }: Stage) =>
  ((await (await auth.fetch('/devices')).json()) as { devices: unknown[] }).devices

describe('configureClient', () => {
  test('sets the device, the user agent and the headers of the client before it connects', async () => {
    const stage = await setUp((client) => {
      expect(client.wsConnection).toBeNull()
      client.setLocalDevice({ id: 'phone-1', push_provider: 'firebase' })
      client.setUserAgent('my-app/1.0')
      client.axiosInstance.defaults.headers.common['X-App'] = 'mine'
    })
    await stage.auth.connectUser(jane)
    expect(await devices(stage)).toMatchObject([{ id: 'phone-1', push_provider: 'firebase' }])
    await me(clientOf(stage))
    const { headers } = stage.tap.requests.at(-1) as NonNullable<(typeof stage.tap.requests)[0]>
    expect(headers.get('X-App')).toBe('mine')
    expect(headers.get('X-Stream-Client')).toContain('my-app/1.0')
  })

  test('is called once for a session, whose client lives through renewals and losses', async () => {
    const clients: StreamChat[] = []
    const { auth, backend, until, statuses } = await setUp((client) => void clients.push(client))
    await auth.connectUser(jane)
    await auth.refreshToken()
    await until(({ socketsOpened }) => socketsOpened === 2)
    backend.dropConnections()
    await until(({ socketsOpened }) => socketsOpened === 3 && statuses.at(-1) === 'connected')
    await auth.pause()
    await auth.resume()
    expect(clients).toEqual([clientOf({ auth } as Stage)])
  })

  test('is called with a client of its own for each session', async () => {
    const clients: StreamChat[] = []
    const { auth } = await setUp((client) => void clients.push(client))
    await auth.connectUser(jane)
    await auth.switchUser({ id: 'bob' })
    await auth.switchUser({ id: 'jane' })
    expect(new Set(clients).size).toBe(3)
    expect(clients.at(-1)).toBe(clientOf({ auth } as Stage))
  })

  test('that takes its time holds the socket and the requests of `auth.fetch` until it is done', async () => {
    const stage = await whileConfiguring()
    const { auth, client, backend, tap, configured, connecting } = stage
    const asked = [auth.fetch('/me'), auth.fetch('/devices')]
    expect(auth.getState().status).toBe('connecting')
    expect([tap.socketTokens, tap.requests]).toEqual([[], []])
    configured.resolve()
    await connecting
    await Promise.all(asked)
    expect(clientOf(stage)).toBe(client)
    expect(backend.counters).toMatchObject({ socketsOpened: 1, accepted: 2 })
  })

  test('that takes its time holds a session that begins paused, whose client is then the same', async () => {
    const stage = await whileConfiguring({ paused: true })
    const { auth, client, clients, configured, connecting, backend } = stage
    expect(auth.getState().status).toBe('connecting')
    configured.resolve()
    await connecting
    expect(auth.getState().status).toBe('paused')
    await auth.resume()
    expect(clientOf(stage)).toBe(client)
    expect(clients).toHaveLength(1)
    expect(backend.counters.socketsOpened).toBe(1)
  })

  test('of a session that begins paused and resumes meanwhile is called once', async () => {
    const stage = await whileConfiguring({ paused: true })
    const resuming = later(stage.auth.resume())
    stage.configured.resolve()
    await Promise.all([stage.connecting, resuming])
    expect(stage.auth.getState().status).toBe('connected')
    expect(stage.clients).toEqual([clientOf(stage)])
  })

  test('of a session that begins paused, resumes and is paused again meanwhile opens no socket', async () => {
    const { auth, configured, connecting, tap, clients } = await whileConfiguring({ paused: true })
    const moving = [later(auth.resume()), later(auth.pause())]
    configured.resolve()
    await Promise.all([connecting, ...moving])
    expect(auth.getState().status).toBe('paused')
    expect([tap.socketTokens, clients.length]).toEqual([[], 1])
    await auth.resume()
    expect(tap.socketTokens).toHaveLength(1)
  })

  test('of a session that is paused and resumed meanwhile leaves one client, with its socket', async () => {
    const stage = await whileConfiguring()
    const { auth, backend, clients, configured, connecting } = stage
    const moving = [later(auth.pause()), later(auth.resume())]
    configured.resolve()
    await Promise.all([connecting, ...moving])
    expect(auth.getState().status).toBe('connected')
    expect(clientOf(stage)).toBe(clients.at(-1))
    expect(clientOf(stage).wsConnection?.isHealthy).toBe(true)
    expect([clients.length, backend.counters.liveSockets]).toEqual([2, 1])
  })

  test('of a session that is paused, resumed and paused meanwhile opens no socket', async () => {
    const { auth, clients, configured, connecting, tap } = await whileConfiguring()
    const moving = [later(auth.pause()), later(auth.resume())]
    await nextTask()
    moving.push(later(auth.pause()))
    configured.resolve()
    await Promise.all([connecting, ...moving])
    expect(auth.getState().status).toBe('paused')
    expect([tap.socketTokens, clients.length]).toEqual([[], 2])
  })

  test('of a session that is paused meanwhile opens no socket until it resumes', async () => {
    const stage = await whileConfiguring()
    const { auth, clients, configured, connecting, backend, tap } = stage
    const pausing = later(auth.pause())
    configured.resolve()
    await Promise.all([connecting, pausing])
    expect(auth.getState().status).toBe('paused')
    expect([tap.socketTokens, clients.length]).toEqual([[], 2])
    await auth.resume()
    expect(backend.counters).toMatchObject({ liveSockets: 1, socketsOpened: 1 })
  })

  test.each([
    ['a session', { paused: false }],
    ['a session that begins paused', { paused: true }],
  ])('of %s that ends meanwhile connects nobody, whatever it does later', async (_, how) => {
    const { auth, client, connecting, configured, tap, held } = await whileConfiguring(how)
    await auth.disconnectUser()
    await expect(connecting).rejects.toMatchObject({ code: 'superseded' })
    configured.reject(new Error('too late'))
    await configured.promise.catch(() => {})
    await client.connectUser(jane, 'a.b.c')
    expect([tap.socketTokens, client.wsConnection, client.userID]).toEqual([[], null, undefined])
    expect(client.cleaningIntervalRef).toBeUndefined()
    expect(auth.getState().status).toBe('disconnected')
    expect(held).toMatchObject({ timers: 0, wakeListeners: 0 })
  })

  test('that logs out connects nobody', async () => {
    const stage = await setUp(() => void stage.auth.disconnectUser())
    const connecting = stage.auth.connectUser(jane)
    await expect(connecting).rejects.toMatchObject({ code: 'superseded' })
    await stage.auth.disconnectUser()
    expect(stage.tap.socketTokens).toEqual([])
  })

  test.each([
    ['throws', { paused: false }, () => fail()],
    ['rejects', { paused: false }, async () => fail()],
    ['throws in a session that begins paused', { paused: true }, () => fail()],
    ['rejects in a session that begins paused', { paused: true }, async () => fail()],
  ])('that %s fails the session with its error as the cause', async (_, how, configureClient) => {
    const { auth, tap } = await setUp(configureClient)
    const connecting = auth.connectUser(jane, undefined, how)
    const error: unknown = await connecting.catch((e: unknown) => e)
    expect(error).toMatchObject({
      code: 'configure-client-failed',
      retryable: false,
      cause: { message: 'no database' },
    })
    expect(auth.getState()).toMatchObject({ status: 'failed', error })
    expect(tap.socketTokens).toEqual([])
  })

  test('that failed is called anew, with another client, at retry()', async () => {
    const clients: StreamChat[] = []
    const { auth } = await setUp((client) => {
      if (clients.push(client) === 1) fail()
    })
    await expect(auth.connectUser(jane)).rejects.toMatchObject({ code: 'configure-client-failed' })
    await auth.retry()
    expect(auth.getState().status).toBe('connected')
    expect(new Set(clients).size).toBe(2)
  })

  test.each(['connectUser', 'setGuestUser', 'connectAnonymousUser', 'disconnectUser'] as const)(
    'that calls client.%s() fails with the TypeError that names what to call instead',
    async (call) => {
      const { auth, tap } = await setUp(async (client) => {
        await (client[call] as (user: object) => Promise<unknown>)(jane)
      })
      await expect(auth.connectUser(jane)).rejects.toMatchObject({
        code: 'configure-client-failed',
        cause: { message: expect.stringContaining(`client.${call}() is not for the app to call`) },
      })
      expect(tap.socketTokens).toEqual([])
    },
  )

  test('cannot have the token sent to another address', async () => {
    const { auth, foreign, tap } = await setUp((client) => client.setBaseURL(stranger))
    const stranger = foreign.url
    const error: unknown = await auth.connectUser(jane).catch((e: unknown) => e)
    expect(error).toMatchObject({
      code: 'configure-client-failed',
      remedy: expect.stringContaining('options.baseURL'),
    })
    expect([foreign.requests, tap.socketTokens]).toEqual([[], []])
  })

  test('cannot have a logger show the token, or insights posted with it', async () => {
    const lines: unknown[][] = []
    const stage = await setUp((client) => {
      client.logger = (...line) => void lines.push(line)
      Object.assign(client.options, { enableInsights: true, enableWSFallback: true })
    })
    await stage.auth.connectUser(jane)
    expect(lines.length).toBeGreaterThan(0)
    expect(inspect(lines, { depth: 10 })).not.toMatch(jwt)
    expect(clientOf(stage).options).toMatchObject({
      enableInsights: false,
      enableWSFallback: false,
    })
  })

  test('that is no function is a TypeError', () => {
    const options = { apiKey: 'key', configureClient: 'fast' } as unknown
    expect(() => streamChatConnector(options as StreamChatConnectorOptions)).toThrow(
      new TypeError('`configureClient` must be a function.'),
    )
  })
})

function fail(): never {
  throw new Error('no database')
}
