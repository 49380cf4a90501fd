import { ChatAuthError } from '../../core/errors.js'
import type { ConnectionContext, IgnoredFrame } from '../../core/types.js'
import type { ChatEvent } from './frames.js'
import type { StreamSeat } from './mergedStream.js'
import { monitorSocket, type ChatSocket } from './monitorSocket.js'

/** The part of the WHATWG WebSocket that is used: what browsers, Node 22, `ws` and tests all have. */
export interface WebSocketLike {
  addEventListener(
    type: 'message' | 'close' | 'error',
    listener: (event: { data: unknown; code?: number }) => void,
  ): void
  send(data: string): void
  close(code?: number, reason?: string): void
  /** Of the package `ws`: ends the socket without waiting for the other side. */
  terminate?(): void
}

export type WebSocketConstructor = new (url: string) => WebSocketLike

export interface ChatSocketOptions {
  readonly url: string
  readonly WebSocket: WebSocketConstructor
  readonly context: Pick<ConnectionContext, 'environment' | 'identity' | 'sessionId' | 'signal'>
  readonly connectTimeoutMs: number
  readonly seat: StreamSeat
  /** Told every event after the welcome. */
  onEvent(event: ChatEvent): void
  /** Told of every frame after the welcome that is none. */
  readonly onIgnored: (reason: IgnoredFrame) => void
}

/** How long the other side may take to close a socket, in milliseconds. */
const closeTimeoutMs = 1000

/** Resolves with the socket once the backend has welcomed it; rejects with why it did not. */
export async function openChatSocket(options: ChatSocketOptions): Promise<ChatSocket> {
  const { context, seat, connectTimeoutMs } = options
  const socket = connect(options)
  const watch = monitorSocket({
    context,
    connectTimeoutMs,
    seat,
    keepsAlive: true,
    ping() {
      watch.pinged()
      socket.send(JSON.stringify([{ type: 'health.check', client_id: context.sessionId }]))
    },
    ignored: options.onIgnored,
    close() {
      socket.close()
      if (!socket.terminate) return
      // Into a black hole, the package `ws` waits for 30 seconds and keeps a Node process.
      const cancel = context.environment.setTimer(() => socket.terminate?.(), closeTimeoutMs)
      socket.addEventListener('close', cancel)
    },
  })
  socket.addEventListener('message', ({ data }) => {
    watch.receive(data, (event, kind) => {
      if (kind !== 'welcome') options.onEvent(event)
    })
  })
  // Nothing is said in it that the close which follows does not say; unheard, Node's would throw.
  socket.addEventListener('error', () => {})
  socket.addEventListener('close', ({ code }) => watch.closed(code))
  const opened = await watch.opened
  // welcome, refusal and close in one TCP segment: all three came in before this line.
  if (opened.lostWith) throw opened.lostWith
  return opened
}

function connect({ WebSocket, url, seat }: ChatSocketOptions): WebSocketLike {
  try {
    return new WebSocket(url)
  } catch {
    seat.leave()
    // What the platform says may quote the URL, and with it the token.
    throw new ChatAuthError('connection-failed')
  }
}
