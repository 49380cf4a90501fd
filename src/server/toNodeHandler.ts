import type { IncomingRequest } from './incomingRequest.js'
import { toRequest, type FromNode } from './nodeRequest.js'
import { writeResponse, type OutgoingResponse } from './nodeResponse.js'

/** Handler for Node's http, Express or Fastify. */
export type NodeHandler<Incoming extends IncomingRequest = IncomingRequest> = (
  incoming: Incoming,
  outgoing: OutgoingResponse,
  next?: (error?: unknown) => void,
) => Promise<void>

/**
 * Adapts a handler of web requests, such as that of `createTokenHandler`, to Node's http, Express and
 * Fastify. The handler receives the web `Request` and the framework's request, whose session
 * `authenticate` can read. A body that was already parsed is passed on.
 */
export function toNodeHandler<Incoming extends IncomingRequest = IncomingRequest>(
  handler: (request: Request, incoming: Incoming) => Promise<Response>,
): NodeHandler<Incoming> {
  return async (incoming, outgoing, next) => {
    const abort = new AbortController()
    const raw = 'raw' in outgoing ? outgoing.raw : outgoing
    raw.on('close', () => {
      if (!raw.writableEnded) abort.abort()
    })
    const converted = tryToRequest(incoming, abort.signal)
    if (!converted) return writeResponse(new Response(null, { status: 400 }), outgoing)
    const { request } = converted
    const giveBack = async () => {
      const isDiscarded = converted.release()
      // A connection that closes with unread data is reset by the system, as after an HTTP/1.0 answer. A
      // proxy that is still sending then loses the answer and marks the server as down.
      if (raw.shouldKeepAlive === false) await isDiscarded
    }
    try {
      await writeResponse(await handler(request, incoming), outgoing, giveBack)
    } catch (error) {
      await giveBack()
      if (next) return next(error)
      await writeResponse(new Response(null, { status: 500 }), outgoing)
    }
  }
}

/** Converts the request; null if `Request` does not allow it, such as TRACE or an invalid host. */
function tryToRequest(incoming: IncomingRequest, signal: AbortSignal): FromNode | null {
  try {
    return toRequest(incoming, signal)
  } catch {
    return null
  }
}
