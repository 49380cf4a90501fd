import { callApp } from '../../core/tools/callApp.js'
import { ChatAuthError } from '../../core/errors.js'
import type {
  Connection,
  ConnectionContext,
  Connector,
  Credential,
  UserDetails,
} from '../../core/connector.js'
import { readDevice, type PushDevice } from './pushDevice.js'
import { readApiKey, readBaseUrl } from '../protocol/backendUrl.js'
import { clientName, createChatHttp } from '../protocol/chatHttp.js'
import { openChatSocket, type WebSocketConstructor } from '../protocol/chatSocket.js'
import type { ChatEvent } from '../protocol/frames.js'
import { createIgnoredFrames } from '../protocol/ignoredFrames.js'
import { readLimits } from '../protocol/limits.js'
import { createMergedStream } from '../protocol/mergedStream.js'
import { encodeQuery } from '../protocol/requestUrl.js'
import { handOver, type ChatSocket } from '../protocol/monitorSocket.js'
import { createSocketSignals } from '../protocol/socketSignals.js'
import { createSessionSockets } from '../protocol/sessionSockets.js'
import { createPollingSocket } from '../protocol/pollingSocket.js'
import { createSocketFallback, readFallback } from '../protocol/socketFallback.js'
import { probeToken } from '../protocol/probeToken.js'
import { takeRequest } from '../protocol/takeRequest.js'
import { reportUser, updateOwnUser } from '../protocol/userUpdates.js'

export interface HttpConnectorOptions {
  /** The chat app's public key. */
  apiKey: string
  /** URL of the chat backend, such as `https://chat.example.com`. Its WebSocket is at `/connect` below it. */
  baseUrl: string
  /**
   * Function for all HTTP requests.
   * @default the global `fetch`
   */
  fetch?: typeof globalThis.fetch | undefined
  /**
   * WebSocket class for platforms without one: `import { WebSocket } from 'ws'` in Node 20.
   * @default the global `WebSocket`
   */
  WebSocket?: WebSocketConstructor | undefined
  /**
   * Device for push notifications, which each handshake of a user or guest carries. The backend then
   * registers it for them. Unregister it in `beforeSessionEnd`.
   */
  device?: PushDevice | undefined
  /**
   * Whether sessions poll the backend over HTTP where WebSockets are blocked. A WebSocket that is not
   * welcomed within 6 s has the session poll at `/longpoll` below `baseUrl`. The WebSocket is tried again
   * when the next one is due, 5 minutes later or more.
   * @default false
   */
  enableWSFallback?: boolean | undefined
  /**
   * Milliseconds that the backend may take to answer a connection or to create a guest. `Infinity`
   * sets no limit.
   * @default 10000
   */
  connectTimeoutMs?: number | undefined
  /**
   * Milliseconds that the backend may take to answer a request, up to the headers of its answer; an
   * upload has a second more for every 16 kB. `Infinity` is no limit.
   * @default 60000
   */
  requestTimeoutMs?: number | undefined
  /**
   * Maximum bytes of a stream or a generator, which is buffered to be replayable. A larger body is
   * rejected with `body-not-replayable` and never sent.
   * @default 1048576
   */
  maxBufferedBodyBytes?: number | undefined
}

/** The `client` of a session over HTTP and WebSocket, for the app to use. */
export interface HttpChatClient {
  /** Id of the live socket, which the backend needs to address events; null while the socket is down. */
  readonly connectionId: string | null
  /** Works as `auth.fetch`, for this session only. */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /** Calls `listener` with every event from the backend; returns a function that unsubscribes it. */
  subscribe(listener: (event: ChatEvent) => void): () => void
}

/**
 * Creates a connector to a chat backend over plain HTTP and WebSocket, without further dependencies.
 * @throws TypeError that names a missing or invalid option
 */
export function httpConnector(options: HttpConnectorOptions): Connector<HttpChatClient> {
  const apiKey = readApiKey(options)
  const base = readBaseUrl(options.baseUrl)
  const limits = readLimits(options)
  const isEnabled = readFallback('enableWSFallback', options.enableWSFallback)
  const device = readDevice(options.device)
  const http = createChatHttp({
    apiKey,
    base,
    fetch: options.fetch,
    ...limits,
  })

  function createConnection(context: ConnectionContext): Connection<HttpChatClient> {
    const { environment } = context
    const listeners = new Set<(event: ChatEvent) => void>()
    const sockets = createSessionSockets()
    const signals = createSocketSignals(context)
    const stream = createMergedStream()
    const onIgnored = createIgnoredFrames(context)
    const PollingSocket = createPollingSocket({ environment, base, fetch: options.fetch })
    const { connectTimeoutMs } = limits
    const openLine = createSocketFallback({ context, isEnabled, connectTimeoutMs })
    let handingOver = Promise.resolve()
    let live: ChatSocket | null = null
    const fetch = http.sessionFetch(context, () => live?.connectionId ?? null)

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
      updateUser: (changes) => updateOwnUser(context, fetch, changes),
      probe: () => probeToken(fetch),
      async open(credential, details) {
        const url = socketUrl(context, credential, details)
        const signal = signals.current()
        sockets.makeRoom()
        const connect = async (WebSocket: WebSocketConstructor, connectTimeoutMs: number) => {
          const seat = stream.join()
          const socket = await openChatSocket({
            url,
            WebSocket,
            context: { ...context, signal },
            connectTimeoutMs,
            seat,
            onEvent: (event) => {
              reportUser(context, event)
              for (const listener of listeners) callApp(environment, () => listener(event))
            },
            onIgnored,
          })
          return { opened: socket, seat }
        }
        const { opened, seat } = await openLine({
          socket: async (timeoutMs) => connect(findWebSocket(options.WebSocket), timeoutMs),
          polling: (timeoutMs) => connect(PollingSocket, timeoutMs),
        })
        const previous = live
        live = opened
        sockets.add(opened)
        if (previous) {
          const handover = {
            from: previous,
            to: opened,
            seat,
            closeOld: () => sockets.retire(previous),
          }
          handingOver = handingOver.then(() => handOver(handover))
        }
        void opened.lost.then((error) => {
          sockets.retire(opened)
          if (live !== opened) return
          live = null
          context.connectionLost(error, credential)
        })
        return opened.user
      },
      async rest() {
        live = null
        // Nothing is handed over to the socket after it.
        stream.close()
        signals.rest()
        await sockets.closeAll()
      },
      async close() {
        live = null
        listeners.clear()
        await sockets.closeAll()
      },
    }
  }

  function socketUrl(
    { identity, sessionId }: ConnectionContext,
    { userId, token, authType }: Credential,
    details?: UserDetails,
  ): string {
    const user = { ...details, id: userId, ...(identity.type === 'anonymous' && { anon: true }) }
    const query = encodeQuery({
      json: JSON.stringify({
        user_id: userId,
        user_details: user,
        ...(identity.type !== 'anonymous' && { device }),
        client_request_id: sessionId,
      }),
      api_key: apiKey,
      authorization: token,
      'stream-auth-type': authType,
      'X-Stream-Client': clientName,
    })
    return `${base.href.replace(/^http/, 'ws')}connect?${query}`
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
