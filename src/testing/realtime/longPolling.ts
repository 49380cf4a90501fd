import { applyFaults, strangeResponse, type Faults } from '../controls/faults.js'
import type { Timers } from '../controls/timers.js'
import type { Tokens } from '../tokens/tokens.js'
import { ApiError, errorResponse, jsonResponse, UnreachableError } from '../wire/wire.js'
import type { AcceptedSocket, SocketPeer } from './sockets.js'

export interface LongPollingOptions {
  readonly faults: Faults
  readonly timers: Timers
  readonly tokens: Tokens
  readonly accept: (url: string, peer: SocketPeer) => AcceptedSocket | null
}

/** A socket whose frames a client fetches by HTTP. */
interface Line {
  readonly frames: object[]
  isOver: boolean
  /** Called at every frame and at the end. Set by the poll that waits; null while none does. */
  wake: (() => void) | null
  /** Cancels the end of a line that nobody polls. */
  cancelIdle: () => void
}

interface OwnedLine extends Line {
  readonly userId: string
  readonly socket: AcceptedSocket
}

/** Milliseconds after which a poll without events is answered, as the service does. */
const pollMs = 20_000

/** Milliseconds that a client may take from one poll to the next. */
const idleMs = 30_000

/** Serves `/longpoll`, the client's way around blocked WebSockets: to the backend each line is a socket. */
export function createLongPolling({ faults, timers, tokens, accept }: LongPollingOptions) {
  const lines = new Map<string, OwnedLine>()

  /** Resolves at the next frame, at the end of the line, or after `pollMs`. */
  async function wait(line: Line, signal: AbortSignal): Promise<void> {
    if (line.frames.length > 0 || line.isOver) return
    const waiting = new AbortController()
    const stop = () => waiting.abort()
    line.wake = stop
    signal.addEventListener('abort', stop, { once: true })
    // A sleep that is woken rejects.
    await timers.sleep(pollMs, waiting.signal).catch(() => {})
    signal.removeEventListener('abort', stop)
    line.wake = null
    if (signal.aborted) throw new UnreachableError('the client is gone')
  }

  async function connect(query: URLSearchParams, headers: Headers, signal: AbortSignal) {
    const line: Line = { frames: [], isOver: false, wake: null, cancelIdle: () => {} }
    const end = () => {
      line.isOver = true
      line.wake?.()
    }
    const url = new URL('http://localhost/connect')
    url.searchParams.set('json', query.get('json') ?? '')
    url.searchParams.set('api_key', query.get('api_key') ?? '')
    url.searchParams.set('authorization', headers.get('Authorization') ?? '')
    url.searchParams.set('stream-auth-type', headers.get('stream-auth-type') ?? '')
    const socket = accept(url.href, {
      send(text) {
        line.frames.push(JSON.parse(text) as object)
        line.wake?.()
      },
      close: end,
      terminate: end,
    })
    if (!socket) throw new UnreachableError('the backend is down')
    await wait(line, signal).catch((error: unknown) => {
      socket.closed()
      throw error
    })
    const event = line.frames.shift() as
      | { error?: { StatusCode: number }; connection_id?: string; me?: { id: string } }
      | undefined
    if (!event) throw new UnreachableError('the backend is down')
    if (event.error) return jsonResponse(event.error, event.error.StatusCode)
    const id = String(event.connection_id)
    const owned = Object.assign(line, { socket, userId: query.get('user_id') ?? '' })
    lines.set(id, owned)
    awaitPoll(id, owned)
    return jsonResponse({ event })
  }

  /** Ends the line unless it is polled in time. */
  function awaitPoll(id: string, line: OwnedLine): void {
    line.cancelIdle()
    line.cancelIdle = timers.set(() => forget(id, line), idleMs)
  }

  function forget(id: string, line: OwnedLine): void {
    line.cancelIdle()
    lines.delete(id)
    line.socket.closed()
    line.isOver = true
    line.wake?.()
  }

  async function poll(id: string, line: OwnedLine, signal: AbortSignal) {
    line.cancelIdle()
    try {
      await wait(line, signal)
    } finally {
      if (!line.isOver) awaitPoll(id, line)
    }
    const events = line.frames.splice(0)
    if (line.isOver && events.length === 0) {
      lines.delete(id)
      throw unknown(id)
    }
    return jsonResponse({ events })
  }

  async function answer(request: Request, signal: AbortSignal): Promise<Response> {
    const { searchParams: query } = new URL(request.url)
    const { headers } = request
    const id = query.get('connection_id')
    if (!id) return connect(query, headers, signal)
    await applyFaults(faults, timers, signal)
    if (query.get('close') === 'true') {
      // The client has dropped its user and token by then; the id is known to nobody else.
      const line = lines.get(id)
      if (line) forget(id, line)
      return jsonResponse({})
    }
    const userId = query.get('user_id') ?? ''
    const authType = headers.get('stream-auth-type')
    const token = headers.get('Authorization')
    await tokens.authenticate({ apiKey: query.get('api_key'), authType, token, userId })
    const line = lines.get(id)
    if (line?.userId !== userId) throw unknown(id)
    return poll(id, line, signal)
  }

  return {
    isFor: (request: Request) => new URL(request.url).pathname === '/longpoll',

    async serve(request: Request, signal: AbortSignal): Promise<Response> {
      try {
        return strangeResponse(faults) ?? (await answer(request, signal))
      } catch (error) {
        if (error instanceof ApiError) return errorResponse(error)
        throw error
      }
    },
  }
}

function unknown(id: string): ApiError {
  return new ApiError(46, `Connection with ID ${id} not found`)
}
