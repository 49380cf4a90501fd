import type { StableWSConnection } from 'stream-chat'
import { within } from '../../core/tools/deadline.js'
import { createDeferred } from '../../core/tools/deferred.js'
import { ChatAuthError } from '../../core/errors.js'
import type { ConnectionContext, IgnoredFrame } from '../../core/connector.js'
import { allowType, reservedTypes } from './clientEvents.js'
import type { ChatEvent } from '../protocol/frames.js'
import type { StreamSeat } from '../protocol/mergedStream.js'
import { monitorSocket, type ChatSocket, type EventKind } from '../protocol/monitorSocket.js'

export interface ClientSocketOptions {
  /** Connection that the client has started to open. */
  readonly connection: StableWSConnection
  /** The client's own promise for that connection. */
  readonly connecting: Promise<unknown> | undefined
  readonly context: Pick<ConnectionContext, 'environment' | 'identity' | 'signal'>
  readonly connectTimeoutMs: number
  readonly seat: StreamSeat
  /** Called for every frame after the welcome that was kept from the client or made it throw. */
  readonly onIgnored: (reason: IgnoredFrame) => void
  /** Called before the client is told of an event. */
  readonly onEvent: (event: ChatEvent, kind: EventKind) => void
}

/** Milliseconds that the closing handshake may take, as in the client itself. */
const closeTimeoutMs = 1000

/**
 * Monitors one of the client's sockets in the client's place. The client receives valid events only.
 * After a refusal or a close it would reconnect by itself, seconds later, with a token of its own choice.
 */
export async function openClientSocket(options: ClientSocketOptions): Promise<ChatSocket> {
  const { connection, context, connectTimeoutMs, seat, onIgnored } = options
  const connecting = Promise.resolve(options.connecting)
  connecting.catch(() => {})
  const made = socketOf(connection)

  async function retire(): Promise<void> {
    const socket = await made
    // Timeout 0, because the client's own timer would outlive the close and keep a Node process alive.
    void connection.disconnect(0)
    // A healthy connection drops its pending reconnect and its pending "offline" notice.
    connection.isHealthy = true
    if (!socket || socket.readyState === socket.CLOSED) return
    const closed = createDeferred<void>()
    socket.onerror = () => {}
    socket.onclose = () => closed.resolve()
    // `disconnect` does not close a socket that is still connecting.
    socket.close()
    await within(context.environment, closeTimeoutMs, closed.promise)
    // On a dead line `ws` waits 30 s for the closing handshake; browser sockets have no `terminate`.
    ;(socket as { terminate?(): void }).terminate?.()
  }

  const watch = monitorSocket({
    context,
    connectTimeoutMs,
    seat,
    ping() {
      const ping = [{ type: 'health.check', client_id: connection.client.clientID }]
      if (connection.ws?.readyState === 1) connection.ws.send(JSON.stringify(ping))
    },
    ignored: onIgnored,
    close: () => void retire().then(() => watch.closed()),
  })
  takeLivenessOver(connection)

  const socket = await made
  if (socket) {
    const { onmessage } = socket
    const send = socket.send.bind(socket)
    // The client sends nothing but pings.
    socket.send = (data: string) => {
      watch.pinged()
      send(data)
    }
    socket.onmessage = (message) => {
      watch.receive(message.data, (event, kind) => {
        if (kind === 'event' && reservedTypes.has(event.type)) return onIgnored('reserved-type')
        options.onEvent(event, kind)
        try {
          allowType(connection.client, event)
          onmessage?.call(socket, message)
          // The browser said "offline" → the client believes it, until a frame proves the line alive.
          connection._setHealth(true)
        } catch {
          // A malformed event makes the client throw, which would crash a Node process.
          onIgnored('client-failed')
        }
      })
    }
    socket.onclose = ({ code }) => watch.closed(code)
    // The close event that follows has the rest.
    socket.onerror = (event) => watch.errored(event)
  } else {
    watch.fail(new ChatAuthError('websocket-unavailable'))
  }
  const opened = await watch.opened
  // After the welcome the client still has steps of its own to finish.
  await Promise.race([connecting, opened.lost])
  if (opened.lostWith) throw opened.lostWith
  return opened
}

/**
 * Stops the client's own watch over its socket. In a hidden page its late timers end sockets that were
 * never asked, and at the browser's "online" it opens a socket of its own.
 */
function takeLivenessOver(connection: StableWSConnection): void {
  connection.scheduleNextPing = () => {}
  connection.scheduleConnectionCheck = () => {}
  connection._reconnect = async () => {}
}

/** Waits up to 50 microtasks for the client's socket, which it creates once it has loaded the token. */
async function socketOf(connection: StableWSConnection): Promise<StableWSConnection['ws']> {
  for (let turn = 0; turn < 50 && !connection.ws; turn++) await Promise.resolve()
  return connection.ws
}
