import { inMemoryForStreamChat, through } from '../contract/streamChatInMemory.js'
import { streamChatConnector } from '../../../src/connectors/streamChat/streamChatConnector.js'
import { describeConnector } from '../contract.js'

describeConnector(
  'streamChatConnector',
  ({ apiKey, baseUrl, fetch }) =>
    streamChatConnector({
      apiKey,
      fetch,
      options: { baseURL: baseUrl, ...through(fetch) },
    }),
  [inMemoryForStreamChat],
)
