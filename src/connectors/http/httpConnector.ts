import { callApp } from '../../core/tools/callApp.js'
import { readCount, readDuration } from '../../core/tools/duration.js'
import { ChatAuthError } from '../../core/errors.js'
import type { Connection, ConnectionContext, Connector, Credential } from '../../core/connector.js'
import { readApiKey, readBaseUrl } from '../protocol/backendUrl.js'
import { clientName, createChatHttp } from '../protocol/chatHttp.js'
import { openChatSocket, type WebSocketConstructor } from '../protocol/chatSocket.js'
import type { ChatEvent } from '../protocol/frames.js'
import { createIgnoredFrames } from '../protocol/ignoredFrames.js'
import { createMergedStream } from '../protocol/mergedStream.js'
import { handOver, type ChatSocket } from '../protocol/monitorSocket.js'
import { takeRequest } from '../protocol/takeRequest.js'

export interface HttpConnectorOptions {
  /** The public key of the app. */
  apiKey: string
  /** Where the chat backend lives, such as `https://chat.example.com`; its WebSocket is at `/connect` there. */
  baseUrl: string
  /** @default the global `fetch` */
  fetch?: typeof globalThis.fetch | undefined
  /**
   * Needed where the platform has none: `import { WebSocket } from 'ws'` in Node 20.
   * @default the global `WebSocket`
   */
  WebSocket?: WebSocketConstructor | undefined
  /**
   * How long the backend may take to answer a connection or to make a guest, in milliseconds.
   * `Infinity` is no limit.
   * @default 10000
   */
  connectTimeoutMs?: number | undefined
  /**
   * How much of a stream or a generator is read to keep it replayable, in bytes; a larger one is refused unsent.
   * @default 1048576
   */
  maxBufferedBodyBytes?: number | undefined
}

/** What an app may use of a live session over HTTP and WebSocket. */
export interface HttpChatClient {
  /** The id of the live socket, by which the backend knows whom to send events; null while it is down. */
  readonly connectionId: string | null
  /** As `auth.fetch`, of this session only. */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /** Calls back with every event that the backend sends; returns what unsubscribes. */
  subscribe(listener: (event: ChatEvent) => void): () => void
}

/**
 * Reaches a chat backend over plain HTTP and WebSocket, with nothing else installed.
 * @throws TypeError that names the option which is missing or wrong
 */
export function httpConnector(options: HttpConnectorOptions): Connector<HttpChatClient> {
  const apiKey = readApiKey(options)
  const base = readBaseUrl(options.baseUrl)
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

  function createConnection(context: ConnectionContext): Connection<HttpChatClient> {
    const { environment } = context
    const listeners = new Set<(event: ChatEvent) => void>()
    const sockets = new Set<ChatSocket>()
    const stream = createMergedStream()
    const onIgnored = createIgnoredFrames(context)
    let handingOver = Promise.resolve()
    let live: ChatSocket | null = null
    const fetch = http.sessionFetch(context, () => live?.connectionId ?? null)

    function retire(socket: ChatSocket): void {
      void socket.close().then(() => sockets.delete(socket))
    }

    return {
      client: {
        get connectionId() {
          return live?.connectionId ?? null
        },
        fetch,
        subscribe(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
      fetch,
      async open(credential) {
        const url = socketUrl(context, credential)
        const WebSocket = findWebSocket(options.WebSocket)
        const seat = stream.join()
        const opened = await openChatSocket({
          url,
          WebSocket,
          context,
          connectTimeoutMs,
          seat,
          onEvent: (event) => {
            for (const listener of listeners) callApp(environment, () => listener(event))
          },
          onIgnored,
        })
        const previous = live
        live = opened
        sockets.add(opened)
        if (previous) {
          const handover = { from: previous, to: opened, seat, closeOld: () => retire(previous) }
          handingOver = handingOver.then(() => handOver(handover))
        }
        void opened.lost.then((error) => {
          retire(opened)
          if (live !== opened) return
          live = null
          context.connectionLost(error, credential)
        })
        return opened.user
      },
      async close() {
        live = null
        listeners.clear()
        await Promise.all([...sockets].map((socket) => socket.close()))
      },
    }
  }

  function socketUrl(
    { identity, sessionId }: ConnectionContext,
    { userId, token, authType }: Credential,
  ): string {
    const details = identity.type === 'anonymous' ? { id: userId, anon: true } : identity.user
    const url = new URL('connect', base)
    url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:'
    url.search = new URLSearchParams({
      json: JSON.stringify({
        user_id: userId,
        user_details: details,
        client_request_id: sessionId,
      }),
      api_key: apiKey,
      authorization: token,
      'stream-auth-type': authType,
      'X-Stream-Client': clientName,
    }).toString()
    return url.href
  }

  return {
    id: `http ${base.href} ${apiKey}`,
    createConnection,
    takeRequest,
    createGuest: http.createGuest,
  }
}

function findWebSocket(given: WebSocketConstructor | undefined): WebSocketConstructor {
  const found = given ?? globalThis.WebSocket
  if (!found) throw new ChatAuthError('websocket-unavailable')
  return found
}
