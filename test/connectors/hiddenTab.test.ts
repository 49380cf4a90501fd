import { inMemoryForStreamChat, openForStreamChat, through } from './contract/streamChatInMemory.js'
import type { StreamChat } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import { streamChatConnector } from '../../src/connectors/streamChat/streamChatConnector.js'
import { isLive } from '../../src/core/state.js'
import { putGlobalsOnClock } from '../support/globalsOnClock.js'
import { throttledTimers } from '../support/throttledTimers.js'
import type { openInMemory } from './contract/hosts.js'
import { contractsOf, type CreateConnector, type Stage } from './contract/stage.js'

type InMemoryHost = Awaited<ReturnType<typeof openInMemory>>

const connectors: readonly (readonly [string, CreateConnector])[] = [
  ['httpConnector', (target) => httpConnector(target)],
  [
    'streamChatConnector',
    ({ apiKey, baseUrl, fetch }) =>
      streamChatConnector({ apiKey, fetch, options: { baseURL: baseUrl, ...through(fetch) } }),
  ],
]

/** A host in a hidden page: timers of core and platform are throttled, the backend's are not. */
async function openHidden(timersOf: (host: InMemoryHost) => InMemoryHost['clock']['setTimer']) {
  const host = await openForStreamChat()
  const setTimer = timersOf(host)
  const platform = putGlobalsOnClock({ ...host.clock, setTimer })
  return {
    ...host,
    environment: { ...host.environment, setTimer },
    async close() {
      platform.restore()
      await host.close()
    },
  }
}

describe.each(connectors)('an idle connection in a hidden tab, %s', (_, createConnector) => {
  async function connected(timersOf: Parameters<typeof openHidden>[0]) {
    const open = () => openHidden(timersOf)
    const [contract] = contractsOf(createConnector, [{ ...inMemoryForStreamChat, open }])
    const stage = (await contract?.setUp()) as Stage
    stage.backend.tokenEndpoint.expiresInSeconds = 86_400
    await stage.settle(stage.auth.connectUser({ id: 'jane' }))
    return stage as Stage & InMemoryHost
  }

  const throttled = ({ clock }: InMemoryHost) => throttledTimers(clock)

  /** Throttles harder than any browser. */
  const onceAMinute =
    ({ clock }: InMemoryHost): InMemoryHost['clock']['setTimer'] =>
    (callback, delayMs) => {
      const now = clock.monotonicNow()
      return clock.setTimer(callback, Math.ceil((now + delayMs) / 60_000) * 60_000 - now)
    }

  test.each([
    ['chained timers run once a minute', throttled],
    ['all timers run once a minute', onceAMinute],
  ])('is not lost in an hour in which %s', async (_, timersOf) => {
    const { auth, backend, clock, events, statuses, tap } = await connected(timersOf)
    const state = auth.getState()
    const told: unknown[] = []
    // Only the real client emits this event; the other one changes its state.
    const client = (isLive(state) ? state.client : null) as Partial<StreamChat>
    client.on?.('connection.changed', (event) => void told.push(event))
    await clock.advance(3_600_000)
    expect(statuses).toEqual(['connecting', 'connected'])
    expect(told).toEqual([])
    expect(events.map(({ type }) => type)).not.toContain('connection-lost')
    expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1, tokenCalls: 1 })
    expect(tap.pings).toBeGreaterThanOrEqual(59)
  })

  test('that has died is noticed within 40 seconds', async () => {
    const { backend, clock, tap } = await connected(throttled)
    await clock.advance(3_600_000)
    tap.mute()
    await clock.advance(38_000)
    tap.mute(false)
    await clock.advance(2000)
    expect(backend.counters).toMatchObject({ socketsOpened: 2, liveSockets: 1 })
  })
})
