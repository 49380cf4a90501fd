import { StableWSConnection, type StreamChat } from 'stream-chat'
import { createPause } from '../../core/tools/deadline.js'
import { retryDelayMs } from '../../core/retry.js'
import type { Connection, ConnectionContext } from '../../core/connector.js'
import type { ChatUser } from '../../core/types.js'
import type { ChatHttp } from '../protocol/chatHttp.js'
import { gateRequests, type ClientRequests } from './clientRequests.js'
import { openClientSocket } from './clientSocket.js'
import { createIgnoredFrames } from '../protocol/ignoredFrames.js'
import { createMergedStream, type StreamSeat } from '../protocol/mergedStream.js'
import { handOver, type ChatSocket } from '../protocol/monitorSocket.js'

export interface ClientConnectionOptions {
  readonly context: ConnectionContext
  readonly createClient: () => StreamChat
  readonly http: ChatHttp
  readonly connectTimeoutMs: number
}

/** A client that has connected, and the requests that go through it. */
interface Connected {
  readonly client: StreamChat
  readonly requests: ClientRequests
}

/** A socket and its seat in the merged stream. */
interface Seated {
  readonly socket: ChatSocket
  readonly seat: StreamSeat
}

/**
 * Milliseconds that the client itself waits for a socket, next to nothing: the monitor enforces
 * the real timeout. The client's timer would outlive the welcome and keep a Node process alive for 15 s.
 */
const clientTimeoutMs = 0

/** Milliseconds until the client's listeners hear that the user is offline, as in the client itself. */
const offlineAfterMs = 5000

/** Retry policy for querying channels again on a reopened connection. */
const recovery = { maxAttempts: 8, minDelayMs: 500, maxDelayMs: 30_000 }

/** Creates a session's connection: one client of its own, and the sockets that it opens in turn. */
export function createClientConnection(options: ClientConnectionOptions): Connection<StreamChat> {
  const { context, connectTimeoutMs } = options
  const { environment, identity, signal } = context
  const sockets = new Set<ChatSocket>()
  const pause = createPause(environment)
  const stream = createMergedStream()
  const onIgnored = createIgnoredFrames(context)
  /** Whether events were missed and the client's state is not recovered yet. */
  let isBehind = false
  let takingOver = Promise.resolve()
  let token = ''
  let connected: Connected | null = null
  let live: ChatSocket | null = null
  let cancelOfflineNotice = (): void => {}

  /** Token provider for the client, even with a static token, because this library tracks expiry. */
  function currentToken(): Promise<string> {
    return signal.aborted ? new Promise(() => {}) : Promise.resolve(token)
  }

  async function watch(
    connection: StableWSConnection,
    connecting: Promise<unknown> | undefined,
  ): Promise<Seated> {
    const seat = stream.join()
    const socket = await openClientSocket({
      connection,
      connecting,
      context,
      connectTimeoutMs,
      seat,
      onIgnored,
    })
    return { socket, seat }
  }

  /** Connects a fresh client. Disconnects one that failed, because it would keep retrying by itself. */
  async function connect(): Promise<Seated> {
    const client = options.createClient()
    client.defaultWSTimeout = clientTimeoutMs
    const requests = gateRequests(client, context)
    const connecting =
      identity.type === 'anonymous'
        ? client.connectAnonymousUser()
        : client.connectUser(withoutBackendFields(identity.user), currentToken)
    try {
      const seated = await watch(client.wsConnection as StableWSConnection, connecting)
      connected = { client, requests }
      return seated
    } catch (error) {
      void client.disconnectUser()
      throw error
    }
  }

  /** Opens another socket for the same client; a live first socket stays in use meanwhile. */
  async function reopen({ client }: Connected): Promise<Seated> {
    await client.tokenManager.loadToken()
    const connection = new StableWSConnection({ client })
    const seated = await watch(connection, connection.connect(clientTimeoutMs))
    client.wsConnection = connection
    return seated
  }

  function retire(socket: ChatSocket): void {
    void socket.close().then(() => sockets.delete(socket))
  }

  /** Moves watched channels and the event stream to the socket that is live now. */
  async function takeOver(
    { client, requests }: Connected,
    { socket, seat }: Seated,
    previous: ChatSocket | null,
  ): Promise<void> {
    // query watches on the old socket → that socket closes: without this wait, the watch is lost.
    await requests.watchesSettled()
    if (previous && !isBehind) {
      // No event is missed if the new socket watches every channel before the old one closes.
      isBehind = !(await persist(socket, () => watchAll(client)))
    }
    if (previous) {
      await handOver({ from: previous, to: socket, seat, closeOld: () => retire(previous) })
    }
    isBehind ||= !previous || previous.lostWith !== null || seat.wasRushed
    if (isBehind) isBehind = !(await persist(socket, () => recover(client)))
  }

  /** Retries a task while the socket is live; false if the socket, the retries or the backend end it. */
  async function persist(socket: ChatSocket, task: () => Promise<unknown>): Promise<boolean> {
    for (let attempt = 1; live === socket && attempt <= recovery.maxAttempts; attempt++) {
      try {
        await task()
        return true
      } catch (error) {
        if (isFinal(error)) return false
        await pause.wait(retryDelayMs(attempt, recovery, environment.random()))
      }
    }
    return false
  }

  function onLost({ client }: Connected): void {
    live = null
    isBehind = true
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
    fetch: options.http.sessionFetch(
      context,
      () => connected?.client.wsConnection?.connectionID ?? null,
    ),
    async open(credential) {
      token = credential.token
      const before = connected
      const seated = await (before ? reopen(before) : connect())
      const { socket } = seated
      const previous = live
      live = socket
      sockets.add(socket)
      cancelOfflineNotice()
      pause.end()
      void socket.lost.then((error) => {
        retire(socket)
        if (live !== socket || !connected) return
        onLost(connected)
        context.connectionLost(error, credential)
      })
      if (before) takingOver = takingOver.then(() => takeOver(before, seated, previous))
      return socket.user
    },
    async close() {
      live = null
      stream.close()
      cancelOfflineNotice()
      pause.end()
      if (connected) connected.client.wsConnection = null
      await Promise.all([
        ...[...sockets].map((socket) => socket.close()),
        connected?.client.closeConnection(),
      ])
    },
  }
}

