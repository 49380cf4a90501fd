import { describe, expect, test } from 'vitest'
import { httpConnector } from '../../../src/connectors/http/httpConnector.js'
import { connectorContract } from '../../../src/testing/contract/connectorContract.js'
import { testAll } from '../contract.js'
import { ofPolling, withoutSockets } from '../contract/blocked.js'
import { inMemory, openInMemory, type HostKind } from '../contract/hosts.js'
import { hear } from '../contract/listen.js'
import { contractsOf, type CreateConnector } from '../contract/stage.js'

const createConnector: CreateConnector = (target) =>
  httpConnector({ ...target, enableWSFallback: true })

const place: HostKind = { ...inMemory, open: async () => withoutSockets(await openInMemory()) }

describe('httpConnector where WebSockets are blocked', () => {
  const cases = connectorContract(createConnector, { place, listen: hear })
  testAll(ofPolling(cases))
})

describe('httpConnector behind a firewall that swallows the packets of WebSockets', () => {
  class SilentSocket {
    static made = 0
    constructor() {
      SilentSocket.made++
    }
    addEventListener() {}
    send() {}
    close() {}
  }
  const WebSocket = SilentSocket as unknown as typeof globalThis.WebSocket

  async function setUp(expiresInSeconds: number) {
    SilentSocket.made = 0
    const [contract] = contractsOf(createConnector, [inMemory])
    const stage = await (contract as NonNullable<typeof contract>).setUp({ target: { WebSocket } })
    stage.backend.tokenEndpoint.expiresInSeconds = expiresInSeconds
    const connecting = stage.auth.connectUser({ id: 'jane' })
    return { ...stage, connecting, clock: stage.clock as NonNullable<typeof stage.clock> }
  }

  test('polls after six seconds, and tries a WebSocket again when it is due five minutes later', async () => {
    const { auth, backend, clock, connecting, settle } = await setUp(3600)
    await clock.advance(5999)
    expect(backend.counters.socketsOpened).toBe(0)
    await clock.advance(1)
    await settle(connecting)
    expect(backend.counters).toMatchObject({ socketsOpened: 1, tokenCalls: 1 })
    await settle(auth.refreshToken())
    await clock.advance(10_000)
    expect([SilentSocket.made, backend.counters.socketsOpened]).toEqual([1, 2])
    await clock.advance(300_000)
    await settle(auth.refreshToken())
    await clock.advance(10_000)
    expect([SilentSocket.made, backend.counters.socketsOpened]).toEqual([2, 3])
    expect(backend.counters.liveSockets).toBe(1)
  })

  test('connects with tokens of two seconds, which die while the WebSocket is waited for', async () => {
    const { auth, backend, clock, connecting, settle, statuses } = await setUp(2)
    await settle(connecting)
    await clock.advance(60_000)
    expect(statuses).toEqual(['connecting', 'connected'])
    expect(backend.counters.liveSockets).toBeGreaterThan(0)
    expect((await settle(auth.fetch('/me'))).status).toBe(200)
    expect(SilentSocket.made).toBe(1)
  })
})
