import type { StreamChat } from 'stream-chat'
import type { ConnectionContext } from '../../core/connector.js'
import type { Address } from '../protocol/address.js'
import type { ChatHttp } from '../protocol/chatHttp.js'
import type { ConfigureClient } from './freshClient.js'

export interface ClientConnectionOptions {
  readonly context: ConnectionContext
  readonly createClient: () => StreamChat
  readonly configureClient: ConfigureClient | undefined
  readonly http: ChatHttp
  readonly connectTimeoutMs: number
  /** Whether sessions poll where WebSockets are blocked. */
  readonly isFallbackEnabled: boolean
  readonly base: Address
  /** Function for polls; the global `fetch` if undefined. */
  readonly fetch: typeof globalThis.fetch | undefined
}
