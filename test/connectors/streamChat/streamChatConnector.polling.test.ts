import {
  inMemoryForStreamChat,
  openForStreamChat,
  through,
} from '../contract/streamChatInMemory.js'
import { setSocketsOfStreamChat } from '../../support/socketsOfStreamChat.js'
import { describe } from 'vitest'
import { streamChatConnector } from '../../../src/connectors/streamChat/streamChatConnector.js'
import { connectorContract } from '../../../src/testing/contract/connectorContract.js'
import { testAll } from '../contract.js'
import { ofPolling, withoutSockets } from '../contract/blocked.js'
import { hear } from '../contract/listen.js'

const place = {
  ...inMemoryForStreamChat,
  async open() {
    const host = withoutSockets(await openForStreamChat())
    setSocketsOfStreamChat(host.target.WebSocket)
    return host
  },
}

describe('streamChatConnector where WebSockets are blocked', () => {
  const cases = connectorContract(
    ({ apiKey, baseUrl, fetch }) =>
      streamChatConnector({
        apiKey,
        fetch,
        options: { baseURL: baseUrl, enableWSFallback: true, ...through(fetch) },
      }),
    { place, listen: hear },
  )
  testAll(ofPolling(cases))
})
