import type { StableWSConnection } from 'stream-chat'
import { expect, test } from 'vitest'
import { createBrowserEnvironment } from '../../src/browser/createBrowserEnvironment.js'
import { openClientSocket } from '../../src/connectors/clientSocket.js'
import { createOneStream } from '../../src/connectors/oneStream.js'

test('a platform on which the client can make no socket is websocket-unavailable', async () => {
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
    seat: createOneStream().join(),
    onIgnored: () => {},
  })
  await expect(opening).rejects.toMatchObject({ code: 'websocket-unavailable' })
  expect(disconnected).toBe(1)
})
