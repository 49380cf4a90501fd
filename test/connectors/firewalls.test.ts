import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import { streamChatConnector } from '../../src/connectors/streamChat/streamChatConnector.js'
import { overNetworkWith } from './contract/hosts.js'
import { contractsOf, type CreateConnector, type StageOptions } from './contract/stage.js'

const jane = { id: 'jane', name: 'Jane' }
const connectors: [string, CreateConnector][] = [
  ['httpConnector', (target) => httpConnector(target)],
  [
    'streamChatConnector',
    ({ apiKey, baseUrl }) => streamChatConnector({ apiKey, options: { baseURL: baseUrl } }),
  ],
]

/** A real server behind a gateway, which answers handshakes with a status of its own. */
async function setUp(
  createConnector: CreateConnector,
  statusFor: (token: string) => number | null,
  options: StageOptions = {},
) {
  const tokens: string[] = []
  const signals: AbortSignal[] = []
  const host = overNetworkWith({
    refuseUpgrade({ url }) {
      const token = new URL(url ?? '', 'http://localhost').searchParams.get('authorization') ?? ''
      tokens.push(token)
      return statusFor(token)
    },
  })
  const watched: CreateConnector = (target) => {
    const connector = createConnector(target)
    const createConnection: typeof connector.createConnection = (context) => {
      signals.push(context.signal)
      return connector.createConnection(context)
    }
    return { ...connector, createConnection }
  }
  const [contract] = contractsOf(watched, [host])
  const retry = { minDelayMs: 1, maxDelayMs: 5 }
  const stage = await (contract as NonNullable<typeof contract>).setUp({ retry, ...options })
  const listeners = () => signals.flatMap((signal) => getEventListeners(signal, 'abort')).length
  return { ...stage, tokens, listeners }
}

describe.each(connectors)('%s behind a real gateway', (_, createConnector) => {
  test.each([401, 403])(
    'that answers handshakes with %d is passed with the fresh token that three refusals have fetched',
    async (status) => {
      let first: string | null = null
      const stage = await setUp(createConnector, (token) => {
        first ??= token
        return token === first ? status : null
      })
      await stage.auth.connectUser(jane)
      expect(stage.tokens.slice(0, 3)).toEqual([first, first, first])
      expect(new Set(stage.tokens).size).toBe(2)
      expect(stage.backend.counters.tokenCalls).toBe(2)
      const codes = stage.events.flatMap((event) =>
        event.type === 'connection-attempt-failed' ? [event.code] : [],
      )
      expect(new Set(codes)).toEqual(new Set(['handshake-refused']))
    },
  )

  test('that answers them with 403 for ever lets requests out, and shows no token in the error', async () => {
    const stage = await setUp(createConnector, () => 403)
    const connecting = stage.auth.connectUser(jane)
    connecting.catch(() => {})
    const response = await stage.auth.fetch('/me')
    expect(await response.json()).toMatchObject({ user: { id: 'jane' } })
    const state = stage.auth.getState()
    expect(state).toMatchObject({ status: 'connecting', error: { code: 'handshake-refused' } })
    await stage.until(() => stage.tokens.length > 10)
    expect(JSON.stringify(stage.events)).not.toContain(stage.tokens[0])
    expect(stage.backend.counters.tokenCalls).toBe(2)
  })

  test('that answers them with 403 has no attempt leave anything on the session', async () => {
    const stage = await setUp(createConnector, () => 403)
    stage.auth.connectUser(jane).catch(() => {})
    await stage.until(() => stage.tokens.length > 3)
    const before = stage.listeners()
    await stage.until(() => stage.tokens.length > 20)
    expect(stage.listeners()).toBeLessThan(before + 3)
  })

  test('that answers them with 502 has one token fetched at most: its status says nothing of it', async () => {
    const stage = await setUp(createConnector, () => 502)
    stage.auth.connectUser(jane).catch(() => {})
    await stage.until(() => stage.tokens.length > 10)
    expect(stage.auth.getState()).toMatchObject({ error: { code: 'connection-failed' } })
    expect(stage.backend.counters.tokenCalls).toBeLessThan(3)
  })
})
