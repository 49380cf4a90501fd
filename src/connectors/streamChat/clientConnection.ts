import { StableWSConnection, type StreamChat, type UserResponse } from 'stream-chat'
import type { Connection } from '../../core/connector.js'
import { throwIfAborted } from '../../core/tools/onAbort.js'
import { isOlder } from '../../core/tools/userFields.js'
import type { ChatUser } from '../../core/types.js'
import { forbidSessionCalls } from './clientCalls.js'
import { createClientRecovery, type Connected, type Seated } from './clientRecovery.js'
import type { ClientRequests } from './clientRequests.js'
import { clientTimeoutMs, createFreshClient } from './freshClient.js'
import { stopCleaning, withoutSocket } from './restingClient.js'
import { noteAdditions } from './clientState.js'
import { forgetToken, forgetUser, hasFailed } from './forgetUser.js'
import { openClientSocket } from './clientSocket.js'
import { createIgnoredFrames } from '../protocol/ignoredFrames.js'
import { createMergedStream } from '../protocol/mergedStream.js'
import type { ChatSocket } from '../protocol/monitorSocket.js'
import { createPollingSocket, type PollingSocketConstructor } from '../protocol/pollingSocket.js'
import { probeToken } from '../protocol/probeToken.js'
import { createRequestSignals } from '../protocol/requestSignals.js'
import { createSessionSockets } from '../protocol/sessionSockets.js'
import { createSocketFallback } from '../protocol/socketFallback.js'
import { createSocketSignals } from '../protocol/socketSignals.js'
import { connectByPolling, PolledConnection } from './polledConnection.js'
import { reportUser, updateOwnUser } from '../protocol/userUpdates.js'
import type { ClientConnectionOptions } from './clientConnectionOptions.js'

/** How to open one line: in so many milliseconds, with a class of sockets or with the client's own. */
interface Way {
  /** Aborted when the socket is no longer wanted. */
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly PollingSocket: PollingSocketConstructor | null
}

/** Milliseconds until the client's listeners hear that the user is offline, as in the client itself. */
const offlineAfterMs = 5000

