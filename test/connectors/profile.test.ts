import { WebSocket } from 'ws'
import type { StreamChat } from 'stream-chat'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createBrowserEnvironment } from '../../src/browser/createBrowserEnvironment.js'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import { streamChatConnector } from '../../src/connectors/streamChat/streamChatConnector.js'
import type { ChatAuth } from '../../src/core/chatAuth.js'
import { createChatAuth } from '../../src/core/createChatAuth.js'
import { isLive } from '../../src/core/state.js'
import type { ChatUser, UserChanges } from '../../src/core/types.js'
import { overNetwork, type ConnectorTarget } from './contract/hosts.js'
import { contractsOf, type CreateConnector, type Stage } from './contract/stage.js'

const miller = { id: 'jane', name: 'Jane Miller' }

const connectors: readonly (readonly [string, CreateConnector])[] = [
  [
    'the http connector',
    (target: ConnectorTarget) =>
      httpConnector({ ...target, WebSocket: WebSocket as unknown as typeof globalThis.WebSocket }),
  ],
  [
    'the stream-chat connector',
    ({ apiKey, baseUrl }: ConnectorTarget) =>
      streamChatConnector({ apiKey, options: { baseURL: baseUrl } }),
  ],
]

describe.each(connectors)('with %s', (_, createConnector) => {
  async function setUp() {
    const [contract] = contractsOf(createConnector, [overNetwork])
    const stage = await (contract as NonNullable<typeof contract>).setUp()
    stage.backend.socketExpiry = 'silent'
    return { ...stage, device: () => secondDevice(stage) }
  }

  /** Another device of the same user, on the same backend. */
  function secondDevice({ target, tokenProvider }: Stage): ChatAuth {
    const auth = createChatAuth({
      connector: createConnector(target),
      tokenProvider,
      environment: createBrowserEnvironment(),
      crossTab: false,
    })
    onTestFinished(() => auth.dispose())
    return auth
  }

  test('details go out with the first socket, and with no rotation, loss or return', async () => {
    const { auth, tap, backend, until, statuses } = await setUp()
    await auth.connectUser({ ...miller, team: 'red' })
    expect(tap.details).toEqual([{ ...miller, team: 'red' }])
    await auth.refreshToken()
    await until(({ socketsOpened }) => socketsOpened === 2)
    backend.dropConnections()
    await until(({ socketsOpened }) => socketsOpened === 3 && statuses.at(-1) === 'connected')
    expect(tap.details.slice(1)).toEqual([{ id: 'jane' }, { id: 'jane' }])
  })

  test('details whose first socket was refused or lost go out with the next one', async () => {
    const { auth, tap, backend } = await setUp()
    backend.faults.answerWith = -1
    const connecting = auth.connectUser(miller)
    await onState(
      auth,
      ({ status, ...rest }) => status === 'connecting' && 'error' in rest && !!rest.error,
    )
    backend.faults.answerWith = null
    await Promise.all([connecting, auth.retry()])
    expect(tap.details.length).toBeGreaterThan(1)
    expect(new Set(tap.details.map(({ name }) => name))).toEqual(new Set(['Jane Miller']))
    expect(userOf(auth).name).toBe('Jane Miller')
  })

  test('a name that another device changed outlives the renewals and reconnects of the first', async () => {
    const { auth, backend, until, device } = await setUp()
    await auth.connectUser(miller)
    const phone = device()
    await phone.connectUser({ id: 'jane' })
    await phone.updateUser({ name: 'Jane Smith' })
    await onUser(auth, ({ name }) => name === 'Jane Smith')
    await auth.refreshToken()
    await until(({ socketsOpened }) => socketsOpened === 3)
    backend.dropConnections('abnormal', 'jane')
    await until(({ socketsOpened }) => socketsOpened === 5)
    for (const one of [auth, phone]) {
      await onState(one, ({ status }) => status === 'connected')
      expect(userOf(one).name).toBe('Jane Smith')
    }
  })

  test('updateUser resolves with the user as the backend has them, and null takes a field away', async () => {
    const { auth, backend } = await setUp()
    await auth.connectUser({ ...miller, image: 'https://a.test/jane.png', team: 'red' })
    const user = await auth.updateUser({ name: 'Jane Smith', image: null })
    expect(user).toMatchObject({ id: 'jane', name: 'Jane Smith', team: 'red', role: 'user' })
    expect('image' in user).toBe(false)
    expect(userOf(auth)).toBe(user)
    expect(backend.counters.requests).toBe(1)
  })

  test('updateUser of a paused session goes out at once, without a socket', async () => {
    const { auth, backend } = await setUp()
    await auth.connectUser(miller)
    await auth.pause()
    const user = await auth.updateUser({ name: 'Jane Smith' })
    expect(user.name).toBe('Jane Smith')
    expect(auth.getState()).toMatchObject({ status: 'paused', user: { name: 'Jane Smith' } })
    expect(backend.counters.socketsOpened).toBe(1)
  })

  test('updateUser with a revoked token is held, and replayed once with the next one', async () => {
    const { auth, backend } = await setUp()
    await auth.connectUser(miller)
    await backend.revokeTokens('jane')
    const user = await auth.updateUser({ name: 'Jane Smith' })
    expect(user.name).toBe('Jane Smith')
    expect(backend.counters).toMatchObject({ tokenCalls: 2, replays: 1, acceptedTwice: 0 })
  })

  test('updates that are called at once reach the backend in the order of the calls', async () => {
    const { auth, tap } = await setUp()
    await auth.connectUser(miller)
    const release = tap.holdAnswers('/users')
    const updates = ['a', 'b', 'c'].map((name) => auth.updateUser({ name }))
    release()
    expect((await Promise.all(updates)).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(userOf(auth).name).toBe('c')
  })

  test('an update that the backend refuses rejects with its words, is told, and the session goes on', async () => {
    const { auth, events } = await setUp()
    await auth.connectUser(miller)
    const refused = auth.updateUser({ name: 7 } as unknown as UserChanges)
    await expect(refused).rejects.toMatchObject({ code: 'backend-refused', retryable: false })
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'user-update-failed', code: 'backend-refused' }),
    )
    expect(auth.getState().status).toBe('connected')
    expect(userOf(auth).name).toBe('Jane Miller')
  })

  test('connectUser of the same user sends the fields that changed since the last call, once', async () => {
    const { auth, tap, until } = await setUp()
    await auth.connectUser({ ...miller, team: 'red' })
    await auth.connectUser({ team: 'red', ...miller })
    await auth.connectUser({ id: 'jane' })
    expect(tap.requests).toEqual([])
    await auth.connectUser({ ...miller, team: 'blue' })
    await onUser(auth, ({ team }) => team === 'blue')
    await auth.connectUser({ ...miller, team: 'blue' })
    await until(({ requests }) => requests === 1)
    const [{ method, body } = { method: '', body: new Uint8Array() }] = tap.requests
    expect([method, JSON.parse(new TextDecoder().decode(body))]).toEqual([
      'PATCH',
      { users: [{ id: 'jane', set: { team: 'blue' }, unset: [] }] },
    ])
    expect(tap.requests).toHaveLength(1)
  })

  test('details that change while connecting go out once, when connected', async () => {
    const { auth, backend, tap } = await setUp()
    const connecting = auth.connectUser(miller)
    for (const team of ['red', 'green', 'blue']) void auth.connectUser({ ...miller, team })
    await connecting
    await onUser(auth, ({ team }) => team === 'blue')
    expect(backend.counters.requests).toBeLessThanOrEqual(1)
    expect(tap.details).toHaveLength(1)
  })

  test('the state has the person, and none of what is stale a second later', async () => {
    const { auth, backend } = await setUp()
    await auth.connectUser(miller)
    const before = userOf(auth)
    for (const field of ['online', 'last_active', 'unread_channels', 'devices', 'mutes']) {
      expect(field in before).toBe(false)
    }
    backend.dropConnections()
    await onState(auth, ({ status }) => status === 'reconnecting')
    await onState(auth, ({ status }) => status === 'connected')
    expect(userOf(auth)).toBe(before)
  })

  test('a stranger’s event that imitates an update of the user changes nobody', async () => {
    const { auth, tap } = await setUp()
    await auth.connectUser(miller)
    const before = userOf(auth)
    const user = { id: 'jane', name: 'Mallory', updated_at: '2999-01-01T00:00:00Z' }
    const forged = { type: 'user.updated', user, cid: 'messaging:team', channel_id: 'team' }
    tap.say(JSON.stringify(forged))
    tap.say(JSON.stringify({ type: 'user.updated', user: { ...user, id: 'bob' } }))
    await auth.updateUser({ team: 'red' })
    expect(userOf(auth)).toMatchObject({ ...before, team: 'red', updated_at: expect.anything() })
  })

  test('a session that failed and is retried sends no details that the backend has', async () => {
    const { auth, backend, tap } = await setUp()
    await auth.connectUser(miller)
    backend.tokenEndpoint.fault = '403'
    await backend.revokeTokens('jane')
    await auth.fetch('/me').catch(() => {})
    await onState(auth, ({ status }) => status === 'failed')
    backend.tokenEndpoint.fault = null
    await auth.retry()
    expect(tap.details.at(-1)).toEqual({ id: 'jane' })
  })
})

