import { createDeadline } from '../core/deadline.js'
import type { Environment } from '../core/environment.js'
import { ChatAuthError } from '../core/errors.js'
import { RefusedError, type ChatUser } from '../core/types.js'
import { readWireError } from './wireError.js'

/** The part of the WHATWG WebSocket that is used: what browsers, Node 22, `ws` and tests all have. */
export interface WebSocketLike {
  addEventListener(
    type: 'message' | 'close' | 'error',
    listener: (event: { data: unknown }) => void,
  ): void
  send(data: string): void
  close(code?: number, reason?: string): void
}

export type WebSocketConstructor = new (url: string) => WebSocketLike

/** An event that the backend sends: `message.new`, `health.check`, … */
export interface ChatEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export interface ChatSocket {
  readonly connectionId: string
  readonly user: ChatUser
  /** Resolves when the socket is gone without `close` having been called, with the reason. */
  readonly lost: Promise<ChatAuthError | RefusedError>
  /** Resolves when the socket is closed. */
  close(): Promise<void>
}

export interface ChatSocketOptions {
  readonly url: string
  readonly WebSocket: WebSocketConstructor
  readonly clientId: string
  readonly environment: Environment
  readonly connectTimeoutMs: number
  /** Aborted when nobody wants the socket any more. */
  readonly signal: AbortSignal
  onEvent(event: ChatEvent): void
}

/** The protocol: a ping every 25 s, and 35 s without a word mean that the line is dead. */
const pingEveryMs = 25_000
const silenceMs = 35_000

/** Resolves with the socket once the backend has welcomed it; rejects with why it did not. */
export function openChatSocket(options: ChatSocketOptions): Promise<ChatSocket> {
  const { environment, signal } = options
  return new Promise((resolve, reject) => {
    const socket = connect(options)
    let isOpen = false
    let isOver = false
    let reportLost: (error: ChatAuthError | RefusedError) => void = () => {}
    const lost = new Promise<ChatAuthError | RefusedError>((report) => {
      reportLost = report
    })
    let reportClosed: () => void = () => {}
    const closed = new Promise<void>((report) => {
      reportClosed = report
    })

    const ping = createDeadline(environment, () => {
      socket.send(JSON.stringify([{ type: 'health.check', client_id: options.clientId }]))
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
      socket.close()
    }

    function fail(error: ChatAuthError | RefusedError): void {
      if (isOver) return
      stop()
      reject(error)
      reportLost(error)
    }

    function onAbort(): void {
      fail(new ChatAuthError('session-ended'))
    }

    function onFrame(frame: unknown): void {
      if (isOver) return
      const event = parseFrame(frame)
      if (event instanceof Error) return fail(event)
      silence.set(silenceMs)
      if (isOpen) return options.onEvent(event)
      const { connection_id: connectionId, me } = event
      if (typeof connectionId !== 'string' || !isUser(me)) {
        return fail(new ChatAuthError('unexpected-answer'))
      }
      isOpen = true
      ping.set(pingEveryMs)
      resolve({
        connectionId,
        user: me,
        lost,
        close() {
          if (!isOver) stop()
          return closed
        },
      })
    }

    silence.set(options.connectTimeoutMs)
    signal.addEventListener('abort', onAbort)
    socket.addEventListener('message', ({ data }) => onFrame(data))
    // Nothing is said in it that the close which follows does not say; unheard, Node's would throw.
    socket.addEventListener('error', () => {})
    socket.addEventListener('close', () => {
      fail(new ChatAuthError('connection-failed'))
      reportClosed()
    })
    if (signal.aborted) onAbort()
  })
}

function connect({ WebSocket, url }: ChatSocketOptions): WebSocketLike {
  try {
    return new WebSocket(url)
  } catch {
    // What the platform says may quote the URL, and with it the token.
    throw new ChatAuthError('connection-failed')
  }
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
