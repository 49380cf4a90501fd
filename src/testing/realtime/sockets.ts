import type { Audience } from './audience.js'
import type { Counters } from '../controls/counters.js'
import { applyFaults, type Faults } from '../controls/faults.js'
import type { Timers } from '../controls/timers.js'
import type { Caller } from '../chat/caller.js'
import { expiredText, type Credentials, type Tokens } from '../tokens/tokens.js'
import { isPing, readHandshake } from './frames.js'
import type { Users } from '../chat/users.js'
import { ApiError, htmlPage, UnreachableError } from '../wire/wire.js'

/** The client's end of a socket, given to the backend by a host. */
export interface SocketPeer {
  send(text: string): void
  close(code: number, reason: string): void
  /** Breaks the connection without a close frame; the client sees 1006. */
  terminate(): void
}

/** The backend's end of a socket, called by the host. */
export interface AcceptedSocket {
  message(text: string): void
  /** Call when the client has closed or disconnected. */
  closed(): void
}

/**
 * Way in which an open socket learns that its token is dead. `silent`: not before it reconnects ·
 * `error-event`: by a `connection.error` event and close 1000 · `error-frame`: by a bare error frame and
 * close 1000 · `abnormal`: by an abnormal close.
 */
export type SocketExpiry = 'silent' | 'error-event' | 'error-frame' | 'abnormal'

/** Way to drop connections: abnormally, or with a close code. */
export type ConnectionDrop = 'abnormal' | { code: number; reason?: string }

interface Socket {
  readonly peer: SocketPeer
  readonly credentials: Credentials
  readonly connectionId: string
  readonly abort: AbortController
  /** The proven caller; null until the handshake is done. */
  caller: Caller | null
  leaveAudience: () => void
  cancelTimer: () => void
}

type Handshake = ReturnType<typeof readHandshake>

export interface SocketsOptions {
  readonly faults: Faults
  readonly timers: Timers
  readonly tokens: Tokens
  readonly users: Users
  readonly audience: Audience
  readonly counters: Counters
  /** Returns the unread counts for the `me` of a first frame. */
  readonly unread: (userId: string) => object
  readonly instant: () => string
  readonly serverNow: () => number
  readonly expiry: () => SocketExpiry
}

/** Interval for checking a distant expiry in milliseconds, because clocks jump and timers are limited. */
const longestTimerMs = 60_000

export type Sockets = ReturnType<typeof createSockets>

