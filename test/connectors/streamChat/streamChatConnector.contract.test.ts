import { streamChatConnector } from '../../../src/connectors/streamChat/streamChatConnector.js'
import { describeConnector } from '../contract.js'
import { overNetwork } from '../contract/hosts.js'

// The contract in memory needs a process of its own: streamChatConnector.memory.test.ts.
describeConnector(
  'streamChatConnector',
  ({ apiKey, baseUrl }) => streamChatConnector({ apiKey, options: { baseURL: baseUrl } }),
  [overNetwork],
)
