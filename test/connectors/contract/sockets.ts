import { expect, test } from 'vitest'
import type { SocketExpiry } from '../../../src/testing/realtime/sockets.js'
import type { Contract, Stage } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }
const told: readonly SocketExpiry[] = ['error-event', 'error-frame', 'abnormal']

export function testSockets({ setUp, hasClock }: Contract): void {
  test.each(told.flatMap((how) => [[how, 'expires'] as const, [how, 'is revoked'] as const]))(
    'told by %s that its token %s, it is reopened at once with a new one',
    async (how, what) => {
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
      expect((await stage.settle(auth.fetch('/me'))).status).toBe(200)
      expect(backend.counters.refused).toEqual({})
    },
  )

  test('told nothing, it is reopened with the token that the next request brings', async () => {
    const stage = await connected(setUp)
    const { auth, backend, statuses, tap, until, settle } = stage
    backend.socketExpiry = 'silent'
    await backend.expireToken('jane')
    expect((await settle(auth.fetch('/me'))).status).toBe(200)
    await until(() => stage.liveSockets.length === 3)
    expect(tap.socketTokens[1]).toBe(tap.requests[1]?.token)
    expect(stage.liveSockets).toEqual([1, 2, 1])
    expect(backend.counters.tokenCalls).toBe(2)
    expect(statuses).toEqual(['connecting', 'connected'])
  })

  test('with a new token, the new socket is there before the old one goes', async () => {
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

  test('a rotation that fails leaves the old socket where it is, and is tried again', async () => {
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

  test.each(['abnormal', { code: 1001 }, { code: 1000 }] as const)(
    'dropped with %j, it is reopened with the token it has',
    async (how) => {
      const stage = await connected(setUp)
      const { backend, statuses, until } = stage
      backend.dropConnections(how)
      await until(({ socketsOpened }) => socketsOpened === 2 && isConnected(stage))
      expect(statuses).toEqual(['connecting', 'connected', 'reconnecting', 'connected'])
      expect(backend.counters).toMatchObject({ tokenCalls: 1, liveSockets: 1 })
    },
  )

  test('requests go out while it is down', async () => {
    const stage = await connected(setUp)
    const { auth, backend, until, settle } = stage
    stage.setOnline(false)
    backend.dropConnections()
    await until(() => auth.getState().status === 'reconnecting')
    expect((await settle(auth.fetch('/me'))).status).toBe(200)
    expect(backend.counters.socketsOpened).toBe(1)
    stage.setOnline(true)
    await until(() => isConnected(stage))
    expect(backend.counters.liveSockets).toBe(1)
  })

  test('requests name the live socket, whichever it is, and none while there is none', async () => {
    const stage = await connected(setUp)
    const { auth, backend, tap, until, settle } = stage
    const body = JSON.stringify({ watch: true })
    // The backend watches for a socket that it knows, and refuses what names another.
    const watch = async () => {
      const answer = await settle(auth.fetch('/channels', { method: 'POST', body }))
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
  })

  test('a drop and a refusal of its token in the same moment end in one socket', async () => {
    const stage = await connected(setUp)
    const { backend, until } = stage
    backend.dropConnections()
    await backend.revokeTokens('jane')
    await until(({ tokenCalls }) => tokenCalls === 2 && isConnected(stage))
    await until(({ liveSockets }) => liveSockets === 1)
    expect(backend.counters).toMatchObject({ socketsOpened: 2, socketsRefused: { 40: 1 } })
  })

  if (!hasClock) return

  test.each([1000, 4000, 4001, 4999])(
    'closed by the backend with %i, it is reopened at once',
    async (code) => {
      const stage = await connected(setUp)
      const { backend, clock, events } = stage
      await clock?.advance(500)
      backend.dropConnections({ code })
      await clock?.advance(0)
      expect(backend.counters).toMatchObject({ socketsOpened: 2, liveSockets: 1, tokenCalls: 1 })
      expect(isConnected(stage)).toBe(true)
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'connection-lost', code: 'connection-closed' }),
      )
    },
  )

  test('closed as soon as it is open, it is reopened after a wait: there is no loop', async () => {
    const stage = await connected(setUp)
    const { backend, clock } = stage
    await clock?.advance(499)
    backend.dropConnections({ code: 1000 })
    await clock?.advance(0)
    expect(backend.counters.socketsOpened).toBe(1)
    await clock?.advance(500)
    expect(isConnected(stage)).toBe(true)
  })

  test.each([1001, 1006, 1011, 1012, 3999, 5000])(
    'that ends with %i is reopened after a wait, for all ended so',
    async (code) => {
      const stage = await connected(setUp)
      const { backend, clock, events } = stage
      await clock?.advance(500)
      backend.dropConnections({ code })
      await clock?.advance(0)
      expect(backend.counters.socketsOpened).toBe(1)
      await clock?.advance(500)
      expect(backend.counters).toMatchObject({ socketsOpened: 2, liveSockets: 1 })
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'connection-lost', code: 'connection-failed' }),
      )
    },
  )

  test('before a token expires, it is rotated: never without one, and nobody notices', async () => {
    const { auth, backend, statuses, liveSockets, clock, settle } = await setUp()
    backend.tokenEndpoint.expiresInSeconds = 60
    await settle(auth.connectUser(jane))
    await clock?.advance(10 * 60_000)
    const rotations = backend.counters.socketsOpened - 1
    expect(rotations).toBeGreaterThanOrEqual(10)
    expect(backend.counters.tokenCalls).toBe(rotations + 1)
    expect(backend.counters.socketsRefused).toEqual({})
    expect(liveSockets).toEqual([1, ...Array<number[]>(rotations).fill([2, 1]).flat()])
    expect(statuses).toEqual(['connecting', 'connected'])
  })

  /** Half a minute of tokens that live for two seconds, each up to `ageMs` old when it arrives. */
  async function liveOnShortTokens(ageMs: number): Promise<Stage> {
    let drawn = 0
    // Evenly spread, without repetition: multiples of the golden ratio.
    const random = () => (++drawn * 0.618034) % 1
    const stage: Stage = await setUp({
      random,
      async tokenProvider({ userId }) {
        const token = await stage.backend.createToken(userId, { expiresInSeconds: 2 })
        await new Promise<void>((resolve) => stage.clock?.setTimer(resolve, random() * ageMs))
        return token
      },
    })
    stage.backend.faults.slowMs = 50
    await stage.settle(stage.auth.connectUser(jane))
    const asked: Promise<Response>[] = []
    for (let i = 0; i < 600; i++) {
      asked.push(stage.auth.fetch('/me'))
      await stage.clock?.advance(50)
    }
    await stage.settle(Promise.all(asked))
    return stage
  }

  test('tokens of two seconds are rotated as well: never without a socket', async () => {
    const { backend, liveSockets } = await liveOnShortTokens(150)
    expect(liveSockets).not.toContain(0)
    expect(backend.counters).toMatchObject({ requests: 600, accepted: 600 })
    expect(backend.counters.socketsRefused).toEqual({})
  })

  test('two seconds less those that a slow provider takes: no request is refused', async () => {
    const { backend } = await liveOnShortTokens(400)
    expect(backend.counters).toMatchObject({ requests: 600, accepted: 600 })
    expect(backend.counters.refused).toEqual({})
  })

  test('says something every 25 seconds, and is kept as long as it is answered', async () => {
    const { backend, tap, clock } = await connected(setUp)
    await clock?.advance(24_999)
    expect(tap.pings).toBe(0)
    await clock?.advance(1)
    expect(tap.pings).toBe(1)
    await clock?.advance(600_000)
    expect(tap.pings).toBe(25)
    expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
  })

  test('silent for 35 seconds, it is given up and another one opened', async () => {
    const stage = await connected(setUp)
    const { backend, tap, clock, statuses } = stage
    tap.mute()
    await clock?.advance(34_999)
    expect(isConnected(stage)).toBe(true)
    expect(backend.counters.socketsOpened).toBe(1)
    tap.mute(false)
    await clock?.advance(1000)
    expect(statuses).toEqual(['connecting', 'connected', 'reconnecting', 'connected'])
    expect(backend.counters).toMatchObject({ socketsOpened: 2, liveSockets: 1 })
  })

  test('after a sleep of more than that it is given up at the wake-up, not 35 seconds later', async () => {
    const stage = await connected(setUp)
    const { backend, clock } = stage
    clock?.sleep(3_600_000 - 60_000)
    stage.wake()
    await clock?.advance(1000)
    expect(backend.counters).toMatchObject({ socketsOpened: 2, liveSockets: 1 })
    expect(isConnected(stage)).toBe(true)
  })

  test('offline, no attempt is made until the network is back', async () => {
    const stage = await connected(setUp)
    const { auth, backend, clock } = stage
    stage.setOnline(false)
    backend.faults.down = true
    backend.dropConnections()
    await clock?.advance(600_000)
    expect(auth.getState()).toMatchObject({ status: 'reconnecting', nextAttemptAt: null })
    expect(stage.tap.socketTokens).toHaveLength(1)
    backend.faults.down = false
    stage.setOnline(true)
    await clock?.advance(0)
    expect(isConnected(stage)).toBe(true)
  })
}

const isConnected = ({ auth }: Stage) => auth.getState().status === 'connected'

async function connected(setUp: Contract['setUp']): Promise<Stage> {
  const stage = await setUp()
  await stage.settle(stage.auth.connectUser(jane))
  return stage
}
