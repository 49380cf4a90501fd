import { ChatAuthError } from '../../../src/core/errors.js'
import {
  RefusedError,
  type SendResult,
  type ConnectionContext,
  type Connector,
  type Credential,
  type RefusalCode,
} from '../../../src/core/connector.js'
import { type ChatUser } from '../../../src/core/types.js'
import type { Points } from './points.js'
import type { Watch } from './watch.js'

export interface Client {
  readonly sessionId: string
}

interface FakeConnection {
  readonly context: ConnectionContext
  readonly client: Client
  isUp: boolean
  /** Credential of the socket that is up. */
  credential: Credential | undefined
  /** Credential of the socket that is opening. */
  opening: Credential | undefined
  /** Credentials of sockets that were lost before their `open` resolved, and are never up. */
  readonly doomed: Set<Credential>
  isClosed: boolean
  /** Time of the `close` call, while it is pending. */
  closingSinceMs: number | null
}

export interface BackendOptions {
  readonly watch: Watch
  readonly points: Points
  readonly mint: (userId: string) => string
  /** Throws if the session must not act now. */
  readonly assertWanted: (what: string, userId: string) => void
  readonly callBack: (place: string) => void
  readonly holdsClose: boolean
  /** Whether a loss names its socket. */
  readonly namesLost: boolean
  /** Called when a connection is lost before it is up. */
  readonly onEarlyLoss: () => void
}

const refusal = (code: RefusalCode) => ({ code, message: 'revoked' })

/** A connector whose every answer waits for the schedule. */
export function createBackend(options: BackendOptions) {
  const { watch, points, assertWanted, callBack } = options
  const connections: FakeConnection[] = []
  const signals: AbortSignal[] = []
  let guests = 0
  let names = 0

  /** Longest wait for a close, in milliseconds. */
  const mostCloseMs = 1000

  const isClosing = () =>
    connections.some(({ closingSinceMs, context }) => {
      const nowMs = context.environment.monotonicNow()
      return closingSinceMs !== null && nowMs - closingSinceMs < mostCloseMs
    })
  const up = () => connections.filter(({ isUp }) => isUp)

  function createConnection(context: ConnectionContext) {
    const client = { sessionId: context.sessionId }
    const connection: FakeConnection = {
      context,
      client,
      isUp: false,
      credential: undefined,
      opening: undefined,
      doomed: new Set(),
      isClosed: false,
      closingSinceMs: null,
    }
    connections.push(connection)
    signals.push(context.signal)
    watch.check(!context.signal.aborted, 'no connection is made for a session that has ended')

    const user = (userId: string): ChatUser =>
      context.identity.type === 'anonymous'
        ? { id: '!anon' }
        : { ...context.identity.user, id: userId }

    let isOpening = false

    function onOpened(credential: Credential, isGood: boolean): void {
      if (connection.opening === credential) connection.opening = undefined
      if (!isGood || connection.isClosed || connection.doomed.has(credential)) return
      connection.isUp = true
      connection.credential = credential
      watch.check(up().length <= 1, 'at most one live connection')
    }

    return {
      client,
      open(credential: Credential): Promise<ChatUser> {
        const { userId } = credential
        connection.opening = credential
        watch.worked('opens')
        watch.check(!isOpening, 'one attempt to open at a time')
        watch.check(!context.signal.aborted, 'no open after the end of its session')
        watch.check(!connection.isClosed, 'no open after close')
        assertWanted('open', userId)
        watch.check(!isClosing(), 'the next session opens when the last has closed')
        callBack('open')
        if (watch.isRunaway('opens')) return new Promise(() => {})
        isOpening = true
        return points.add(
          'open',
          () => user(userId),
          (isGood) => {
            isOpening = false
            onOpened(credential, isGood)
          },
        )
      },
      fetch(_input: string | URL, init?: RequestInit): Promise<Response> {
        return context.send<Response>(({ userId }) => {
          watch.worked('sends')
          watch.check(!context.signal.aborted, 'nothing is sent after the end of its session')
          assertWanted('send', userId)
          const good = (): SendResult<Response> => ({ refusal: null, value: new Response() })
          return points.add<SendResult<Response>>('answer', good)
        }, init?.signal)
      },
      async rest(): Promise<void> {
        watch.check(!context.signal.aborted, 'no rest after the end of its session')
        connection.isUp = false
        callBack('rest')
      },
      close(): Promise<void> {
        connection.isUp = false
        connection.isClosed = true
        if (!options.holdsClose) return Promise.resolve()
        connection.closingSinceMs ??= context.environment.monotonicNow()
        return points.add<void>(
          'close',
          () => {},
          () => {
            connection.closingSinceMs = null
          },
        )
      },
    }
  }

  const connector: Connector<Client> = {
    id: 'fake',
    createConnection,
    createGuest(user, { signal }) {
      watch.worked('guestsMade')
      watch.check(!signal.aborted, 'no guest is made after the end of their session')
      signals.push(signal)
      callBack('guest')
      const id = `guest-${++guests}`
      return points.add('guest', () => ({ user: { ...user, id }, token: options.mint(id) }))
    },
  }

  return {
    connector,
    up,
    isClosed: (sessionId: string) =>
      connections.every(({ client, isClosed }) => client.sessionId !== sessionId || isClosed),
    liveSignals: () => signals.filter(({ aborted }) => !aborted),
    /** Reports the loss of a socket, of the newest session or the one before, even if it never opened. */
    lose(error: ChatAuthError | RefusedError, place = -1): void {
      const connection = connections.at(place)
      if (connection) lose(connection, error)
    },
    /** Tells the newest session of its user, each time with another name. */
    tellOfUser(): void {
      const { context } = connections.at(-1) ?? {}
      if (!context || context.identity.type === 'anonymous') return
      context.userUpdated({ id: context.identity.user.id, name: `name ${++names}` })
    },
    /** Reports the loss before the opening that preceded it. */
    loseThenOpen(error: ChatAuthError | RefusedError): void {
      const connection = connections.at(-1)
      const point = connection && !connection.isUp ? points.take('open') : undefined
      if (!point || !connection) return
      lose(connection, error)
      point.onSettled?.(true)
      // A later answer to this opening is for a socket that is gone.
      point.resolve(point.good())
    },
  }

  function lose(connection: FakeConnection, error: ChatAuthError | RefusedError): void {
    if (!connection.isUp) options.onEarlyLoss()
    const { context, doomed, opening } = connection
    const credential = connection.isUp ? connection.credential : opening
    if (!connection.isUp && opening) doomed.add(opening)
    connection.isUp = false
    if (options.namesLost) context.connectionLost(error, credential)
    else context.connectionLost(error)
  }
}

export type Backend = ReturnType<typeof createBackend>

export const lost = {
  plain: () => new ChatAuthError('connection-failed'),
  closed: () => new ChatAuthError('connection-closed'),
  refused: (code: RefusalCode) => new RefusedError(refusal(code)),
}

export const answers = { refused: (code: RefusalCode) => ({ refusal: refusal(code) }) }
