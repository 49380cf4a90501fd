import { methods } from './answers.js'
import type { OriginVerdict } from './judgeOrigin.js'

/** Adds to an answer what every one of the token endpoint has, and what the app's session sends along. */
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
  // Not among those that a page may read unasked, and what tells its client when to come back.
  headers.set('Access-Control-Expose-Headers', 'Retry-After')
  if (request.method === 'OPTIONS') {
    headers.set('Access-Control-Allow-Methods', methods.join(', '))
    const wanted = request.headers.get('Access-Control-Request-Headers')
    // An origin that may ask at all may send what the app's session needs.
    if (wanted) headers.set('Access-Control-Allow-Headers', wanted)
    headers.set('Access-Control-Max-Age', '600')
  }
  return response
}
