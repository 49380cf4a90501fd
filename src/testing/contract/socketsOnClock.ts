import { expect } from './expect.js'
import { isConnected } from './sockets.js'
import { connected, type Contract, type SetUp, type Stage } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }

export function testSocketsOnClock({ test, protocol, hasClock, paths }: Contract): void {
  if (!hasClock) return

  protocol.each([1000, 4000, 4001, 4999])(
    'closed by the backend with %i, it is reopened at once',
    async (setUp, code) => {
      const stage = await connected(setUp)
      const { backend, clock, events } = stage
      await clock?.advance(500)
      backend.dropConnections({ code })
      await clock?.advance(0)
      expect(backend.counters).toMatchObject({ socketsOpened: 2, liveSockets: 1, tokenCalls: 1 })
      expect(isConnected(stage)).toBe(true)
      expect(events).toContainMatch({ type: 'connection-lost', code: 'connection-closed' })
    },
  )

  protocol(
    'closed as soon as it is open, it is reopened after a wait: there is no loop',
    async (setUp) => {
      const stage = await connected(setUp)
      const { backend, clock } = stage
      await clock?.advance(499)
      backend.dropConnections({ code: 1000 })
      await clock?.advance(0)
      expect(backend.counters.socketsOpened).toBe(1)
      await clock?.advance(500)
      expect(isConnected(stage)).toBe(true)
    },
  )

  protocol.each([1001, 1006, 1011, 1012, 3999, 5000])(
    'that ends with %i is reopened after a wait, for all ended so',
    async (setUp, code) => {
      const stage = await connected(setUp)
      const { backend, clock, events } = stage
      await clock?.advance(500)
      backend.dropConnections({ code })
      await clock?.advance(0)
      expect(backend.counters.socketsOpened).toBe(1)
      await clock?.advance(500)
      expect(backend.counters).toMatchObject({ socketsOpened: 2, liveSockets: 1 })
      expect(events).toContainMatch({ type: 'connection-lost', code: 'connection-failed' })
    },
  )

  test('before a token expires, it is rotated: never without one, and nobody notices', async (setUp) => {
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
  async function liveOnShortTokens(setUp: SetUp, ageMs: number): Promise<Stage> {
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
      asked.push(stage.auth.fetch(paths.own))
      await stage.clock?.advance(50)
    }
    await stage.settle(Promise.all(asked))
    return stage
  }

  test('tokens of two seconds are rotated as well: never without a socket', async (setUp) => {
    const { backend, liveSockets } = await liveOnShortTokens(setUp, 150)
    expect(liveSockets).not.toContain(0)
    expect(backend.counters).toMatchObject({ requests: 600, accepted: 600 })
    expect(backend.counters.socketsRefused).toEqual({})
  })

  test('two seconds less those that a slow provider takes: no request is refused', async (setUp) => {
    const { backend } = await liveOnShortTokens(setUp, 400)
    expect(backend.counters).toMatchObject({ requests: 600, accepted: 600 })
    expect(backend.counters.refused).toEqual({})
  })

  protocol(
    'says something every 25 seconds, and is kept as long as it is answered',
    async (setUp) => {
      const { backend, tap, clock } = await connected(setUp)
      await clock?.advance(24_999)
      expect(tap.pings).toBe(0)
      await clock?.advance(1)
      expect(tap.pings).toBe(1)
      await clock?.advance(600_000)
      expect(tap.pings).toBe(25)
      expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
    },
  )

  protocol('silent for 35 seconds, it is given up and another one opened', async (setUp) => {
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

  protocol(
    'half open after a sleep, it is replaced within five seconds of the wake-up',
    async (setUp) => {
      const stage = await connected(setUp)
      const { backend, tap, clock } = stage
      tap.mute()
      clock?.sleep(1_800_000)
      stage.wake()
      await clock?.advance(2000)
      expect(backend.counters.socketsOpened).toBe(1)
      tap.mute(false)
      await clock?.advance(3000)
      expect(backend.counters).toMatchObject({ socketsOpened: 2, liveSockets: 1 })
      expect(isConnected(stage)).toBe(true)
    },
  )

  test('offline, it is tried again every half minute, and at once when the network is back', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, backend, clock, tap } = stage
    stage.setOnline(false)
    backend.faults.down = true
    backend.dropConnections()
    await clock?.advance(600_000)
    expect(auth.getState().status).toBe('reconnecting')
    expect(tap.socketTokens.length).toBeGreaterThanOrEqual(10)
    expect(tap.socketTokens.length).toBeLessThanOrEqual(21)
    backend.faults.down = false
    stage.setOnline(true)
    await clock?.advance(0)
    expect(isConnected(stage)).toBe(true)
  })
}
