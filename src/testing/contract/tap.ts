import { SignJWT } from 'jose'
import { readSecrets } from '../../server/secrets.js'
import type { ChatUser } from '../../core/types.js'
import type { ChatBackend } from '../chatBackend.js'
import type { ManualClock } from '../controls/createManualClock.js'
import type { SeenRequest } from './seenRequest.js'

/** A request as the protocol has it. */
export interface BackendRequest extends SeenRequest {
  readonly connectionId: string | null
}

/** A hand on the line between a connector and the backend: what its host serves in the backend's place. */
export type BackendTap = ReturnType<typeof tapBackend>

/** Puts a tap before a backend; a host serves its `handle` and `accept` in place of the backend's. */
export function tapBackend(backend: ChatBackend, clock: ManualClock | null = null) {
  const requests: BackendRequest[] = []
  /** The tokens that sockets came with. */
  const socketTokens: string[] = []
  /** The `user_details` that sockets came with. */
  const details: ChatUser[] = []
  let pings = 0
  let polls = 0
  let isMute = false
  let rewrite = (text: string) => text
  /** What goes through each open socket, and what breaks it. */
  const lines = new Map<(text: string) => void, () => void>()
  let answersHeld: { readonly path: string; readonly until: Promise<void> } | null = null
  let changed = () => {}

  /** Does to the frames in the answer to a poll what is done to those of a socket. */
  async function changePoll(response: Response): Promise<Response> {
    const isJson = response.headers.get('Content-Type')?.includes('json')
    if (!response.ok || !isJson) return response
    const change = (frame: unknown) => JSON.parse(rewrite(JSON.stringify(frame))) as unknown
    const { event, events } = (await response.clone().json()) as {
      event?: unknown
      events?: unknown[]
    }
    if (event) return Response.json({ event: change(event) })
    return events ? Response.json({ events: events.map(change) }) : response
  }

  return {
    requests,
    socketTokens,
    details,
    get pings() {
      return pings
    },
    /** How many requests went to the line of those who poll. */
    get polls() {
      return polls
    },

    /** Calls back, in place of whom it called back before, when something comes over the line. */
    onChange(listener: () => void) {
      changed = listener
    },

    /** From now on the sockets stay open, and nothing comes through them. */
    mute(muted = true) {
      isMute = muted
    },

    /** Sends a frame through every open socket, as if the backend did. */
    say(text: string) {
      for (const line of lines.keys()) line(text)
    },

    /** Sends a frame through the socket that was opened last. */
    sayToNewest(text: string) {
      ;[...lines.keys()].at(-1)?.(text)
    },

    /** Breaks the socket that is open for the longest. */
    breakOldest() {
      for (const terminate of lines.values()) return terminate()
    },

    /** Changes what the backend says on its sockets from now on. */
    rewriteFrames(change: (text: string) => string) {
      rewrite = change
    },

    /** From now on everyone is welcomed as this user. */
    welcomeAs(me: ChatUser) {
      rewrite = (text) => JSON.stringify({ ...(JSON.parse(text) as object), me })
    },

    /** Sends the user's sockets an event of the app's server. */
    async tell(userId: string, event: { readonly type: string; readonly nth: number | null }) {
      const [secret] = readSecrets(backend.secret, 'tapBackend')
      const token = await new SignJWT({ server: true })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .sign(new TextEncoder().encode(secret))
      return backend.fetch(`/users/${userId}/event?api_key=${backend.apiKey}`, {
        method: 'POST',
        headers: { Authorization: token, 'stream-auth-type': 'jwt' },
        body: JSON.stringify({ event }),
      })
    },

    /** Keeps the answers to a path back until the returned function is called. The backend has acted by then. */
    holdAnswers(path: string): () => void {
      let release = () => {}
      const until = new Promise<void>((resolve) => {
        release = () => {
          answersHeld = null
          resolve()
        }
      })
      answersHeld = { path, until }
      return release
    },

    async handle(this: void, request: Request, signal?: AbortSignal): Promise<Response> {
      const { pathname, searchParams } = new URL(request.url)
      if (pathname === '/longpoll') {
        if (searchParams.has('json')) socketTokens.push(request.headers.get('Authorization') ?? '')
        polls++
        changed()
        if (isMute) await aborted(signal)
        return changePoll(await backend.handle(request, signal))
      }
      const isApi = pathname !== backend.tokenEndpoint.path
      if (isApi && request.method !== 'OPTIONS') {
        clock?.workStarted()
        requests.push(await read(request.clone()))
        clock?.workEnded()
        changed()
      }
      const response = await backend.handle(request, signal)
      if (answersHeld?.path === pathname) await answersHeld.until
      return response
    },

    accept: ((url, peer) => {
      const { searchParams } = new URL(url)
      socketTokens.push(searchParams.get('authorization') ?? '')
      const handshake = JSON.parse(searchParams.get('json') ?? '{}') as { user_details?: ChatUser }
      if (handshake.user_details) details.push(handshake.user_details)
      changed()
      const line = (text: string) => {
        if (!isMute) peer.send(rewrite(text))
      }
      const accepted = backend.accept(url, { ...peer, send: line })
      if (accepted) lines.set(line, () => peer.terminate())
      return (
        accepted && {
          message(text) {
            pings++
            accepted.message(text)
          },
          closed() {
            lines.delete(line)
            accepted.closed()
          },
        }
      )
    }) satisfies ChatBackend['accept'] as ChatBackend['accept'],
  }
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve()
    signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function read(request: Request): Promise<BackendRequest> {
  const url = new URL(request.url)
  const query = new URLSearchParams(url.search)
  for (const name of ['user_id', 'api_key', 'connection_id']) query.delete(name)
  return {
    method: request.method,
    path: query.size > 0 ? `${url.pathname}?${query}` : url.pathname,
    userId: url.searchParams.get('user_id'),
    connectionId: url.searchParams.get('connection_id'),
    token: request.headers.get('Authorization'),
    requestId: request.headers.get('x-client-request-id'),
    headers: request.headers,
    body: new Uint8Array(await request.arrayBuffer()),
  }
}
