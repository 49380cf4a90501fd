import { createDeadline } from '../core/deadline.js'
import { createDeferred } from '../core/deferred.js'
import type { Environment } from '../core/environment.js'
import { ChatAuthError } from '../core/errors.js'
import { RefusedError, type ChatUser } from '../core/types.js'
import { readWireError } from './wireError.js'

/** An event that the backend sends: `message.new`, `health.check`, … */
export interface ChatEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** A socket that the backend has welcomed. */
export interface ChatSocket {
  readonly connectionId: string
  readonly user: ChatUser
  /** Resolves when the socket is gone without `close` having been called, with the reason. */
  readonly lost: Promise<ChatAuthError | RefusedError>
  /** Resolves when the socket is closed. */
  close(): Promise<void>
}

export interface SocketWatchOptions {
  readonly environment: Environment
  /** How long the backend may take to welcome the socket, in milliseconds. */
  readonly connectTimeoutMs: number
  /** Aborted when nobody wants the socket any more. */
  readonly signal: AbortSignal
  /** Says something on the open socket; left out where someone else does. */
  ping?(): void
  /** Ends the socket, whatever state it is in. Called once. */
  close(): void
}

/** Makes out of what a socket receives whether it is welcome, alive, refused or gone. */
export interface SocketWatch {
  /** Rejects with why the socket was not welcomed. */
  readonly opened: Promise<ChatSocket>
  /** Takes in a frame: the event in it, or null if the socket is over, perhaps because of this frame. */
  receive(frame: unknown): ChatEvent | null
  /** The socket could not be made, or failed before it could say anything. */
  fail(error: ChatAuthError): void
  /** The socket is closed, with this code where there is one. */
  closed(code?: number): void
}

/** The protocol: a ping every 25 s, and 35 s without a word mean that the line is dead. */
const pingEveryMs = 25_000
const silenceMs = 35_000

export function watchSocket(options: SocketWatchOptions): SocketWatch {
  const { environment, signal } = options
  const opened = createDeferred<ChatSocket>()
  const lost = createDeferred<ChatAuthError | RefusedError>()
  const closed = createDeferred<void>()
  let isOpen = false
  let isOver = false

  const ping = createDeadline(environment, () => {
    options.ping?.()
    ping.set(pingEveryMs)
  })
  const silence = createDeadline(environment, () => {
    fail(new ChatAuthError(isOpen ? 'connection-failed' : 'connection-timeout'))
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
    options.close()
  }

  function fail(error: ChatAuthError | RefusedError): void {
    if (isOver) return
    stop()
    opened.reject(error)
    lost.resolve(error)
  }

  function onAbort(): void {
    fail(new ChatAuthError('session-ended'))
  }

  function welcome({ connection_id: connectionId, me }: ChatEvent): void {
    if (typeof connectionId !== 'string' || !isUser(me)) {
      return fail(new ChatAuthError('unexpected-answer'))
    }
    isOpen = true
    if (options.ping) ping.set(pingEveryMs)
    opened.resolve({
      connectionId,
      user: me,
      lost: lost.promise,
      close() {
        if (!isOver) stop()
        return closed.promise
      },
    })
  }

  silence.set(options.connectTimeoutMs)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()

  return {
    opened: opened.promise,
    receive(frame) {
      if (isOver) return null
      const event = parseFrame(frame)
      if (event instanceof Error) {
        fail(event)
        return null
      }
      silence.set(silenceMs)
      if (!isOpen) welcome(event)
      return isOver ? null : event
    },
    fail,
    closed(code) {
      const isMeant = isOpen && code !== undefined && isDeliberate(code)
      fail(new ChatAuthError(isMeant ? 'connection-closed' : 'connection-failed'))
      closed.resolve()
    },
  }
}

/**
 * Whether the backend closed this very socket: normally, or with a code of its own such as 4001. Others
 * tell of a network or a server in trouble, whom all its clients must not beset at once.
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-7.4
 */
function isDeliberate(code: number): boolean {
  return code === 1000 || (code >= 4000 && code <= 4999)
}

function parseFrame(frame: unknown): ChatEvent | ChatAuthError | RefusedError {
  try {
    const event: unknown = JSON.parse(String(frame))
    const { error, type } = event as Record<string, unknown>
    if (error) return readWireError(error)
    if (typeof type === 'string') return event as ChatEvent
  } catch {
    // Not JSON: what the error would quote may be anything, and helps nobody.
  }
  return new ChatAuthError('unexpected-answer')
}

export function isUser(value: unknown): value is ChatUser {
  return typeof (value as { id?: unknown } | undefined)?.id === 'string'
}
