import { createDeadline, within } from '../../core/tools/deadline.js'
import { createDeferred } from '../../core/tools/deferred.js'
import { ChatAuthError } from '../../core/errors.js'
import type { ConnectionContext, IgnoredFrame, RefusedError } from '../../core/connector.js'
import type { ChatIdentity, ChatUser } from '../../core/types.js'
import { isOfConnection, readFirstFrame, readFrame, type ChatEvent } from './frames.js'
import type { StreamSeat } from './mergedStream.js'
import { createPings } from './pings.js'

/** A socket that the backend has welcomed. */
export interface ChatSocket {
  readonly connectionId: string
  readonly user: ChatUser
  /** Resolves when the socket is gone without `close` having been called, with the reason. */
  readonly lost: Promise<ChatAuthError | RefusedError>
  /** What `lost` has resolved or is about to resolve with. */
  readonly lostWith: ChatAuthError | RefusedError | null
  /** Resolves once all has come in that the backend said before this was called, as far as it answers. */
  drained(): Promise<void>
  /** Resolves when the socket is closed. */
  close(): Promise<void>
}

export interface SocketMonitorOptions {
  readonly context: Pick<ConnectionContext, 'environment' | 'identity' | 'signal'>
  /** How long the backend may take to welcome the socket, in milliseconds. */
  readonly connectTimeoutMs: number
  readonly seat: StreamSeat
  /** Whether nobody else pings the open socket regularly. */
  readonly keepsAlive: boolean
  /** Says something on the open socket, which the backend answers; `pinged` is to be called. */
  ping(): void
  /** A frame after the welcome was no event. */
  ignored(reason: IgnoredFrame): void
  /** Ends the socket, whatever state it is in. Called once. */
  close(): void
}

/** What an event is to the socket that it came through. */
export type EventKind = 'welcome' | 'pong' | 'event'

/** Makes out of what a socket receives whether it is welcome, alive, refused or gone. */
export interface SocketMonitor {
  /** Rejects with why the socket was not welcomed. */
  readonly opened: Promise<ChatSocket>
  /** Takes in a frame. `pass` is called with the event in it when that one's turn has come, or never. */
  receive(data: unknown, pass: (event: ChatEvent, kind: EventKind) => void): void
  /** A ping was sent. */
  pinged(): void
  /** The socket could not be made, or failed before it could say anything. */
  fail(error: ChatAuthError): void
  /** The socket is closed, with this code where there is one. */
  closed(code?: number): void
}

/** The protocol: a ping every 25 s, and 35 s without a word mean that the line is dead. */
const pingEveryMs = 25_000
const silenceMs = 35_000

/** A backend that does not answer a ping has been waited for long enough. */
const drainTimeoutMs = 2000

export function monitorSocket(options: SocketMonitorOptions): SocketMonitor {
  const { seat } = options
  const { environment, identity, signal } = options.context
  const opened = createDeferred<ChatSocket>()
  const lost = createDeferred<ChatAuthError | RefusedError>()
  const over = createDeferred<void>()
  const closed = createDeferred<void>()
  const pings = createPings()
  /** Set by the welcome, and by nothing that comes later. */
  let connectionId: string | null = null
  let lostWith: ChatAuthError | RefusedError | null = null
  let isOver = false

  const ping = createDeadline(environment, () => {
    options.ping()
    ping.set(pingEveryMs)
  })
  const silence = createDeadline(environment, () => {
    const wasWelcomed = connectionId !== null
    fail(new ChatAuthError(wasWelcomed ? 'connection-failed' : 'connection-timeout'))
  })
  const stopWaking = environment.onWake(() => {
    silence.check()
    ping.check()
  })

  function stop(): void {
    isOver = true
    ping.clear()
    silence.clear()
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
    silence.set(silenceMs)
    if (options.keepsAlive) ping.set(pingEveryMs)
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

  silence.set(options.connectTimeoutMs)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()

  return {
    opened: opened.promise,
    receive(data, pass) {
      if (isOver) return
      if (connectionId === null) return takeFirst(data, pass)
      // Whatever it is: the line is alive.
      silence.set(silenceMs)
      const frame = readFrame(data, connectionId)
      if ('end' in frame) return fail(frame.end)
      if ('ignored' in frame) return options.ignored(frame.ignored)
      const { event } = frame
      if (event.type === 'health.check' && isOfConnection(event, connectionId)) {
        pings.answered()
        return pass(event, 'pong')
      }
      seat.say(data as string, () => pass(event, 'event'))
    },
    pinged: () => pings.asked(),
    fail,
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

/** Has the younger of two sockets heard in place of the older one: each event once, and in order. */
export async function handOver({ from, to, seat, closeOld }: Handover): Promise<void> {
  await from.drained()
  seat.lead()
  closeOld()
  await to.drained()
  seat.settle()
}

/**
 * Whether the backend closed this very socket: normally, or with a code of its own such as 4001. Others
 * tell of a network or a server in trouble, whom all its clients must not beset at once.
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-7.4
 */
function isDeliberate(code: number): boolean {
  return code === 1000 || (code >= 4000 && code <= 4999)
}

export function isUser(value: unknown): value is ChatUser {
  return typeof (value as { id?: unknown } | undefined)?.id === 'string'
}

/** Whether the user who was welcomed is the one whose session this is. */
function isMe({ id, role }: ChatUser, identity: ChatIdentity): boolean {
  if (identity.type !== 'anonymous') return id === identity.user.id
  return id === '!anon' || role === 'anonymous'
}