/** Creates a session's connection: one client of its own, and the sockets that it opens in turn. */
export function createClientConnection(options: ClientConnectionOptions): Connection<StreamChat> {
  const { context, base, fetch, connectTimeoutMs, isFallbackEnabled: isEnabled } = options
  const { environment, identity, signal } = context
  const sockets = createSessionSockets()
  const signals = createSocketSignals(context)
  const stream = createMergedStream()
  const onIgnored = createIgnoredFrames(context)
  const signalOf = createRequestSignals(environment, signal)
  const PollingSocket = createPollingSocket({ environment, base, fetch })
  const openLine = createSocketFallback({ context, isEnabled, connectTimeoutMs })
  const recovery = createClientRecovery({
    environment,
    isLive: (socket) => socket === live,
    retire: sockets.retire,
    lastHeardAt: () => lastHeardAt,
  })
  /** The backend's time of its last word on a socket. Set by each socket. */
  let lastHeardAt: string | null = null
  /** The client refuses an empty one. Its requests get theirs from the gate. Set by `open`. */
  let token = 'none yet'
  let connected: Connected | null = null
  /** The client of a session that begins paused, as it is made. Set by `rest`. */
  let resting: Promise<Connected> | null = null
  let live: ChatSocket | null = null
  /** Set by the first `close`. */
  let wasClosed = false
  let cancelOfflineNotice = (): void => {}
  const sessionFetch = options.http.sessionFetch(
    context,
    () => connected?.client.wsConnection?.connectionID ?? null,
  )

  /** Token provider for the client, even with a static token, because this library tracks expiry. */
  function currentToken(): Promise<string> {
    return signal.aborted ? new Promise(() => {}) : Promise.resolve(token)
  }

  function begin(client: StreamChat, user: ChatUser): Promise<unknown> | undefined {
    return identity.type === 'anonymous'
      ? client.connectAnonymousUser()
      : client.connectUser(user, currentToken)
  }

  function settle(client: StreamChat, requests: ClientRequests): Connected {
    return {
      client,
      requests,
      told: noteAdditions(client),
      disconnect: forbidSessionCalls(client, context),
    }
  }

  const createClient = (until: AbortSignal) =>
    createFreshClient({ ...options, signalOf, signal: until })

  /** Makes a client that sends requests and has had no socket yet. */
  async function createResting(): Promise<Connected> {
    const { client, requests } = await createClient(signal)
    // configured → log-out: without this, the client of nobody starts its intervals.
    throwIfAborted(signal)
    withoutSocket(client, () =>
      begin(client, identity.type === 'anonymous' ? { id: '' } : identity.user),
    )
    connected = settle(client, requests)
    return connected
  }

  async function watch(
    connection: StableWSConnection,
    connecting: Promise<unknown> | undefined,
    requests: ClientRequests,
    { timeoutMs, signal: socketSignal }: Way,
  ): Promise<Seated> {
    const seat = stream.join()
    const socket = await openClientSocket({
      connection,
      connecting,
      context: { ...context, signal: socketSignal },
      connectTimeoutMs: timeoutMs,
      seat,
      onIgnored,
      onEvent(event, kind) {
        const { created_at: at } = event
        if (kind === 'event') {
          requests.eventComes()
          reportUser(context, event)
        } else if (typeof at === 'string') lastHeardAt = at
      },
    })
    return { socket, seat }
  }

  /** Connects a fresh client. Disconnects one that failed, because it would keep retrying by itself. */
  async function connect(user: ChatUser, way: Way): Promise<Seated> {
    const { client, requests } = await createClient(way.signal)
    // configured → log-out or pause: without this, a socket opens that nobody wants.
    throwIfAborted(way.signal)
    if (way.PollingSocket) connectByPolling(client, way.PollingSocket)
    const connecting = begin(client, user)
    try {
      const seated = await watch(
        client.wsConnection as StableWSConnection,
        connecting,
        requests,
        way,
      )
      connected = settle(client, requests)
      return seated
    } catch (error) {
      void client.disconnectUser()
      // The app may have kept it: `configureClient` was given it.
      forbidSessionCalls(client, context)
      throw error
    }
  }

  /** Opens another socket for the same client; a live first socket stays in use meanwhile. */
  async function reopen({ client, requests }: Connected, way: Way): Promise<Seated> {
    await client.tokenManager.loadToken()
    const connection = way.PollingSocket
      ? new PolledConnection(client, way.PollingSocket)
      : new StableWSConnection({ client })
    const seated = await watch(connection, connection.connect(clientTimeoutMs), requests, way)
    client.wsConnection = connection
    client._startCleaning()
    return seated
  }

  function onLost({ client }: Connected): void {
    live = null
    recovery.missed()
    // The backend refuses every watching query that names a lost socket.
    client.wsConnection = null
    cancelOfflineNotice = environment.setTimer(
      () => client.dispatchEvent({ type: 'connection.changed', online: false }),
      offlineAfterMs,
    )
  }

  return {
    get client() {
      if (!connected) throw new TypeError('The client is there once the session has connected.')
      return connected.client
    },
    fetch: sessionFetch,
    probe: () => probeToken(sessionFetch),
    async updateUser(changes) {
      const user = await updateOwnUser(context, sessionFetch, changes)
      const client = connected?.client
      // As at the backend's event, without telling listeners: it may reach them before or after.
      if (client && !isOlder(user, client.user as ChatUser)) {
        client._handleUserEvent({ type: 'user.updated', user: user as UserResponse })
      }
      return user
    },
    async open(credential, details) {
      token = credential.token
      const socketSignal = signals.current()
      const before = connected ?? (await resting)
      throwIfAborted(socketSignal)
      if (sockets.makeRoom()) recovery.missed()
      const user = { ...details, id: credential.userId }
      // The client sends these with its next socket.
      if (before && identity.type !== 'anonymous') before.client._user = user
      const open = (way: Way) => (before ? reopen(before, way) : connect(user, way))
      const seated = await openLine({
        socket: (timeoutMs) => open({ timeoutMs, signal: socketSignal, PollingSocket: null }),
        polling: (timeoutMs) => open({ timeoutMs, signal: socketSignal, PollingSocket }),
      })
      const { socket } = seated
      const previous = live
      live = socket
      sockets.add(socket)
      cancelOfflineNotice()
      recovery.hurry()
      void socket.lost.then((error) => {
        sockets.retire(socket)
        if (live !== socket || !connected) return
        onLost(connected)
        context.connectionLost(error, credential)
      })
      if (before) recovery.takeOver(before, seated, previous)
      return socket.user
    },
    async rest() {
      if (connected && live) onLost(connected)
      // Nothing is handed over to the socket after it.
      stream.close()
      signals.rest()
      recovery.hurry()
      const closing = sockets.closeAll()
      const { client } = connected ?? (await (resting ??= createResting()))
      stopCleaning(client)
      await closing
    },
    async close() {
      live = null
      stream.close()
      cancelOfflineNotice()
      recovery.hurry()
      if (connected) connected.client.wsConnection = null
      // A session that failed keeps its user until the log-out: the app may still show what it had.
      const isFirst = !wasClosed
      wasClosed = true
      await Promise.all([sockets.closeAll(), connected?.disconnect()])
      if (!connected) return
      forgetToken(connected.client)
      // Read now: the signal is aborted after the transition, and `close` is called in it.
      if (!isFirst || !hasFailed(signal)) forgetUser(connected.client)
    },
  }
}