/** Fields that only the backend sets. It returns them with a guest, and the client never sends them. */
const backendFields = new Set(['created_at', 'updated_at', 'last_active', 'online'])

function withoutBackendFields(user: ChatUser): ChatUser {
  return Object.fromEntries(
    Object.entries(user).filter(([field]) => !backendFields.has(field)),
  ) as ChatUser
}

/** Page size: the most channels that the backend returns for one query. */
const channelsAtOnce = 30

/** Yields filters for the client's active channels, one per page. */
function* activeChannels(client: StreamChat) {
  const cids = Object.keys(client.activeChannels)
  for (let i = 0; i < cids.length; i += channelsAtOnce) {
    yield { cid: { $in: cids.slice(i, i + channelsAtOnce) } }
  }
}

/** Watches all the client's channels on the live socket, without any change to the client's state. */
async function watchAll(client: StreamChat): Promise<void> {
  for (const filter_conditions of activeChannels(client)) {
    const query = { filter_conditions, sort: [], limit: channelsAtOnce }
    await client.post(`${client.baseURL}/channels`, { ...query, watch: true, state: false })
  }
}

/** Replaces the client's `recoverState`, which queries 30 channels and leaves the rest unwatched. */
async function recover(client: StreamChat): Promise<void> {
  if (client.recoverStateOnReconnect) {
    for (const filter of activeChannels(client)) {
      await client.queryChannels(filter, { last_message_at: -1 }, { limit: channelsAtOnce })
    }
  }
  client.dispatchEvent({ type: 'connection.recovered' })
}

/** Whether an error is the backend's final answer, which a retry would not change. */
function isFinal(error: unknown): boolean {
  const { status } = error as { status?: unknown }
  return typeof status === 'number' && status < 500 && status !== 429
}
