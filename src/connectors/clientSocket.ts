import type { StableWSConnection } from 'stream-chat'
import { within } from '../core/deadline.js'
import { createDeferred } from '../core/deferred.js'
import type { Environment } from '../core/environment.js'
import { ChatAuthError } from '../core/errors.js'
import type { OneStream } from './oneStream.js'
import { watchSocket, type ChatSocket } from './socketWatch.js'

export interface ClientSocketOptions {
  /** A connection that the client has begun to open. */
  readonly connection: StableWSConnection
  /** The client's own promise of that. */
  readonly connecting: Promise<unknown> | undefined
  readonly environment: Environment
  readonly connectTimeoutMs: number
  readonly signal: AbortSignal
  readonly stream: OneStream
}

export interface ClientSocket extends ChatSocket {
  /** Resolves once all has come in that the backend said before this was called. */
  drained(): Promise<void>
}

/** A backend that does not answer a ping has been waited for long enough. */
const drainTimeoutMs = 2000

/**
 * Watches a socket of the client's in the client's place. The client gets the good frames and nothing
 * else: told of a refusal or a close it would start to reconnect by itself, seconds later, with a
 * token of its own choice.
 */
export async function openClientSocket(options: ClientSocketOptions): Promise<ClientSocket> {
  const { connection, environment, stream } = options
  const connecting = Promise.resolve(options.connecting)
  connecting.catch(() => {})
  const made = socketOf(connection)

  async function retire(): Promise<void> {
    stopWaking()
    const socket = await made
    const closing = connection.disconnect()
    // Whatever it still has planned (to reconnect, to say that the user is offline) it drops if it
    // believes itself healthy.
    connection.isHealthy = true
    if (socket) {
      // `disconnect` leaves a socket that is still connecting to itself.
      socket.onerror = () => {}
      socket.close()
    }
    await closing
  }

  const watch = watchSocket({ ...options, close: () => void retire().then(() => watch.closed()) })
  // The browser said "offline" meanwhile, and the client took its word for it.
  const stopWaking = environment.onWake(() => {
    if (connection.connectionID && !connection.isHealthy) {
      watch.fail(new ChatAuthError('connection-failed'))
    }
  })

  const socket = await made
  let ponged = createDeferred<void>()
  if (socket) {
    const { onmessage } = socket
    socket.onmessage = (message) => {
      const event = watch.receive(message.data)
      // Each socket's own.
      const isPong = event?.type === 'health.check'
      if (isPong) ponged.resolve()
      if (event && (isPong || stream.isNews(message.data as string, connection))) {
        onmessage?.call(socket, message)
      }
    }
    socket.onclose = ({ code }) => watch.closed(code)
    // The close that follows says all.
    socket.onerror = () => {}
  } else {
    watch.fail(new ChatAuthError('websocket-unavailable'))
  }
  const opened = await watch.opened
  // Welcomed: what is left of it are the client's own next steps.
  await connecting
  return {
    ...opened,
    async drained() {
      ponged = createDeferred()
      // What it answers comes after all that it said before.
      const ping = [{ type: 'health.check', client_id: connection.client.clientID }]
      if (socket?.readyState === 1) socket.send(JSON.stringify(ping))
      await within(environment, drainTimeoutMs, Promise.race([ponged.promise, opened.lost]))
    },
  }
}

/** The client makes its socket once its token is there, which takes a few microtasks with our provider. */
async function socketOf(connection: StableWSConnection): Promise<StableWSConnection['ws']> {
  for (let turn = 0; turn < 50 && !connection.ws; turn++) await Promise.resolve()
  return connection.ws
}
