import { expect } from './expect.js'
import type { ConnectionDrop, SocketExpiry } from '../realtime/sockets.js'
import { connected, type Contract, type SetUp, type Stage } from './stage.js'

/** How a socket that stays open may learn that its token is dead. */
type Told = readonly [how: SocketExpiry, what: 'expires' | 'is revoked']
const both = (how: SocketExpiry): Told[] => [
  [how, 'expires'],
  [how, 'is revoked'],
]

export function testSockets({ test, protocol, paths }: Contract): void {
  async function reopens(setUp: SetUp, how: SocketExpiry, what: Told[1]): Promise<void> {
    const stage = await connected(setUp)
    const { auth, backend, statuses, until } = stage
    backend.socketExpiry = how
    if (what === 'expires') await backend.expireToken('jane')
    else await backend.revokeTokens('jane')
    await until(({ socketsOpened }) => socketsOpened === 2 && isConnected(stage))
    expect(backend.counters).toMatchObject({ tokenCalls: 2, liveSockets: 1, requests: 0 })
    // A line that breaks says nothing of a token: only the handshake that follows does.
    expect(statuses).toEqual(
      how === 'abnormal'
        ? ['connecting', 'connected', 'reconnecting', 'connected']
        : ['connecting', 'connected'],
    )
    expect((await stage.settle(auth.fetch(paths.own))).status).toBe(200)
    expect(backend.counters.refused).toEqual({})
  }

  const told = 'told by %s that its token %s, it is reopened at once with a new one'
  test.each<Told>([...both('error-event'), ...both('abnormal')])(told, reopens)
  protocol.each<Told>(both('error-frame'))(told, reopens)

  test('told nothing, it is reopened with the token that the next request brings', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, backend, statuses, tap, until, settle } = stage
    backend.socketExpiry = 'silent'
    await backend.expireToken('jane')
    expect((await settle(auth.fetch(paths.own))).status).toBe(200)
    await until(() => stage.liveSockets.length === 3)
    expect(tap.socketTokens[1]).toBe(tap.requests[1]?.token)
    expect(stage.liveSockets).toEqual([1, 2, 1])
    expect(backend.counters.tokenCalls).toBe(2)
    expect(statuses).toEqual(['connecting', 'connected'])
  })

  test('with a new token, the new socket is there before the old one goes', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, backend, statuses, liveSockets, until, settle } = stage
    for (const changes of [3, 5, 7]) {
      await settle(auth.refreshToken())
      await until(() => liveSockets.length === changes)
    }
    expect(liveSockets).toEqual([1, 2, 1, 2, 1, 2, 1])
    expect(backend.counters.tokenCalls).toBe(4)
    expect(statuses).toEqual(['connecting', 'connected'])
  })

  test('a rotation that fails leaves the old socket where it is, and is tried again', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, backend, statuses, liveSockets, until, settle } = stage
    backend.faults.answerWith = -1
    await settle(auth.refreshToken())
    await until(({ socketsRefused }) => (socketsRefused[-1] ?? 0) >= 2)
    expect(backend.counters.liveSockets).toBe(1)
    backend.faults.answerWith = null
    await until(() => liveSockets.length === 3)
    expect(liveSockets).toEqual([1, 2, 1])
    expect(statuses).toEqual(['connecting', 'connected'])
  })

  const dropped = 'dropped with %j, it is reopened with the token it has'
  test.each<ConnectionDrop>(['abnormal'])(dropped, reopensWithItsToken)
  protocol.each<ConnectionDrop>([{ code: 1001 }, { code: 1000 }])(dropped, reopensWithItsToken)

  test('requests go out while it is down', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, backend, until, settle } = stage
    stage.setOnline(false)
    backend.dropConnections()
    await until(() => auth.getState().status === 'reconnecting')
    expect((await settle(auth.fetch(paths.own))).status).toBe(200)
    expect(backend.counters.socketsOpened).toBe(1)
    stage.setOnline(true)
    await until(() => isConnected(stage))
    expect(backend.counters.liveSockets).toBe(1)
  })

  protocol(
    'requests name the live socket, whichever it is, and none while there is none',
    async (setUp) => {
      const stage = await connected(setUp)
      const { auth, backend, tap, until, settle } = stage
      const body = JSON.stringify({ watch: true })
      // The backend watches for a socket that it knows, and refuses what names another.
      const watch = async () => {
        const answer = await settle(auth.fetch(paths.items, { method: 'POST', body }))
        return [answer.status, tap.requests.at(-1)?.connectionId] as const
      }
      const [status, first] = await watch()
      expect(status).toBe(201)
      await settle(auth.refreshToken())
      await until(() => stage.liveSockets.length === 3)
      const [statusRotated, second] = await watch()
      expect(statusRotated).toBe(201)
      stage.setOnline(false)
      backend.dropConnections()
      await until(() => auth.getState().status === 'reconnecting')
      expect(await watch()).toEqual([400, null])
      stage.setOnline(true)
      await until(() => isConnected(stage))
      const [statusReopened, third] = await watch()
      expect(statusReopened).toBe(201)
      expect(new Set([first, second, third, null]).size).toBe(4)
    },
  )

  test('a drop and a refusal of its token in the same moment end in one socket', async (setUp) => {
    const stage = await connected(setUp)
    const { backend, until } = stage
    backend.dropConnections()
    await backend.revokeTokens('jane')
    await until(({ tokenCalls }) => tokenCalls === 2 && isConnected(stage))
    await until(({ liveSockets }) => liveSockets === 1)
    expect(backend.counters).toMatchObject({ socketsOpened: 2, socketsRefused: { 40: 1 } })
  })
}

export const isConnected = ({ auth }: Stage) => auth.getState().status === 'connected'

async function reopensWithItsToken(setUp: SetUp, how: ConnectionDrop): Promise<void> {
  const stage = await connected(setUp)
  const { backend, statuses, until } = stage
  backend.dropConnections(how)
  await until(({ socketsOpened }) => socketsOpened === 2 && isConnected(stage))
  expect(statuses).toEqual(['connecting', 'connected', 'reconnecting', 'connected'])
  expect(backend.counters).toMatchObject({ tokenCalls: 1, liveSockets: 1 })
}
