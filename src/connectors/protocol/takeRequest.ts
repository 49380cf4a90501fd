import { takeBody } from './takeBody.js'

/** A request as it was when it was asked for. */
export interface TakenRequest {
  readonly input: string
  readonly init: RequestInit
}

/** Read by name as well: what the platform takes may be inherited, as from a `Request`. */
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
 * Takes a request as it is now: what the caller changes afterwards (a URL, headers, `init`, a form) is
 * not in it. Bodies that can be read once are left unread. Taken twice, it stays the same.
 * @throws TypeError for an address that is neither text nor a URL
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

/** A form's boundary is its own: no other type can be right. */
function isSaid(headers: Headers, contentType: string): boolean {
  return headers.has('Content-Type') && !contentType.startsWith('multipart/')
}

/** Of any realm's URL. */
function addressOf(input: unknown): string {
  if (typeof input === 'string') return input
  const { href } = (input ?? {}) as { href?: unknown }
  if (typeof href === 'string') return href
  throw new TypeError(
    '`input` must be a string or a URL. Of a Request, pass both: fetch(request.url, request).',
  )
}
