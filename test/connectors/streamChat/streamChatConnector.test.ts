import { inspect } from 'node:util'
import { StreamChat } from 'stream-chat'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import {
  streamChatConnector,
  type StreamChatConnectorOptions,
} from '../../../src/connectors/streamChat/streamChatConnector.js'
import { later } from '../contract/stage.js'
import { clientOf, connected, jane, jwt, me, setUp, type ClientOptions } from '../realClient.js'

test.each([
  [{ apiKey: '' }, '`apiKey` is missing'],
  [undefined, '`apiKey` is missing'],
  [{ apiKey: 'key', options: { baseURL: 'chat' } }, '`options.baseURL` must be'],
])('streamChatConnector(%j) throws a TypeError that names what is wrong', (options, message) => {
  expect(() => streamChatConnector(options as StreamChatConnectorOptions)).toThrow(
    new RegExp(`^${message}`),
  )
})

test('stream-chat connectors to the same app on the same backend have equal ids, also without a base URL', () => {
  const connector = (baseURL?: string, apiKey = 'key') =>
    streamChatConnector({ apiKey, ...(baseURL && { options: { baseURL } }) }).id
  expect(connector('https://a.test')).toBe(connector('https://a.test/'))
  expect(new Set([connector(), connector('https://a.test'), connector(undefined, 'b')]).size).toBe(
    3,
  )
  expect(connector()).toContain(new StreamChat('key').baseURL)
})

