import { callApp } from '../core/callApp.js'
import { ChatAuthError, toChatAuthError } from '../core/errors.js'
import {
  RefusedError,
  type ChatUser,
  type Connection,
  type ConnectionContext,
  type Connector,
  type Credential,
} from '../core/types.js'
import { readBaseUrl, resolveUrl } from './addresses.js'
import {
  isUser,
  openChatSocket,
  type ChatEvent,
  type ChatSocket,
  type WebSocketConstructor,
} from './chatSocket.js'
import { keepBody } from './keepBody.js'
import { isNotAllowed, readRefusal, readRetryAfterMs, readWireError } from './wireError.js'

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
   * @default 10000
   */
  connectTimeoutMs?: number | undefined
  /**
   * How much of a stream is read to keep it replayable, in bytes; a larger one is refused unsent.
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

/** Told to the backend with every request, as the protocol asks. */
const clientName = 'react-chat-auth'

/**
 * Reaches a chat backend over plain HTTP and WebSocket, with nothing else installed.
 * @throws TypeError that names the option which is missing or wrong
 */
export function httpConnector(options: HttpConnectorOptions): Connector<HttpChatClient> {
  const { apiKey } = options ?? {}
  if (typeof apiKey !== 'string' || apiKey === '') {
    throw new TypeError('`apiKey` is missing: pass the public key of the chat app.')
  }
  const base = readBaseUrl(options.baseUrl)
  const connectTimeoutMs = options.connectTimeoutMs ?? 10_000
  const maxBufferedBodyBytes = options.maxBufferedBodyBytes ?? 1_048_576

  /** A request that no redirect can carry off, and that fails only with our errors. */
  async function request(url: URL, init: RequestInit): Promise<Response> {
    // Looked up at each call: a page may replace its own fetch after the connector was made.
    const send = options.fetch ?? globalThis.fetch
    try {
      const response = await send(url, { ...init, redirect: 'manual' })
      // Browsers hide the answer; elsewhere it is what it is. (A 201 has a Location as well.)
      const is3xx = response.status >= 300 && response.status < 400
      if (response.type === 'opaqueredirect' || (is3xx && response.headers.has('Location'))) {
        throw new ChatAuthError('redirect-refused')
      }
      return response
    } catch (error) {
      throw toChatAuthError(error, 'connection-failed')
    }
  }

  function createConnection(context: ConnectionContext): Connection<HttpChatClient> {
    const { environment, identity, sessionId, signal } = context
    const listeners = new Set<(event: ChatEvent) => void>()
    let live: ChatSocket | null = null

    async function openSocket(credential: Credential): Promise<ChatUser> {
      const opened = await openChatSocket({
        url: socketUrl(credential),
        WebSocket: findWebSocket(options.WebSocket),
        clientId: sessionId,
        environment,
        connectTimeoutMs,
        signal,
        onEvent: (event) => {
          for (const listener of listeners) void callApp(environment, () => listener(event))
        },
      })
      const previous = live
      live = opened
      void previous?.close()
      void opened.lost.then((error) => {
        if (live !== opened) return
        live = null
        context.connectionLost(error)
      })
      return opened.user
    }

    function socketUrl({ userId, token, authType }: Credential): string {
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

    async function fetchThroughGate(
      input: string | URL,
      init: RequestInit = {},
    ): Promise<Response> {
      const url = resolveUrl(input, base)
      const signals = init.signal ? [signal, init.signal] : [signal]
      const kept = keepBody(init.body, maxBufferedBodyBytes, signals)
      // Awaited only where it must be: a body at hand keeps the order of the calls.
      const content = kept instanceof Promise ? await kept : kept
      return context.send(async (credential, requestId) => {
        const sent = { ...init, body: content ?? null }
        const response = await exchange(url, sent, credential, requestId)
        const isSuspect = response.status === 401 || response.status === 403
        const body: unknown = isSuspect ? await readJson(response.clone()) : null
        if (identity.type === 'anonymous' && isNotAllowed(body)) {
          throw new ChatAuthError('anonymous-not-allowed')
        }
        const refusal = response.status === 401 ? readRefusal(body) : null
        return refusal ? { refusal } : { refusal: null, value: response }
      }, init.signal)
    }

    async function exchange(
      address: URL,
      init: RequestInit,
      { userId, authType, token }: Credential,
      requestId: string,
    ): Promise<Response> {
      const url = new URL(address)
      url.searchParams.set('user_id', userId)
      url.searchParams.set('api_key', apiKey)
      if (live) url.searchParams.set('connection_id', live.connectionId)
      const headers = new Headers(init.headers)
      headers.set('Authorization', token)
      headers.set('stream-auth-type', authType)
      headers.set('X-Stream-Client', clientName)
      headers.set('x-client-request-id', requestId)

      const controller = environment.createAbortController()
      const abort = (): void => controller.abort(init.signal?.reason)
      // The caller's signal goes on to govern the answer's body; the session's would pile up listeners.
      init.signal?.addEventListener('abort', abort, { once: true })
      signal.addEventListener('abort', abort)
      try {
        return await request(url, { ...init, headers, signal: controller.signal })
      } finally {
        signal.removeEventListener('abort', abort)
      }
    }

    return {
      client: {
        get connectionId() {
          return live?.connectionId ?? null
        },
        fetch: fetchThroughGate,
        subscribe(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
      open: openSocket,
      fetch: fetchThroughGate,
      async close() {
        const closing = live
        live = null
        listeners.clear()
        await closing?.close()
      },
    }
  }

  async function createGuest(
    user: ChatUser,
    { environment, signal }: Pick<ConnectionContext, 'environment' | 'signal'>,
  ): Promise<{ user: ChatUser; token: string }> {
    const url = new URL('guest', base)
    url.searchParams.set('api_key', apiKey)
    const controller = environment.createAbortController()
    const abort = (): void => controller.abort(signal.reason)
    const cancelTimeout = environment.setTimer(
      () => controller.abort(new ChatAuthError('connection-timeout')),
      connectTimeoutMs,
    )
    signal.addEventListener('abort', abort)
    try {
      const response = await request(url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'stream-auth-type': 'anonymous',
          'X-Stream-Client': clientName,
        },
        body: JSON.stringify({ user }),
        signal: controller.signal,
      })
      const body = await readJson(response)
      if (controller.signal.aborted) throw controller.signal.reason
      return readGuest(body, response, environment.now())
    } finally {
      cancelTimeout()
      signal.removeEventListener('abort', abort)
    }
  }

  return { id: `http ${base.href} ${apiKey}`, createConnection, createGuest }
}

function readGuest(
  body: unknown,
  response: Response,
  nowMs: number,
): { user: ChatUser; token: string } {
  const { user, access_token: token } = (body ?? {}) as { user?: unknown; access_token?: unknown }
  if (response.ok && isUser(user) && typeof token === 'string') return { user, token }
  const retryAfterMs = readRetryAfterMs(response.headers.get('Retry-After'), nowMs)
  const error = readWireError(body, response.ok ? undefined : response.status, retryAfterMs)
  // Nobody's token was refused here: it is the app that does not allow guests.
  throw error instanceof RefusedError ? new ChatAuthError('authentication-failed') : error
}

function findWebSocket(given: WebSocketConstructor | undefined): WebSocketConstructor {
  const found = given ?? globalThis.WebSocket
  if (!found) throw new ChatAuthError('websocket-unavailable')
  return found
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return null
  }
}
