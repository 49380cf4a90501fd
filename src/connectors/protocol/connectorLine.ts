import {
  RefusedError,
  type Connection,
  type ConnectionContext,
  type Credential,
  type Refusal,
  type UserDetails,
} from '../../core/connector.js'
import { ChatAuthError, toChatAuthError } from '../../core/errors.js'
import { refusalOf } from '../../core/refusedError.js'
import { setLongTimer } from '../../core/tools/deadline.js'
import { readDuration } from '../../core/tools/duration.js'
import { onAbort } from '../../core/tools/onAbort.js'
import type { ChatUser } from '../../core/types.js'

/** How a connector's live line is opened and read. */
export interface ConnectorLineOptions<Message> {
  /**
   * Opens a line with this credential. Yields what the backend says on it, its welcome first, and ends or
   * throws where the line does. A `RefusedError` says that the token was the reason.
   * @param signal aborted when the line is no longer wanted: close it then
   * @param details fields of the user for the backend to store, beside the id; empty once it has them
   */
  connect(credential: Credential, signal: AbortSignal, details: UserDetails): AsyncIterable<Message>
  /**
   * Returns the user that the welcome names; nothing if the message is no welcome. Whoever is not the
   * credential's `userId` is rejected with `wrong-user`. An anonymous session has a `userId` of its own.
   */
  readWelcome(message: Message, credential: Credential): ChatUser | null | undefined
  /**
   * Called with each message after the welcome. Returns the refusal if the message says that the token is
   * dead: the line then ends. What it throws ends the line as well.
   */
  onMessage(message: Message): Refusal | null | void
  /**
   * Milliseconds until the welcome has to be there. `Infinity` is no limit.
   * @default 10000
   */
  connectTimeoutMs?: number | undefined
}

/** The live side of a connection. */
export type ConnectorLine = Required<Pick<Connection, 'open' | 'rest' | 'close'>>

/**
 * Creates `open`, `rest` and `close` of a connection, for a line of any kind: server-sent events, a WebSocket, a
 * long poll. A new line is welcomed before the old one goes, which may then have said something that the
 * new one says again. A line that ends is told to `connectionLost` with its credential.
 * @throws TypeError that names an invalid option
 */
export function createConnectorLine<Message>(
  context: ConnectionContext,
  options: ConnectorLineOptions<Message>,
): ConnectorLine {
  const { environment } = context
  const connectTimeoutMs = readDuration('connectTimeoutMs', options.connectTimeoutMs, 10_000)
  const lines = new Set<AbortController>()
  /** The line that is up. Set by the newest welcome, cleared when that line ends. */
  let live: AbortController | null = null

  function end(line: AbortController, reason?: unknown): void {
    lines.delete(line)
    line.abort(reason)
  }

  async function open(credential: Credential, details: UserDetails = {}): Promise<ChatUser> {
    const line = environment.createAbortController()
    lines.add(line)
    const late = () => line.abort(new ChatAuthError('connection-timeout'))
    const cancelTimeout = setLongTimer(environment, late, connectTimeoutMs)
    const unfollow = onAbort(context.signal, () => end(line, context.signal.reason))
    try {
      const next = reader(options.connect(credential, line.signal, details), line.signal)
      const welcome = await next()
      const user = welcome.done ? null : options.readWelcome(welcome.value, credential)
      if (!user) throw new ChatAuthError('unexpected-answer')
      if (user.id !== credential.userId) throw new ChatAuthError('wrong-user')
      const previous = live
      live = line
      if (previous) end(previous)
      void listen(line, next, credential).finally(unfollow)
      return user
    } catch (error) {
      unfollow()
      end(line)
      throw reasonOf(error)
    } finally {
      cancelTimeout()
    }
  }

  async function listen(
    line: AbortController,
    next: () => Promise<IteratorResult<Message>>,
    credential: Credential,
  ): Promise<void> {
    let error: ChatAuthError | RefusedError = new ChatAuthError('connection-failed')
    try {
      for (let read = await next(); !read.done; read = await next()) {
        const refusal = options.onMessage(read.value)
        if (refusal) throw new RefusedError(refusal)
      }
    } catch (reason) {
      error = reasonOf(reason)
    }
    end(line)
    // welcome of the new line → end of the old one: that is no loss.
    if (live !== line) return
    live = null
    context.connectionLost(error, credential)
  }

  async function closeAll(): Promise<void> {
    live = null
    for (const line of lines) end(line)
  }

  return { open, rest: closeAll, close: closeAll }
}

/** Reads messages one by one; rejects as soon as `signal` aborts, with its reason. */
function reader<Message>(messages: AsyncIterable<Message>, signal: AbortSignal) {
  const iterator = messages[Symbol.asyncIterator]()
  return () =>
    new Promise<IteratorResult<Message>>((resolve, reject) => {
      const fail = () => {
        reject(signal.reason as Error)
        // Not waited for: a generator in the middle of a read returns only after it.
        iterator.return?.().catch(() => {})
      }
      if (signal.aborted) return fail()
      const stop = onAbort(signal, fail)
      // message → abort → this callback: without the check, a line that is over would still be heard.
      const settle = (result: IteratorResult<Message>) =>
        signal.aborted ? fail() : resolve(result)
      iterator.next().then(settle, reject).finally(stop)
    })
}

function reasonOf(error: unknown): ChatAuthError | RefusedError {
  return refusalOf(error) ? (error as RefusedError) : toChatAuthError(error, 'connection-failed')
}
