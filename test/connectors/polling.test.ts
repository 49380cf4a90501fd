import type { StreamChat } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import { streamChatConnector } from '../../src/connectors/streamChat/streamChatConnector.js'
import { overNetworkWith } from './contract/hosts.js'
import { clientOf, listen, watchTeam } from './contract/listen.js'
import { contractsOf, type CreateConnector } from './contract/stage.js'
import { next } from './realClient.js'

const jane = { id: 'jane', name: 'Jane' }
const enableWSFallback = true
const connectors: [string, CreateConnector][] = [
  ['httpConnector', (target) => httpConnector({ ...target, enableWSFallback })],
  [
    'streamChatConnector',
    ({ apiKey, baseUrl }) =>
      streamChatConnector({ apiKey, options: { baseURL: baseUrl, enableWSFallback } }),
  ],
]

/** A real server behind a firewall that lets no WebSocket through, and the polls that are open there. */
async function setUp(createConnector: CreateConnector) {
  const polls = new Set<URLSearchParams>()
  const asked: URLSearchParams[] = []
  let ended = () => {}
  const host = overNetworkWith({
    refuseUpgrade: () => 403,
    intercept({ url }, outgoing) {
      const { pathname, searchParams } = new URL(url ?? '', 'http://localhost')
      if (pathname !== '/longpoll') return false
      asked.push(searchParams)
      polls.add(searchParams)
      outgoing.on('close', () => {
        polls.delete(searchParams)
        ended()
      })
      return false
    },
  })
  const [contract] = contractsOf(createConnector, [host])
  const stage = await (contract as NonNullable<typeof contract>).setUp()
  const allEnded = () =>
    new Promise<void>((resolve) => {
      ended = () => polls.size === 0 && resolve()
      ended()
    })
  return { ...stage, asked, allEnded }
}

describe.each(connectors)('%s behind a firewall that lets no WebSocket through', (_, create) => {
  test('connects, and hears each event once and in order through two rotations', async () => {
    const stage = await setUp(create)
    const { auth, backend, tap, until, liveSockets } = stage
    await auth.connectUser(jane)
    const heard: unknown[] = []
    const last = new Promise<void>((resolve) => {
      listen(auth, ({ type, nth }) => {
        if (type === 'tick' && heard.push(nth) && nth === null) resolve()
      })
    })
    let sent = 0
    for (let rotation = 1; rotation <= 2; rotation++) {
      const rotating = auth.refreshToken()
      while (liveSockets.length < 1 + 2 * rotation) {
        await tap.tell('jane', { type: 'tick', nth: sent++ })
      }
      await rotating
    }
    await tap.tell('jane', { type: 'tick', nth: null })
    await last
    expect(heard).toEqual([...Array(sent).keys(), null])
    expect(liveSockets).toEqual([1, 2, 1, 2, 1])
    await until(() => stage.statuses.length === 2)
    expect(stage.statuses).toEqual(['connecting', 'connected'])
    expect(backend.counters.wrongUserTokens).toBe(0)
  })

  test('connects anew at once when its token is revoked', async () => {
    const stage = await setUp(create)
    const { auth, backend, until } = stage
    await auth.connectUser(jane)
    await backend.revokeTokens('jane')
    await until(
      ({ socketsOpened }) => socketsOpened === 2 && auth.getState().status === 'connected',
    )
    expect(backend.counters.tokenCalls).toBe(2)
    expect(stage.statuses).toEqual(['connecting', 'connected'])
  })

  test.each([
    ['a log-out', async ({ auth }: Awaited<ReturnType<typeof setUp>>) => auth.disconnectUser()],
    ['dispose', async ({ auth }: Awaited<ReturnType<typeof setUp>>) => auth.dispose()],
  ])('%s leaves no poll open, and no line', async (_name, end) => {
    const stage = await setUp(create)
    await stage.auth.connectUser(jane)
    await end(stage)
    await stage.until(({ liveSockets }) => liveSockets === 0)
    await stage.allEnded()
    expect(stage.asked.at(-1)?.get('close')).toBe('true')
  })

  test('a switch ends the polls of the first user before the second one asks', async () => {
    const stage = await setUp(create)
    const { auth, backend, asked } = stage
    await auth.connectUser(jane)
    await auth.switchUser({ id: 'bob' })
    const firstOfBob = asked.findIndex((query) => query.get('user_id') === 'bob')
    expect(asked.slice(firstOfBob).map((query) => query.get('user_id'))).not.toContain('jane')
    expect(backend.counters).toMatchObject({ liveSockets: 1, wrongUserTokens: 0 })
  })
})

describe('the stream-chat client behind a firewall that lets no WebSocket through', () => {
  const createClient = connectors[1]?.[1] as CreateConnector

  test('has a connection, watches channels, and hears what is said there', async () => {
    const stage = await setUp(createClient)
    const { auth, backend } = stage
    await auth.connectUser(jane)
    const client = clientOf(auth) as StreamChat
    expect(client._hasConnectionID()).toBe(true)
    expect(client.wsConnection?.isHealthy).toBe(true)
    await watchTeam(auth)
    const channel = client.channel('messaging', 'team')
    const said = next(channel, 'message.new')
    const Authorization = await backend.createToken('bob')
    await backend.fetch(`/channels/messaging/team/message?api_key=${backend.apiKey}&user_id=bob`, {
      method: 'POST',
      headers: { Authorization, 'stream-auth-type': 'jwt' },
      body: JSON.stringify({ message: { text: 'Hello' } }),
    })
    expect((await said).message?.text).toBe('Hello')
  })

  test('asks again for what was missed when its line was lost', async () => {
    const stage = await setUp(createClient)
    const { auth, backend } = stage
    await auth.connectUser(jane)
    await watchTeam(auth)
    const client = clientOf(auth) as StreamChat
    const recovered = next(client, 'connection.recovered')
    const before = client.wsConnection?.connectionID
    backend.dropConnections()
    await recovered
    expect(client.wsConnection?.connectionID).not.toBe(before)
    expect(client._hasConnectionID()).toBe(true)
  })
})
