import { StreamChat, type StreamChatOptions } from 'stream-chat'
import type { Connector } from '../../core/connector.js'
import { readApiKey, readBaseUrl } from '../protocol/backendUrl.js'
import { createChatHttp } from '../protocol/chatHttp.js'
import { readLimits } from '../protocol/limits.js'
import { createClientConnection } from './clientConnection.js'
import { loggerWithoutTokens } from './clientLogger.js'
import type { ConfigureClient } from './freshClient.js'
import { readFallback } from '../protocol/socketFallback.js'
import { takeRequest } from '../protocol/takeRequest.js'

export interface StreamChatConnectorOptions {
  /** The chat app's public key. */
  apiKey: string
  /**
   * Options for `new StreamChat(apiKey, options)`. Insights (which would post tokens) and the warm-up
   * request are always off. Tokens are redacted from what a logger receives. With `enableWSFallback`,
   * sessions poll the backend over HTTP where WebSockets are blocked: a WebSocket that is not welcomed
   * within 6 s has the session poll. The WebSocket is tried again when the next one is due, 5 minutes
   * later or more.
   */
  options?: StreamChatOptions | undefined
  /**
   * Called with each fresh client before it connects, for what has to be set by then: the local device,
   * the offline database, axios settings, `setUserAgent`. Each session has a fresh client, and so has
   * each attempt of its first connection; a renewal keeps the client. A promise is awaited, without a
   * limit. Requests of `auth.fetch` wait for it: do not await one in it. The client's own requests need a
   * connected client. An error fails the session with `configure-client-failed`.
   */
  configureClient?: ConfigureClient | undefined
  /**
   * Function for the requests of `auth.fetch`, for polls and for creating guests.
   * @default the global `fetch`
   */
  fetch?: typeof globalThis.fetch | undefined
  /**
   * Milliseconds that the backend may take to answer a connection or to create a guest. `Infinity`
   * sets no limit.
   * @default 10000
   */
  connectTimeoutMs?: number | undefined
  /**
   * Milliseconds that the backend may take to answer a request. For `auth.fetch` up to the headers, and
   * an upload has a second more for every 16 kB. For the client's own requests it is the default of
   * `options.timeout`, which goes up to the end of the answer; the client's uploads have no limit.
   * `Infinity` is no limit.
   * @default 60000
   */
  requestTimeoutMs?: number | undefined
  /**
   * Maximum bytes of a stream given to `auth.fetch`, which is buffered to be replayable. A larger body
   * is rejected with `body-not-replayable` and never sent.
   * @default 1048576
   */
  maxBufferedBodyBytes?: number | undefined
}

/** The client's own default for `baseURL`. */
const defaultBaseUrl = 'https://chat.stream-io-api.com'

/**
 * Creates a connector that runs every session on a fresh client of the real `stream-chat` package. The
 * client is the state's `client` while the session lives: `useChatClient<StreamChat>()`. Its
 * `connectUser`, `disconnectUser` and the like reject with a `TypeError` that names the call, because this
 * library decides who is connected. `closeConnection` and `openConnection` pause and resume the session.
 * @throws TypeError that names a missing or invalid option
 */
export function streamChatConnector(options: StreamChatConnectorOptions): Connector<StreamChat> {
  const apiKey = readApiKey(options)
  const base = readBaseUrl(options.options?.baseURL ?? defaultBaseUrl, 'options.baseURL')
  const limits = readLimits(options)
  const { connectTimeoutMs, requestTimeoutMs } = limits
  const isFallbackEnabled = readFallback(
    'options.enableWSFallback',
    options.options?.enableWSFallback,
  )
  const { configureClient } = options
  if (configureClient !== undefined && typeof configureClient !== 'function') {
    throw new TypeError('`configureClient` must be a function.')
  }
  const http = createChatHttp({
    apiKey,
    base,
    fetch: options.fetch,
    ...limits,
  })

  function createClient(): StreamChat {
    const { logger, ...given } = options.options ?? {}
    return new StreamChat(apiKey, {
      // Silences the client's warning, which is about billing; connecting on a server is intended here.
      allowServerSideConnect: true,
      // The client's own 3 s end requests of slow lines. To axios, 0 is no limit.
      timeout: requestTimeoutMs === Infinity ? 0 : requestTimeoutMs,
      ...given,
      ...(logger && { logger: loggerWithoutTokens(logger) }),
      baseURL: base.href.replace(/\/$/, ''),
      enableInsights: false,
      // The client's own would reconnect by itself, with tokens of its own choice.
      enableWSFallback: false,
      warmUp: false,
    })
  }

  return {
    id: `stream-chat ${base.href} ${apiKey}`,
    createConnection: (context) =>
      createClientConnection({
        context,
        createClient,
        configureClient,
        http,
        connectTimeoutMs,
        isFallbackEnabled,
        base,
        fetch: options.fetch,
      }),
    takeRequest,
    createGuest: http.createGuest,
  }
}