test('client.user of the stream-chat client follows the updates of this device and of others', async () => {
  const [contract] = contractsOf(connectors[1]?.[1] as CreateConnector, [overNetwork])
  const stage = await (contract as NonNullable<typeof contract>).setUp()
  await stage.auth.connectUser(miller)
  const state = stage.auth.getState()
  const client = (isLive(state) ? state.client : null) as StreamChat
  await stage.auth.updateUser({ name: 'Jane Smith' })
  expect(client.user?.name).toBe('Jane Smith')
  await client.partialUpdateUser({ id: 'jane', set: { name: 'Jane Jones' } })
  await onUser(stage.auth, ({ name }) => name === 'Jane Jones')
  expect(client.user?.name).toBe('Jane Jones')
})

function userOf(auth: ChatAuth): ChatUser {
  const state = auth.getState()
  if (!isLive(state)) throw new Error(`It is ${state.status}.`)
  return state.user
}

type State = ReturnType<ChatAuth['getState']>

/** Resolves once the state is so. */
function onState(auth: ChatAuth, isSo: (state: State) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isSo(auth.getState())) return
      stop()
      resolve()
    }
    const stop = auth.subscribe(look)
    look()
  })
}

const onUser = (auth: ChatAuth, isSo: (user: ChatUser) => boolean) =>
  onState(auth, (state) => isLive(state) && isSo(state.user))
