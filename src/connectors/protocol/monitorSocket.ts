import { createDeadline, within } from '../../core/tools/deadline.js'
import { createDeferred } from '../../core/tools/deferred.js'
import { ChatAuthError, isChatAuthError } from '../../core/errors.js'
import { refusalOf } from '../../core/refusedError.js'
import type { ConnectionContext, IgnoredFrame, RefusedError } from '../../core/connector.js'
import type { ChatIdentity, ChatUser } from '../../core/types.js'
import { isOfConnection, readFirstFrame, readFrame, type ChatEvent } from './frames.js'
import { createLiveness, type Liveness } from './liveness.js'
import type { StreamSeat } from './mergedStream.js'
import { createPings } from './pings.js'

/** A socket that the backend has welcomed. */
export interface ChatSocket {
  readonly connectionId: string
  readonly user: ChatUser
  /** Resolves with the reason when the socket ends without a call to `close`. */
  readonly lost: Promise<ChatAuthError | RefusedError>
  /** The reason of `lost`, readable at once; null while the socket lives. */
  readonly lostWith: ChatAuthError | RefusedError | null
  /** Resolves once every frame sent before this call has arrived, or after 2 s without a pong. */
  drained(): Promise<void>
  /** Closes the socket; resolves when it is closed. */
  close(): Promise<void>
}

export interface SocketMonitorOptions {
  readonly context: Pick<ConnectionContext, 'environment' | 'identity' | 'signal'>
  /** Milliseconds that the backend may take to welcome the socket. */
  readonly connectTimeoutMs: number
  readonly seat: StreamSeat
  /** Sends a ping, which the backend answers. Its sender must call `pinged`. */
  ping(): void
  /** Called for every frame after the welcome that is not an event. */
  ignored(reason: IgnoredFrame): void
  /** Ends the socket in whatever state it is; called once. */
  close(): void
}

/** Role of an event for the socket that received it. */
export type EventKind = 'welcome' | 'pong' | 'event'

/** Judges from a socket's frames whether it is welcomed, alive, refused or lost. */
export interface SocketMonitor {
  /** Resolves at the welcome; rejects with the reason if there is none. */
  readonly opened: Promise<ChatSocket>
  /** Takes in a frame. Calls `pass` with its event once the merged stream lets it through, if ever. */
  receive(data: unknown, pass: (event: ChatEvent, kind: EventKind) => void): void
  /** Call for every ping that was sent. */
  pinged(): void
  /** Ends the socket with an error of the caller's, such as a platform without WebSocket. */
  fail(error: ChatAuthError): void
  /**
   * Call with the socket's error event. `ws` says in it how a handshake was refused, and a polling socket
   * why its poll failed.
   */
  errored(event: { readonly message?: unknown; readonly error?: unknown }): void
  /** Call when the socket is closed, with the close code if there is one. */
  closed(code?: number): void
}

/** Milliseconds to wait for a pong before a socket counts as drained. */
const drainTimeoutMs = 2000

