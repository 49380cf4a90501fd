import type { StableWSConnection } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { createBrowserEnvironment } from '../../../src/browser/createBrowserEnvironment.js'
import { openClientSocket } from '../../../src/connectors/streamChat/clientSocket.js'
import { createManualClock } from '../../../src/testing/controls/createManualClock.js'
import { createMergedStream } from '../../../src/connectors/protocol/mergedStream.js'

test('a platform on which the client can create no socket fails as websocket-unavailable', async () => {
  let disconnected = 0
  const connection = { disconnect: async () => void disconnected++ }
  const opening = openClientSocket({
    connection: connection as unknown as StableWSConnection,
    connecting: Promise.reject(new TypeError('WebSocket is not a constructor')),
    context: {
      environment: createBrowserEnvironment(),
      identity: { type: 'user', user: { id: 'jane' } },
      signal: new AbortController().signal,
    },
    connectTimeoutMs: 10_000,
    seat: createMergedStream().join(),
    onIgnored: () => {},
    onEvent: () => {},
  })
  await expect(opening).rejects.toMatchObject({ code: 'websocket-unavailable' })
  expect(disconnected).toBe(1)
})

describe('a socket of the client’s', () => {
  const welcome = JSON.stringify({ type: 'health.check', connection_id: 'c1', me: { id: 'jane' } })

  async function opened() {
    const clock = createManualClock()
    const ws = {
      readyState: 1,
      CLOSED: 3,
      terminated: 0,
      onclose: undefined as unknown as (event: object) => void,
      onmessage: undefined as unknown as (event: object) => void,
      send() {},
      close() {},
      terminate: () => void ws.terminated++,
    }
    const timeouts: (number | undefined)[] = []
    const connection = { ws, disconnect: async (timeout?: number) => void timeouts.push(timeout) }
    const opening = openClientSocket({
      connection: connection as unknown as StableWSConnection,
      connecting: Promise.resolve(),
      context: {
        environment: { ...createBrowserEnvironment(), ...clock },
        identity: { type: 'user', user: { id: 'jane' } },
        signal: new AbortController().signal,
      },
      connectTimeoutMs: 10_000,
      seat: createMergedStream().join(),
      onIgnored: () => {},
      onEvent: () => {},
    })
    await clock.advance(0)
    ws.onmessage({ data: welcome })
    return { ws, clock, timeouts, socket: await opening }
  }

  test('leaves no timer after its close, not even the client’s own', async () => {
    const { ws, clock, timeouts, socket } = await opened()
    const closing = socket.close()
    await clock.advance(0)
    ws.onclose({ code: 1000 })
    await closing
    expect(timeouts).toEqual([0])
    expect(clock.pendingTimers).toBe(0)
  })

  test('is terminated after a second if the other end does not close it', async () => {
    const { ws, clock, socket } = await opened()
    const closing = socket.close()
    await clock.advance(999)
    expect(ws.terminated).toBe(0)
    await clock.advance(1)
    await closing
    expect(ws.terminated).toBe(1)
  })
})
