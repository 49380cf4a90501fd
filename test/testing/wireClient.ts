import type { ChatBackend } from '../../src/testing/chatBackend.js'

/** A frame or an answer, looked into freely. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests read what they expect to be there
export type Json = any

/** Who a request or socket says that it is from; every part may be wrong. */
export interface Speaker {
  userId?: string
  token?: string
  authType?: string
  apiKey?: string
}

export interface Sent {
  method?: string
  body?: object
  query?: Record<string, string>
  requestId?: string
  signal?: AbortSignal
}

/** The plainest client of the protocol: one that does what it is told and judges nothing. */
export function speakAs(backend: ChatBackend, speaker: Speaker = {}) {
  const { userId = 'jane', token = '', authType = 'jwt', apiKey = backend.apiKey } = speaker

  async function send(path: string, { method, body, query, requestId, signal }: Sent = {}) {
    const search = new URLSearchParams({ user_id: userId, api_key: apiKey, ...query })
    const response = await backend.fetch(`${path}?${search}`, {
      method: method ?? (body ? 'POST' : 'GET'),
      headers: {
        Authorization: token,
        'stream-auth-type': authType,
        ...(requestId ? { 'x-client-request-id': requestId } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    })
    return { status: response.status, json: (await response.json()) as Json, response }
  }

  const connect = () => {
    const query = new URLSearchParams({
      json: JSON.stringify({ user_id: userId, user_details: { id: userId, name: userId } }),
      api_key: apiKey,
      authorization: token,
      'stream-auth-type': authType,
    })
    return monitorSocket(new backend.WebSocket(`${backend.url}/connect?${query}`))
  }

  return { send, connect }
}

/** Speaks as a user with a token that the backend made. */
export async function signIn(backend: ChatBackend, userId = 'jane', expiresInSeconds = 3600) {
  return speakAs(backend, {
    userId,
    token: await backend.createToken(userId, { expiresInSeconds }),
  })
}

export const speakAnonymously = (backend: ChatBackend) =>
  speakAs(backend, { userId: 'some-random-id', authType: 'anonymous' })

/** Collects what a socket gets. */
export function monitorSocket(socket: WebSocket) {
  const frames: Json[] = []
  const events: string[] = []
  const waiting: ((frame: Json) => void)[] = []
  let read = 0
  socket.addEventListener('open', () => events.push('open'))
  socket.addEventListener('error', () => events.push('error'))
  socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
    events.push('message')
    frames.push(data.startsWith('<') ? data : JSON.parse(data))
    waiting.shift()?.(frames[read++])
  })
  const closed = new Promise<CloseEvent>((resolve) => {
    socket.addEventListener('close', (event) => {
      events.push(`close ${event.code}`)
      resolve(event)
    })
  })
  return {
    socket,
    events,
    frames,
    closed,
    /** The next frame that was not read yet. */
    next: (): Promise<Json> =>
      read < frames.length
        ? Promise.resolve(frames[read++])
        : new Promise((resolve) => waiting.push(resolve)),
  }
}
