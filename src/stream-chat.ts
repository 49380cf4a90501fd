export { streamChatConnector } from './connectors/streamChat/streamChatConnector.js'
export type { StreamChatConnectorOptions } from './connectors/streamChat/streamChatConnector.js'
