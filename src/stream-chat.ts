export { streamChatConnector } from './connectors/streamChatConnector.js'
export type { StreamChatConnectorOptions } from './connectors/streamChatConnector.js'
