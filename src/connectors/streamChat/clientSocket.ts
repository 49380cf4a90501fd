import type { StableWSConnection } from 'stream-chat'
import { within } from '../../core/tools/deadline.js'
import { createDeferred } from '../../core/tools/deferred.js'
import { ChatAuthError } from '../../core/errors.js'
import type { ConnectionContext, IgnoredFrame } from '../../core/connector.js'
import { allowType, reservedTypes } from './clientEvents.js'
import type { StreamSeat } from '../protocol/mergedStream.js'
import { monitorSocket, type ChatSocket } from '../protocol/monitorSocket.js'

export interface ClientSocketOptions {
  /** A connection that the client has begun to open. */
  readonly connection: StableWSConnection
  /** The client's own promise of that. */
  readonly connecting: Promise<unknown> | undefined
  readonly context: Pick<ConnectionContext, 'environment' | 'identity' | 'signal'>
  readonly connectTimeoutMs: number
  readonly seat: StreamSeat
  /** Told of every frame after the welcome that the client was not given, or could not take. */
  readonly onIgnored: (reason: IgnoredFrame) => void
}

/** As long as the client itself would wait for the end of its socket, in milliseconds. */
const closeTimeoutMs = 1000

/**
 * Watches a socket of the client's in the client's place. The client gets the good frames and nothing
 * else: told of a refusal or a close it would start to reconnect by itself, seconds later, with a
 * token of its own choice.
 */
export async function openClientSocket(options: ClientSocketOptions): Promise<ChatSocket> {
  const { connection, context, connectTimeoutMs, seat, onIgnored } = options
  const connecting = Promise.resolve(options.connecting)
  connecting.catch(() => {})
  const made = socketOf(connection)

  async function retire(): Promise<void> {
    const socket = await made
    stopWaking()
    // Not for it to wait until the socket is closed: its timer would go on, and keep a Node process.
    void connection.disconnect(0)
    // Whatever it still has planned (to reconnect, to say that the user is offline) it drops if it
    // believes itself healthy.
    connection.isHealthy = true
    if (!socket || socket.readyState === socket.CLOSED) return
    const closed = createDeferred<void>()
    socket.onerror = () => {}
    socket.onclose = () => closed.resolve()
    // `disconnect` leaves a socket that is still connecting to itself.
    socket.close()
    await within(context.environment, closeTimeoutMs, closed.promise)
    // Into a black hole, Node's waits for 30 seconds and keeps the process; browsers' has no such method.
    ;(socket as { terminate?(): void }).terminate?.()
  }

  const watch = monitorSocket({
    context,
    connectTimeoutMs,
    seat,
    keepsAlive: false,
    ping() {
      const ping = [{ type: 'health.check', client_id: connection.client.clientID }]
      if (connection.ws?.readyState === 1) connection.ws.send(JSON.stringify(ping))
    },
    ignored: onIgnored,
    close: () => void retire().then(() => watch.closed()),
  })
  // The browser said "offline" meanwhile, and the client took its word for it.
  const stopWaking = context.environment.onWake(() => {
    if (connection.connectionID && !connection.isHealthy) {
      watch.fail(new ChatAuthError('connection-failed'))
    }
  })

  const socket = await made
  if (socket) {
    const { onmessage } = socket
    const send = socket.send.bind(socket)
    // The client pings by itself, too, and nothing else is ever sent.
    socket.send = (data: string) => {
      watch.pinged()
      send(data)
    }
    socket.onmessage = (message) => {
      watch.receive(message.data, (event, kind) => {
        if (kind === 'event' && reservedTypes.has(event.type)) return onIgnored('reserved-type')
        try {
          allowType(connection.client, event)
          onmessage?.call(socket, message)
        } catch {
          // The client trusts the fields of an event to be what they should be, and Node would die of it.
          onIgnored('client-failed')
        }
      })
    }
    socket.onclose = ({ code }) => watch.closed(code)
    // The close that follows says all.
    socket.onerror = () => {}
  } else {
    watch.fail(new ChatAuthError('websocket-unavailable'))
  }
  const opened = await watch.opened
  // Welcomed: what is left of it are the client's own next steps.
  await Promise.race([connecting, opened.lost])
  if (opened.lostWith) throw opened.lostWith
  return opened
}

/** The client makes its socket once its token is there, which takes a few microtasks with our provider. */
async function socketOf(connection: StableWSConnection): Promise<StableWSConnection['ws']> {
  for (let turn = 0; turn < 50 && !connection.ws; turn++) await Promise.resolve()
  return connection.ws
}
