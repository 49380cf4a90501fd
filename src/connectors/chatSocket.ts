import type { Environment } from '../core/environment.js'
import { ChatAuthError } from '../core/errors.js'
import { watchSocket, type ChatEvent, type ChatSocket } from './socketWatch.js'

/** The part of the WHATWG WebSocket that is used: what browsers, Node 22, `ws` and tests all have. */
export interface WebSocketLike {
  addEventListener(
    type: 'message' | 'close' | 'error',
    listener: (event: { data: unknown; code?: number }) => void,
  ): void
  send(data: string): void
  close(code?: number, reason?: string): void
}

export type WebSocketConstructor = new (url: string) => WebSocketLike

export interface ChatSocketOptions {
  readonly url: string
  readonly WebSocket: WebSocketConstructor
  readonly clientId: string
  readonly environment: Environment
  readonly connectTimeoutMs: number
  /** Aborted when nobody wants the socket any more. */
  readonly signal: AbortSignal
  /** Told every event after the welcome. */
  onEvent(event: ChatEvent): void
}

/** Resolves with the socket once the backend has welcomed it; rejects with why it did not. */
export async function openChatSocket(options: ChatSocketOptions): Promise<ChatSocket> {
  const { environment, signal, connectTimeoutMs } = options
  const socket = connect(options)
  const watch = watchSocket({
    environment,
    connectTimeoutMs,
    signal,
    ping: () =>
      socket.send(JSON.stringify([{ type: 'health.check', client_id: options.clientId }])),
    close: () => socket.close(),
  })
  let isWelcomed = false
  socket.addEventListener('message', ({ data }) => {
    const event = watch.receive(data)
    if (event && isWelcomed) options.onEvent(event)
    isWelcomed = true
  })
  // Nothing is said in it that the close which follows does not say; unheard, Node's would throw.
  socket.addEventListener('error', () => {})
  socket.addEventListener('close', ({ code }) => watch.closed(code))
  return watch.opened
}

function connect({ WebSocket, url }: ChatSocketOptions): WebSocketLike {
  try {
    return new WebSocket(url)
  } catch {
    // What the platform says may quote the URL, and with it the token.
    throw new ChatAuthError('connection-failed')
  }
}