export function createSockets(options: SocketsOptions) {
  const { faults, timers, tokens, users, audience, counters, instant, serverNow, expiry } = options
  const sockets = new Set<Socket>()

  const live = () => [...sockets].filter((socket) => socket.caller)

  const recount = (userId: string) => {
    const open = live()
    counters.sockets(open.length, userId, open.filter((s) => s.caller?.userId === userId).length)
  }

  function forget(socket: Socket) {
    socket.cancelTimer()
    socket.abort.abort()
    if (!sockets.delete(socket) || !socket.caller) return
    recount(socket.caller.userId)
    socket.leaveAudience()
  }

  function drop(socket: Socket, how: ConnectionDrop) {
    forget(socket)
    if (how === 'abnormal') socket.peer.terminate()
    else socket.peer.close(how.code, how.reason ?? '')
  }

  /** Sends a frame, unless the backend is down: open sockets then go silent. */
  function send(socket: Socket, frame: object) {
    if (!faults.down) socket.peer.send(JSON.stringify(frame))
  }

  const event = (type: string, more: object) => ({ type, created_at: instant(), ...more })

  /** Tells an open socket that its token is dead, as `socketExpiry` says. */
  function expire(socket: Socket, error: ApiError) {
    const how = expiry()
    if (how === 'silent' || faults.down) return
    if (how === 'abnormal') return drop(socket, 'abnormal')
    const { connectionId } = socket
    send(
      socket,
      how === 'error-frame'
        ? { error }
        : event('connection.error', { connection_id: connectionId, error }),
    )
    drop(socket, { code: 1000 })
  }

  function watchExpiry(socket: Socket, expiresAtMs: number) {
    socket.cancelTimer()
    if (expiresAtMs === Infinity) return
    const remainingMs = expiresAtMs - serverNow()
    if (remainingMs <= 0) return expire(socket, new ApiError(40, expiredText))
    socket.cancelTimer = timers.set(
      () => watchExpiry(socket, expiresAtMs),
      Math.min(remainingMs, longestTimerMs),
    )
  }

  /** Judges a handshake: its caller, or the reason why it fails. */
  async function admit(socket: Socket): Promise<Caller | ApiError | UnreachableError> {
    try {
      await applyFaults(faults, timers, socket.abort.signal)
      const caller = await tokens.authenticate(socket.credentials)
      if (caller.kind === 'server') throw new ApiError(5, 'a server does not connect as a user')
      return caller
    } catch (error) {
      if (error instanceof ApiError || error instanceof UnreachableError) return error
      throw error
    }
  }

  async function open(socket: Socket, { user, device, requestId }: Handshake) {
    const caller = await admit(socket)
    if (!sockets.has(socket)) return
    if (caller instanceof UnreachableError) return drop(socket, 'abnormal')
    const error = caller instanceof ApiError ? caller : null
    counters.handshake({
      at: new Date(timers.now()),
      method: 'GET',
      path: '/connect',
      userId: socket.credentials.userId,
      requestId,
      status: error?.status ?? 101,
      code: error?.code ?? null,
    })
    if (caller instanceof ApiError) {
      send(socket, { error: caller })
      return drop(socket, { code: 1000 })
    }
    socket.caller = caller
    recount(caller.userId)
    if (faults.nonsense) return socket.peer.send(htmlPage)
    const { connectionId } = socket
    const before = users.get(caller.userId)
    if (users.upsert({ ...user, id: caller.userId }) !== before) {
      audience.toThoseWhoKnow(caller.userId)
    }
    if (device && caller.kind !== 'anonymous') users.addDevice(caller.userId, device)
    socket.leaveAudience = audience.join(connectionId, caller.userId, (told) => send(socket, told))
    const me = { ...users.own(caller.userId), ...options.unread(caller.userId) }
    send(socket, event('health.check', { connection_id: connectionId, cid: '*', me }))
    watchExpiry(socket, caller.expiresAtMs)
  }

  function receive(socket: Socket, text: string) {
    if (!socket.caller || !isPing(text)) return
    send(socket, event('health.check', { connection_id: socket.connectionId, cid: '*' }))
  }

  return {
    /** Takes a socket; sends nothing before it returns. `null`: the host breaks the connection. */
    accept(url: string, peer: SocketPeer): AcceptedSocket | null {
      const { pathname, searchParams } = new URL(url)
      if (pathname !== '/connect' || faults.down || faults.redirectTo !== null) return null
      const handshake = readHandshake(searchParams.get('json'))
      const socket: Socket = {
        peer,
        credentials: {
          apiKey: searchParams.get('api_key'),
          authType: searchParams.get('stream-auth-type'),
          token: searchParams.get('authorization'),
          userId: handshake.userId,
        },
        connectionId: crypto.randomUUID(),
        abort: new AbortController(),
        caller: null,
        leaveAudience: () => {},
        cancelTimer: () => {},
      }
      sockets.add(socket)
      void timers.work(() => open(socket, handshake))
      return {
        message: (text) => receive(socket, text),
        closed: () => forget(socket),
      }
    },

    /** Checks the tokens of all open sockets again, after an expiry or a revocation. */
    async review() {
      for (const socket of live()) {
        try {
          const { expiresAtMs } = await tokens.authenticate(socket.credentials)
          if (sockets.has(socket)) watchExpiry(socket, expiresAtMs)
        } catch (error) {
          if (!(error instanceof ApiError)) throw error
          if (sockets.has(socket)) expire(socket, error)
        }
      }
    },

    dropAll(how: ConnectionDrop, userId?: string) {
      for (const socket of sockets) {
        if (userId === undefined || socket.caller?.userId === userId) drop(socket, how)
      }
    },
  }
}
