import type { IncomingRequest, NodeRequest } from './incomingRequest.js'
import { nodeBody, type NodeBody } from './nodeBody.js'

/** Node http request as a web `Request`. */
export interface FromNode {
  readonly request: Request
  /** Lets Node discard the unread rest of the body; resolves once that is done, or after 1 s. */
  readonly release: () => Promise<void>
}

/**
 * Converts a Node request to a web `Request`. Its scheme is the socket's, because any client can send
 * `X-Forwarded-Proto`.
 * @throws TypeError for a request that `Request` does not allow, such as one with an invalid `Host`
 */
export function toRequest(incoming: IncomingRequest, signal: AbortSignal): FromNode {
  const raw = 'raw' in incoming ? incoming.raw : incoming
  const { method = 'GET' } = raw
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw.headers)) {
    // HTTP/2 puts the request line into pseudo-headers.
    if (value !== undefined && !name.startsWith(':')) headers.set(name, String(value))
  }
  const unread = nodeBody(raw)
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? bodyOf(incoming.body, unread, headers) : null
  const init = { method, headers, body, signal, duplex: 'half' }
  return { request: new Request(urlOf(raw), init), release: () => unread.release() }
}

function urlOf({ url = '/', headers, socket = {} }: NodeRequest): string {
  const scheme = 'encrypted' in socket && socket.encrypted ? 'https' : 'http'
  const host = headers['host'] ?? headers[':authority'] ?? 'localhost'
  // Concatenated, because resolving `//elsewhere/…` against the host would lead to another host.
  return `${scheme}://${String(host)}${url.startsWith('/') ? url : '/'}`
}

function bodyOf(parsed: unknown, unread: NodeBody, headers: Headers) {
  if (parsed === undefined) return unread.stream
  if (parsed === null || typeof parsed === 'string') return parsed
  if (parsed instanceof Uint8Array) return parsed as Uint8Array<ArrayBuffer>
  headers.set('Content-Type', 'application/json')
  return JSON.stringify(parsed)
}