export function monitorSocket(options: SocketMonitorOptions): SocketMonitor {
  const { seat } = options
  const { environment, identity, signal } = options.context
  const opened = createDeferred<ChatSocket>()
  const lost = createDeferred<ChatAuthError | RefusedError>()
  const over = createDeferred<void>()
  const closed = createDeferred<void>()
  const pings = createPings()
  /** Set once, by the welcome; null until then. */
  let connectionId: string | null = null
  /** Set by the welcome. */
  let liveness: Liveness | null = null
  let lostWith: ChatAuthError | RefusedError | null = null
  let isOver = false

  const welcomeDue = createDeadline(environment, () => {
    fail(new ChatAuthError('connection-timeout'))
  })
  const stopWaking = environment.onWake(() => {
    welcomeDue.check()
    liveness?.wake()
  })

  function stop(): void {
    isOver = true
    welcomeDue.clear()
    liveness?.stop()
    stopWaking()
    signal.removeEventListener('abort', onAbort)
    over.resolve()
    options.close()
    seat.leave()
  }

  function fail(error: ChatAuthError | RefusedError): void {
    if (isOver) return
    lostWith = error
    stop()
    opened.reject(error)
    lost.resolve(error)
  }

  function onAbort(): void {
    fail(new ChatAuthError('session-ended'))
  }

  function welcome({ connection_id: id, me }: ChatEvent): void {
    if (typeof id !== 'string' || !isUser(me)) return fail(new ChatAuthError('unexpected-answer'))
    if (!isMe(me, identity)) return fail(new ChatAuthError('wrong-user'))
    connectionId = id
    welcomeDue.clear()
    liveness = createLiveness({
      environment,
      ask: () => options.ping(),
      onDead: () => fail(new ChatAuthError('connection-failed')),
    })
    opened.resolve({
      connectionId: id,
      user: me,
      lost: lost.promise,
      get lostWith() {
        return lostWith
      },
      async drained() {
        if (isOver) return
        options.ping()
        const drained = Promise.race([pings.caughtUp(), over.promise])
        await within(environment, drainTimeoutMs, drained)
      },
      close() {
        if (!isOver) stop()
        return closed.promise
      },
    })
  }

  function takeFirst(data: unknown, pass: (event: ChatEvent, kind: EventKind) => void): void {
    const frame = readFirstFrame(data)
    if ('end' in frame) return fail(frame.end)
    if ('ignored' in frame) return fail(new ChatAuthError('unexpected-answer'))
    welcome(frame.event)
    if (!isOver) pass(frame.event, 'welcome')
  }

  welcomeDue.set(options.connectTimeoutMs)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()

  return {
    opened: opened.promise,
    receive(data, pass) {
      if (isOver) return
      if (connectionId === null) return takeFirst(data, pass)
      const frame = readFrame(data, connectionId)
      if ('end' in frame) return fail(frame.end)
      const isPong = 'event' in frame && isPongOf(frame.event, connectionId)
      // Any frame, even an ignored one, proves that the line is alive.
      liveness?.heard(isPong)
      if ('ignored' in frame) return options.ignored(frame.ignored)
      const { event } = frame
      if (isPong) {
        pings.answered()
        return pass(event, 'pong')
      }
      // One spelling of an event, whichever way it came: the stream compares texts.
      seat.say(JSON.stringify(event), () => pass(event, 'event'))
    },
    pinged: () => pings.asked(),
    fail,
    errored({ message, error }) {
      if (isChatAuthError(error) || refusalOf(error)) {
        return fail(error as ChatAuthError | RefusedError)
      }
      if (isRefusedHandshake(message)) fail(new ChatAuthError('handshake-refused'))
    },
    closed(code) {
      const isMeant = connectionId !== null && code !== undefined && isDeliberate(code)
      fail(new ChatAuthError(isMeant ? 'connection-closed' : 'connection-failed'))
      closed.resolve()
    },
  }
}

export interface Handover {
  readonly from: ChatSocket
  readonly to: ChatSocket
  /** The seat of `to`. */
  readonly seat: StreamSeat
  /** Closes `from`. */
  readonly closeOld: () => void
}

/** Moves the event stream from the old socket to the new one, in order and without duplicates. */
export async function handOver({ from, to, seat, closeOld }: Handover): Promise<void> {
  await from.drained()
  seat.lead()
  closeOld()
  await to.drained()
  seat.settle()
}

/**
 * Whether the backend closed this socket on purpose: normally (1000), or with a code of its own such as
 * 4001. Other codes mean trouble in the network or the server, where clients must reconnect with jitter.
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-7.4
 */
function isDeliberate(code: number): boolean {
  return code === 1000 || (code >= 4000 && code <= 4999)
}

/** Whether `ws` tells of a 401 or 403 in place of the handshake, which may be over the token. */
function isRefusedHandshake(message: unknown): boolean {
  return typeof message === 'string' && /^Unexpected server response: 40[13]$/.test(message)
}

function isPongOf(event: ChatEvent, connectionId: string): boolean {
  return event.type === 'health.check' && isOfConnection(event, connectionId)
}

export function isUser(value: unknown): value is ChatUser {
  return typeof (value as { id?: unknown } | undefined)?.id === 'string'
}

/** Whether the welcomed user is the session's own. */
function isMe({ id, role }: ChatUser, identity: ChatIdentity): boolean {
  if (identity.type !== 'anonymous') return id === identity.user.id
  return id === '!anon' || role === 'anonymous'
}
