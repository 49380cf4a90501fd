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

/** A client that has connected. */
interface Connected {
  readonly client: StreamChat
  readonly requests: ClientRequests
}

/** A socket with its place among those that are open at once. */
interface Seated {
  readonly socket: ChatSocket
  readonly seat: StreamSeat
}

/**
 * How long the client itself waits for a socket. How long it may take is watched here; the client's
 * own timer would go on after the welcome, and keep a Node process for 15 seconds.
 */
const clientTimeoutMs = 0

/** As long as the client itself would wait before it tells its listeners that the user is offline. */
const offlineAfterMs = 5000

/** How the channels of a reopened connection are asked for again. */
const recovery = { maxAttempts: 8, minDelayMs: 500, maxDelayMs: 30_000 }

/** One session's life on one client of its own: its sockets, one after another, are opened here. */
export function createClientConnection(options: ClientConnectionOptions): Connection<StreamChat> {
  const { context, connectTimeoutMs } = options
  const { environment, identity, signal } = context
  const sockets = new Set<ChatSocket>()
  const pause = createPause(environment)
  const stream = createMergedStream()
  const onIgnored = createIgnoredFrames(context)
  /** Whether events were missed that `recoverState` has not made up for yet. */
  let isBehind = false
  let takingOver = Promise.resolve()
  let token = ''
  let connected: Connected | null = null
  let live: ChatSocket | null = null
  let cancelOfflineNotice = (): void => {}

  /** The client's token provider, also for a static token: what expires is ours to notice. */
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

  /** A client that could not connect is thrown away: it would go on trying by itself. */
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

  /** A second socket of the client's: the first one, if it still stands, goes on meanwhile. */
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

  /** Moves everything over to the socket that is live now. */
  async function takeOver(
    { client, requests }: Connected,
    { socket, seat }: Seated,
    previous: ChatSocket | null,
  ): Promise<void> {
    // Else what they asked to watch would be known to the old socket only, and lost with it.
    await requests.watchesSettled()
    if (previous && !isBehind) {
      // The new socket hears all before the old one goes: nothing was missed, and nothing need change.
      isBehind = !(await persist(socket, () => watchAll(client)))
    }
    if (previous) {
      await handOver({ from: previous, to: socket, seat, closeOld: () => retire(previous) })
    }
    isBehind ||= !previous || previous.lostWith !== null || seat.wasRushed
    if (isBehind) isBehind = !(await persist(socket, () => recover(client)))
  }

  /** Whether it was done in the end, before the socket was gone or the backend said no. */
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
    // With the id of a socket that is gone, every query that watches would be refused.
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

/** What the backend alone sets, and gives with a guest: the client itself never sends it back. */
const backendFields = new Set(['created_at', 'updated_at', 'last_active', 'online'])

function withoutBackendFields(user: ChatUser): ChatUser {
  return Object.fromEntries(
    Object.entries(user).filter(([field]) => !backendFields.has(field)),
  ) as ChatUser
}

/** More than that the backend answers at once in no case. */
const channelsAtOnce = 30

/** The channels that the client knows, by their ids, so many at once. */
function* activeChannels(client: StreamChat) {
  const cids = Object.keys(client.activeChannels)
  for (let i = 0; i < cids.length; i += channelsAtOnce) {
    yield { cid: { $in: cids.slice(i, i + channelsAtOnce) } }
  }
}

/** Has the socket that is live now told of all that the client watches; the client itself is told nothing. */
async function watchAll(client: StreamChat): Promise<void> {
  for (const filter_conditions of activeChannels(client)) {
    const query = { filter_conditions, sort: [], limit: channelsAtOnce }
    await client.post(`${client.baseURL}/channels`, { ...query, watch: true, state: false })
  }
}

/** As the client's `recoverState`, which asks for 30 channels and leaves the rest unheard. */
async function recover(client: StreamChat): Promise<void> {
  if (client.recoverStateOnReconnect) {
    for (const filter of activeChannels(client)) {
      await client.queryChannels(filter, { last_message_at: -1 }, { limit: channelsAtOnce })
    }
  }
  client.dispatchEvent({ type: 'connection.recovered' })
}

/** Whether the backend said no, and will again. */
function isFinal(error: unknown): boolean {
  const { status } = error as { status?: unknown }
  return typeof status === 'number' && status < 500 && status !== 429
}