describe('the client’s own requests', () => {
  test('a hundred refused at a revocation cause one provider call, and each is replayed once under its own id', async () => {
    const { client, backend, events, tap } = await connected()
    const asked = Array.from({ length: 100 }, (_, i) => me(client, i))
    await backend.revokeTokens('jane')
    const answers = await Promise.all(asked)
    expect(answers).toHaveLength(100)
    expect(backend.counters).toMatchObject({
      tokenCalls: 2,
      requests: 200,
      accepted: 100,
      refused: { 40: 100 },
      replays: 100,
      acceptedTwice: 0,
    })
    for (let i = 0; i < 100; i++) {
      const sendings = tap.requests.filter(({ path }) => path === `/me?n=${i}`)
      expect(sendings.map(({ token }) => token)).toEqual(tap.socketTokens.slice(0, 2))
      expect(sendings[0]?.requestId).toBe(sendings[1]?.requestId)
    }
    const replayed = events.flatMap((e) => (e.type === 'request-replayed' ? [e.requestId] : []))
    expect(new Set(tap.requests.map(({ requestId }) => requestId))).toEqual(new Set(replayed))
    expect(client.consecutiveFailures).toBe(0)
  })

  test('refused with the fresh token too fail as token-refused, without the client’s own retry', async () => {
    const { client, backend, auth, until } = await connected()
    backend.faults.refuseFreshTokens = 40
    await backend.revokeTokens('jane')
    await expect(me(client)).rejects.toMatchObject({ code: 'token-refused', retryable: false })
    await until(({ liveSockets }) => liveSockets === 0)
    expect(auth.getState()).toMatchObject({ status: 'failed', error: { code: 'token-refused' } })
    expect(backend.counters.tokenCalls).toBe(2)
  })

  test('are held while the provider fails, and go out once it answers', async () => {
    const { client, backend, events, until } = await connected()
    backend.tokenEndpoint.fault = '500'
    await backend.revokeTokens('jane')
    const held = me(client)
    await until(() => events.some(({ type }) => type === 'token-request-failed'))
    backend.tokenEndpoint.fault = null
    await expect(held).resolves.toBeDefined()
    await expect(me(client)).resolves.toBeDefined()
    expect(backend.counters).toMatchObject({ accepted: 2, refused: { 40: 1 } })
  })

  test('show the answers and errors of the backend as they are, without the token', async () => {
    const { client } = await connected()
    const error: unknown = await client.get(`${client.baseURL}/nothing`).catch((e: unknown) => e)
    expect(error).toMatchObject({ name: 'ErrorFromResponse', status: 404, code: 16 })
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(jwt)
    expect(JSON.stringify(error)).not.toMatch(jwt)
  })

  test('to an unreachable backend fail without showing the token', async () => {
    const { client, backend } = await connected()
    backend.faults.down = true
    const error: unknown = await me(client).catch((e: unknown) => e)
    expect(error).toMatchObject({ isAxiosError: true })
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(jwt)
  })

  test('never go to another origin, whatever the address or redirect', async () => {
    const { client, backend, foreign, tap } = await connected()
    await expect(client.get(`${foreign.url}/channels`)).rejects.toMatchObject({
      code: 'foreign-origin',
    })
    await expect(client.axiosInstance.get(`${foreign.url}/channels`)).rejects.toMatchObject({
      code: 'foreign-origin',
    })
    for (const address of [`${foreign.url}/me`, '/me']) {
      backend.faults.redirectTo = address
      await expect(me(client)).rejects.toMatchObject({ code: 'redirect-refused' })
    }
    expect(foreign.requests).toEqual([])
    expect(tap.requests).toHaveLength(2)
  })

  test('pass the app’s interceptors once, without the session’s token', async () => {
    const { client, backend } = await connected()
    const passed = vi.fn()
    client.axiosInstance.interceptors.response.use((answer) => {
      passed(answer.status, inspect(answer, { depth: 20 }))
      return answer
    })
    await backend.revokeTokens('jane')
    await me(client)
    expect(passed).toHaveBeenCalledTimes(1)
    expect(passed.mock.lastCall?.[0]).toBe(200)
    expect(passed.mock.lastCall?.[1]).not.toMatch(jwt)
  })

  test('pass the app’s transforms once', async () => {
    const requests = vi.fn((data: unknown) => JSON.stringify(data))
    const answers = vi.fn((data: string) => JSON.parse(data) as unknown)
    const { client, backend } = await connected(
      {},
      { transformRequest: [requests], transformResponse: [answers] },
    )
    await backend.revokeTokens('jane')
    await client.channel('messaging', 'team').sendMessage({ text: 'once' })
    expect(requests).toHaveBeenCalledTimes(1)
    expect(answers).toHaveBeenCalledTimes(1)
    expect(backend.messages('messaging:team').at(-1)).toMatchObject({ text: 'once' })
  })

  test('without permission for an anonymous user fail as anonymous-not-allowed', async () => {
    const stage = await setUp()
    await stage.auth.connectAnonymousUser()
    const channel = clientOf(stage).channel('livestream', 'town-hall')
    await channel.watch()
    await expect(channel.sendMessage({ text: 'Hello' })).rejects.toMatchObject({
      code: 'anonymous-not-allowed',
    })
    expect(stage.auth.getState().status).toBe('connected')
  })

  test('without permission for a user fail with the backend’s message', async () => {
    const { client, auth, backend } = await connected()
    const message = { id: 'of-bob', text: 'Mine' }
    const bob = new StreamChat(backend.apiKey, {
      baseURL: String(client.baseURL),
      allowServerSideConnect: true,
    })
    await bob.connectUser({ id: 'bob' }, await backend.createToken('bob'))
    await bob.channel('messaging', 'team').sendMessage(message)
    await bob.disconnectUser()
    await expect(client.deleteMessage(message.id)).rejects.toMatchObject({ code: 17, status: 403 })
    expect(auth.getState().status).toBe('connected')
  })

  test('aborted while held reject as cancelled by axios, and are never sent', async () => {
    const { client, backend, events, until } = await connected()
    backend.tokenEndpoint.fault = 'hang'
    await backend.revokeTokens('jane')
    const first = later(me(client))
    await until(() => events.some(({ type }) => type === 'request-held'))
    const controller = new AbortController()
    const held = client.get(`${client.baseURL}/me`, {}, { signal: controller.signal })
    await Promise.resolve()
    controller.abort()
    await expect(held).rejects.toMatchObject({ name: 'CanceledError' })
    expect(backend.counters.requests).toBe(1)
    void first
  })

  test('aborted in flight are cancelled at once', async () => {
    const { client, tap, until } = await connected()
    const release = tap.holdAnswers('/me')
    const controller = new AbortController()
    const asked = client.get(`${client.baseURL}/me`, {}, { signal: controller.signal })
    await until(() => tap.requests.length === 1)
    controller.abort()
    await expect(asked).rejects.toMatchObject({ name: 'CanceledError' })
    release()
  })

  test('with an upload are replayed whole', async () => {
    const { client, backend, tap } = await connected()
    const channel = client.channel('messaging', 'team')
    await backend.revokeTokens('jane')
    await channel.sendFile(Buffer.from('what is in the file'), 'a.txt', 'text/plain')
    const sendings = tap.requests.filter(({ path }) => path.endsWith('/file'))
    expect(sendings).toHaveLength(2)
    const [first, second] = sendings.map(({ body }) => new TextDecoder().decode(body))
    expect(second).toContain('what is in the file')
    expect(second).toBe(first)
  })
})

