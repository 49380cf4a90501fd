import type { IncomingRequest } from './incomingRequest.js'
import { toRequest, type FromNode } from './nodeRequest.js'
import { writeResponse, type OutgoingResponse } from './nodeResponse.js'

/** Answers requests of Node's http, Express or Fastify. */
export type NodeHandler<Incoming extends IncomingRequest = IncomingRequest> = (
  incoming: Incoming,
  outgoing: OutgoingResponse,
  next?: (error?: unknown) => void,
) => Promise<void>

/**
 * A handler of Web requests, such as `createTokenHandler` makes, as one for Node's http, Express and
 * Fastify. It is called with the Web `Request` and the framework's own, whose session `authenticate` can
 * thus read. A body that was parsed already is handed on.
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
      // Where the connection closes with the answer, as with HTTP/1.0: what is still unread then makes
      // the system reset it, and a proxy that was sending loses the answer, and gives up on the server.
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

/** null for what Node lets through and the Web does not, such as TRACE, or a host that is none. */
function tryToRequest(incoming: IncomingRequest, signal: AbortSignal): FromNode | null {
  try {
    return toRequest(incoming, signal)
  } catch {
    return null
  }
}
