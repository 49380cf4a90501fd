import { StreamChat, type StreamChatOptions } from 'stream-chat'
import { readCount, readDuration } from '../../core/tools/duration.js'
import type { Connector } from '../../core/connector.js'
import { readApiKey, readBaseUrl } from '../protocol/backendUrl.js'
import { createChatHttp } from '../protocol/chatHttp.js'
import { createClientConnection } from './clientConnection.js'
import { loggerWithoutTokens } from './clientLogger.js'
import { takeRequest } from '../protocol/takeRequest.js'

export interface StreamChatConnectorOptions {
  /** The public key of the app. */
  apiKey: string
  /**
   * As `new StreamChat(apiKey, options)` takes them. Insights, which would post tokens, the long-poll
   * fallback and the warm-up request are always off; a logger is told no tokens.
   */
  options?: StreamChatOptions | undefined
  /** What `auth.fetch` and the making of guests use. @default the global `fetch` */
  fetch?: typeof globalThis.fetch | undefined
  /**
   * How long the backend may take to answer a connection or to make a guest, in milliseconds.
   * `Infinity` is no limit.
   * @default 10000
   */
  connectTimeoutMs?: number | undefined
  /**
   * How much of a stream given to `auth.fetch` is read to keep it replayable, in bytes; a larger one is
   * refused unsent.
   * @default 1048576
   */
  maxBufferedBodyBytes?: number | undefined
}

/** Where the client goes if it is told nothing else. */
const defaultBaseUrl = 'https://chat.stream-io-api.com'

/**
 * Runs every session on a fresh client of the real `stream-chat` package, which is the state's `client`
 * while the session lives: `useChatClient<StreamChat>()`. Who is connected stays this library's to
 * decide: `connectUser`, `disconnectUser`, `openConnection` and `closeConnection` of the client are not
 * for the app to call.
 * @throws TypeError that names the option which is missing or wrong
 */
export function streamChatConnector(options: StreamChatConnectorOptions): Connector<StreamChat> {
  const apiKey = readApiKey(options)
  const base = readBaseUrl(options.options?.baseURL ?? defaultBaseUrl, 'options.baseURL')
  const connectTimeoutMs = readDuration('connectTimeoutMs', options.connectTimeoutMs, 10_000)
  const http = createChatHttp({
    apiKey,
    base,
    fetch: options.fetch,
    connectTimeoutMs,
    maxBufferedBodyBytes: readCount(
      'maxBufferedBodyBytes',
      options.maxBufferedBodyBytes,
      1_048_576,
      0,
    ),
  })

  function createClient(): StreamChat {
    const { logger, ...given } = options.options ?? {}
    return new StreamChat(apiKey, {
      // Its warning is about bills, not about this: who connects on a server means to.
      allowServerSideConnect: true,
      ...given,
      ...(logger && { logger: loggerWithoutTokens(logger) }),
      baseURL: base.href.replace(/\/$/, ''),
      enableInsights: false,
      enableWSFallback: false,
      warmUp: false,
    })
  }

  return {
    id: `stream-chat ${base.href} ${apiKey}`,
    createConnection: (context) =>
      createClientConnection({ context, createClient, http, connectTimeoutMs }),
    takeRequest,
    createGuest: http.createGuest,
  }
}
