import { takeBody } from './takeBody.js'

/** Snapshot of a request at the time of the call. */
export interface TakenRequest {
  readonly input: string
  readonly init: RequestInit
}

/** Fields that `init` may inherit, as a `Request` does; a spread alone would miss them. */
const inheritable = [
  'body',
  'cache',
  'credentials',
  'headers',
  'integrity',
  'keepalive',
  'method',
  'mode',
  'priority',
  'referrer',
  'referrerPolicy',
  'signal',
] as const

/**
 * Copies a request, so that later changes to its URL, headers, `init` or form have no effect. Streams
 * are left unread. Taking a taken request again changes nothing.
 * @throws TypeError if `input` is neither a string nor a URL
 */
export function takeRequest(input: string | URL, init?: RequestInit | null): TakenRequest {
  const source = (init ?? {}) as Record<string, unknown>
  const given = { ...source }
  for (const name of inheritable) if (!(name in given)) given[name] = source[name]
  const headers = new Headers(given['headers'] as HeadersInit | undefined)
  const { body, contentType } = takeBody(given['body']) ?? {
    body: String(given['body']),
    contentType: null,
  }
  if (contentType !== null && !isSaid(headers, contentType))
    headers.set('Content-Type', contentType)
  return { input: addressOf(input), init: { ...given, headers, body } as RequestInit }
}

/** Whether the caller's content type is kept. A multipart type never is, for lack of the right boundary. */
function isSaid(headers: Headers, contentType: string): boolean {
  return headers.has('Content-Type') && !contentType.startsWith('multipart/')
}

/** Returns a string as it is, or the `href` of a URL of any realm. */
function addressOf(input: unknown): string {
  if (typeof input === 'string') return input
  const { href } = (input ?? {}) as { href?: unknown }
  if (typeof href === 'string') return href
  throw new TypeError(
    '`input` must be a string or a URL. Of a Request, pass both: fetch(request.url, request).',
  )
}
