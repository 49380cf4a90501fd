/** As much of a request of Node's http as is read; Express's is one too. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly socket?: object | undefined
  /** What a body parser left behind, if one ran. */
  readonly body?: unknown
  [Symbol.asyncIterator](): AsyncIterator<unknown>
}

/** As much of Fastify's request as is read. */
export interface WrappedNodeRequest {
  readonly raw: NodeRequest
  readonly body?: unknown
}

/** What Node's http, Express or Fastify call their handlers with. */
export type IncomingRequest = NodeRequest | WrappedNodeRequest

/**
 * The same request as a Web `Request`. Its scheme is that of the socket: what `X-Forwarded-Proto` says
 * could come from anyone.
 * @throws TypeError if it is none, such as one with a broken `Host`
 */
export function toRequest(incoming: IncomingRequest, signal: AbortSignal): Request {
  const raw = 'raw' in incoming ? incoming.raw : incoming
  const { method = 'GET' } = raw
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw.headers)) {
    // HTTP/2 has its first line among the headers.
    if (value !== undefined && !name.startsWith(':')) headers.set(name, String(value))
  }
  const body = method === 'GET' || method === 'HEAD' ? null : bodyOf(incoming.body, raw, headers)
  const init = { method, headers, body, signal, duplex: 'half' }
  return new Request(urlOf(raw), init)
}

function urlOf({ url = '/', headers, socket = {} }: NodeRequest): string {
  const scheme = 'encrypted' in socket && socket.encrypted ? 'https' : 'http'
  const host = headers['host'] ?? headers[':authority'] ?? 'localhost'
  // Joined as text: resolved against the host, `//elsewhere/…` would lead to another one.
  return `${scheme}://${String(host)}${url.startsWith('/') ? url : '/'}`
}

function bodyOf(parsed: unknown, raw: NodeRequest, headers: Headers) {
  if (parsed === undefined) return streamOf(raw)
  if (parsed === null || typeof parsed === 'string') return parsed
  if (parsed instanceof Uint8Array) return parsed as Uint8Array<ArrayBuffer>
  headers.set('Content-Type', 'application/json')
  return JSON.stringify(parsed)
}

/** Not to be cancelled: Node would break the connection, and there is an answer to send. */
function streamOf(raw: NodeRequest): ReadableStream<unknown> {
  const chunks = raw[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}
