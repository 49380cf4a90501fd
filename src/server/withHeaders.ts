import { methods } from './answers.js'
import type { OriginVerdict } from './judgeOrigin.js'

/** Adds the token endpoint's common headers and the session's own headers to an answer. */
export function withHeaders(
  response: Response,
  request: Request,
  { corsOrigin }: OriginVerdict,
  ofSession: Headers,
): Response {
  const { headers } = response
  ofSession.forEach((value, name) => headers.append(name, value))
  headers.set('Cache-Control', 'no-store')
  headers.set('Vary', 'Origin, Accept')
  headers.set('X-Content-Type-Options', 'nosniff')
  if (corsOrigin === null) return response
  headers.set('Access-Control-Allow-Origin', corsOrigin)
  headers.set('Access-Control-Allow-Credentials', 'true')
  // Exposed, because pages may not read `Retry-After` by default and clients need it.
  headers.set('Access-Control-Expose-Headers', 'Retry-After')
  if (request.method === 'OPTIONS') {
    headers.set('Access-Control-Allow-Methods', methods.join(', '))
    const wanted = request.headers.get('Access-Control-Request-Headers')
    // An allowed origin may send any header that the app's session needs.
    if (wanted) headers.set('Access-Control-Allow-Headers', wanted)
    headers.set('Access-Control-Max-Age', '600')
  }
  return response
}
