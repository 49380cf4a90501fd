import { ChatAuthError } from '../../core/errors.js'
import type { ConnectionContext, IgnoredFrame } from '../../core/connector.js'
import type { ChatEvent } from './frames.js'
import type { StreamSeat } from './mergedStream.js'
import { monitorSocket, type ChatSocket } from './monitorSocket.js'

/** The part of the WHATWG WebSocket that browsers, Node 22, `ws` and the test backend share. */
export interface WebSocketLike {
  addEventListener(
    type: 'message' | 'close' | 'error',
    listener: (event: { data: unknown; code?: number; message?: unknown; error?: unknown }) => void,
  ): void
  send(data: string): void
  close(code?: number, reason?: string): void
  /** Ends the socket without a closing handshake; only the package `ws` has this method. */
  terminate?(): void
}

export type WebSocketConstructor = new (url: string) => WebSocketLike

export interface ChatSocketOptions {
  readonly url: string
  readonly WebSocket: WebSocketConstructor
  readonly context: Pick<ConnectionContext, 'environment' | 'identity' | 'sessionId' | 'signal'>
  readonly connectTimeoutMs: number
  readonly seat: StreamSeat
  /** Called with every event after the welcome. */
  onEvent(event: ChatEvent): void
  /** Called for every frame after the welcome that is not an event. */
  readonly onIgnored: (reason: IgnoredFrame) => void
}

/** Milliseconds that the backend may take to finish the closing handshake. */
const closeTimeoutMs = 1000

/** Opens a socket. Resolves once the backend has welcomed it; rejects with the reason otherwise. */
export async function openChatSocket(options: ChatSocketOptions): Promise<ChatSocket> {
  const { context, seat, connectTimeoutMs } = options
  const socket = connect(options)
  const watch = monitorSocket({
    context,
    connectTimeoutMs,
    seat,
    ping() {
      watch.pinged()
      socket.send(JSON.stringify([{ type: 'health.check', client_id: context.sessionId }]))
    },
    ignored: options.onIgnored,
    close() {
      socket.close()
      if (!socket.terminate) return
      // On a dead line `ws` waits 30 s for the closing handshake, and keeps a Node process alive.
      const cancel = context.environment.setTimer(() => socket.terminate?.(), closeTimeoutMs)
      socket.addEventListener('close', cancel)
    },
  })
  socket.addEventListener('message', ({ data }) => {
    watch.receive(data, (event, kind) => {
      if (kind !== 'welcome') options.onEvent(event)
    })
  })
  // The close event that follows has the rest. Without a listener, `ws` would throw.
  socket.addEventListener('error', (event) => watch.errored(event))
  socket.addEventListener('close', ({ code }) => watch.closed(code))
  const opened = await watch.opened
  // Welcome → refusal → close in one TCP segment: all three are processed before this `await` resumes.
  if (opened.lostWith) throw opened.lostWith
  return opened
}

function connect({ WebSocket, url, seat }: ChatSocketOptions): WebSocketLike {
  try {
    return new WebSocket(url)
  } catch {
    seat.leave()
    // The platform's error is dropped, because its message may quote the URL and so the token.
    throw new ChatAuthError('connection-failed')
  }
}
