import type { IncomingRequest, NodeRequest } from './incomingRequest.js'
import { nodeBody, type NodeBody } from './nodeBody.js'

/** A request of Node's http as one of the Web. */
export interface FromNode {
  readonly request: Request
  /** Gives what was not read of the body back to Node; resolves once it has been discarded. */
  readonly release: () => Promise<void>
}

/**
 * The same request as a Web `Request`. Its scheme is that of the socket: what `X-Forwarded-Proto` says
 * could come from anyone.
 * @throws TypeError if it is none, such as one with a broken `Host`
 */
export function toRequest(incoming: IncomingRequest, signal: AbortSignal): FromNode {
  const raw = 'raw' in incoming ? incoming.raw : incoming
  const { method = 'GET' } = raw
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw.headers)) {
    // HTTP/2 has its first line among the headers.
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
  // Joined as text: resolved against the host, `//elsewhere/…` would lead to another one.
  return `${scheme}://${String(host)}${url.startsWith('/') ? url : '/'}`
}

function bodyOf(parsed: unknown, unread: NodeBody, headers: Headers) {
  if (parsed === undefined) return unread.stream
  if (parsed === null || typeof parsed === 'string') return parsed
  if (parsed instanceof Uint8Array) return parsed as Uint8Array<ArrayBuffer>
  headers.set('Content-Type', 'application/json')
  return JSON.stringify(parsed)
}