describe('the client’s log', () => {
  const logged: string[] = []
  beforeEach(() => void (logged.length = 0))
  const logger: NonNullable<NonNullable<ClientOptions>['logger']> = (...args) =>
    void logged.push(inspect(args, { depth: 20, showHidden: true }))

  test('contains no token, and still says what happens', async () => {
    const { client, auth, backend, until } = await connected({}, { logger })
    await me(client)
    await backend.revokeTokens('jane')
    await me(client)
    await client.get(`${client.baseURL}/nothing`).catch(() => {})
    await until(({ socketsOpened }) => socketsOpened === 2)
    await auth.disconnectUser()
    expect(logged.join('\n')).not.toMatch(jwt)
    expect(logged.filter((line) => line.includes('authorization=<token>'))).toHaveLength(2)
    expect(logged.some((line) => line.includes("'api_request'"))).toBe(true)
    expect(logged.some((line) => line.includes('404'))).toBe(true)
  })

  test('is not sent to its maker: insights are off, whatever the options', async () => {
    const { client } = await connected({}, { enableInsights: true, warmUp: true })
    expect(client.options).toMatchObject({ enableInsights: false, warmUp: false })
  })
})

describe('the client of a session', () => {
  test('is the same through rotations, revocations and drops', async () => {
    const stage = await connected()
    const { auth, backend, client, until } = stage
    await auth.refreshToken()
    await until(() => stage.liveSockets.length === 3)
    await backend.revokeTokens('jane')
    await me(client)
    await until(() => stage.liveSockets.length === 5)
    backend.dropConnections()
    await until(() => auth.getState().status === 'reconnecting')
    await until(() => auth.getState().status === 'connected')
    expect(clientOf(stage)).toBe(client)
    expect(client.wsConnection?.isHealthy).toBe(true)
  })

  test('has its user and the id of its socket when the app gets it', async () => {
    const stage = await setUp()
    const seen: unknown[] = []
    stage.auth.subscribe(() => {
      if (stage.auth.getState().status !== 'connected') return
      const { user, wsConnection } = clientOf(stage)
      seen.push([user?.id, typeof wsConnection?.connectionID, wsConnection?.isHealthy])
    })
    await stage.auth.connectUser(jane)
    await stage.auth.refreshToken()
    await stage.until(() => stage.liveSockets.length === 3)
    expect(new Set(seen.map((each) => JSON.stringify(each)))).toEqual(
      new Set(['["jane","string",true]']),
    )
  })

  test('sends nothing after the session’s end, and rejects calls with the reason', async () => {
    const { auth, client, backend } = await connected()
    const channel = client.channel('messaging', 'team')
    const before = backend.counters.requests
    await auth.switchUser({ id: 'bob' })
    await expect(me(client)).rejects.toMatchObject({ code: 'session-ended' })
    await expect(channel.watch()).rejects.toMatchObject({
      code: 'session-ended',
    })
    expect(backend.counters.requests).toBe(before)
    expect(client.wsConnection).toBeNull()
  })

  test('gets no token from its provider after the session’s end', async () => {
    const { auth, client } = await connected()
    const { tokenProvider } = client.tokenManager
    await auth.disconnectUser()
    const answer = (tokenProvider as () => Promise<string>)()
    const later = new Promise<string>((resolve) => setImmediate(resolve, 'nothing'))
    expect(await Promise.race([answer, later])).toBe('nothing')
  })

  test('gets a static token as a provider, so that the client does not report its expiry', async () => {
    const stage = await setUp()
    await stage.auth.connectUser(jane, await stage.backend.createToken('jane'))
    expect(clientOf(stage).tokenManager.isStatic()).toBe(false)
  })

  test('sends the id of a guest alone, whom the backend has made with the other fields', async () => {
    const stage = await setUp()
    await stage.auth.setGuestUser({ id: 'visitor', name: 'Visitor' })
    const client = clientOf(stage)
    expect(client._user).toEqual({ id: client.userID })
    expect(client.user).toMatchObject({ name: 'Visitor' })
  })

  test('is discarded if it could not connect: the next attempt has a new one', async () => {
    const { auth, backend, until } = await setUp({ retry: { minDelayMs: 1 } })
    backend.faults.answerWith = -1
    const connecting = auth.connectUser(jane)
    await until(({ socketsRefused }) => (socketsRefused[-1] ?? 0) >= 2)
    backend.faults.answerWith = null
    await connecting
    expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1, tokenCalls: 1 })
  })
})
