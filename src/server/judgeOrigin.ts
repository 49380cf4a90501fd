import { isAbsent, misuse } from './checks.js'

/** Verdict on a request's origin. */
export interface OriginVerdict {
  readonly isAllowed: boolean
  /** Foreign origin that may read the answer; null for a request from the app's own origin. */
  readonly corsOrigin: string | null
}

/** List of origins, or a function that decides about each foreign origin. */
export type AllowedOrigins = readonly string[] | ((origin: string) => boolean | Promise<boolean>)

/** Schemes whose pages share one origin or have none; allowing one would allow every page. */
const sharedOrigins = /^(?:null|file:|data:|blob:|about:)/i

/** Matches a browser's spelling of a custom-scheme origin, such as a native shell's. */
const originOfShell = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@\\*]+$/

/**
 * Builds the test for foreign origins.
 * @throws TypeError for an entry that is no origin, with the right spelling
 */
export function readOrigins(
  allowed: AllowedOrigins | null | undefined,
): (origin: string) => boolean | Promise<boolean> {
  if (isAbsent(allowed)) return () => false
  if (typeof allowed === 'function') return async (origin) => readAnswer(await allowed(origin))
  if (!Array.isArray(allowed)) {
    throw fault('must be a list of origins, or a function that is asked about each.')
  }
  for (const origin of allowed as readonly unknown[]) {
    const problem = problemOf(origin)
    if (problem) throw fault(`has ${nameOf(origin)}, which is no origin: ${problem}`)
  }
  const origins = new Set(allowed as readonly string[])
  return (origin) => origins.has(origin)
}

/**
 * Tells the app's own pages from foreign pages, whose requests may carry the app's cookies. Browsers send
 * `Sec-Fetch-Site`, older ones `Origin`. A request with neither does not come from a page.
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export async function judgeOrigin(
  request: Request,
  isFriend: (origin: string) => boolean | Promise<boolean>,
): Promise<OriginVerdict> {
  const origin = request.headers.get('Origin')
  const site = request.headers.get('Sec-Fetch-Site')
  const isOwn =
    site !== null
      ? site === 'same-origin' || site === 'none'
      : origin === null || isSameOrigin(origin, new URL(request.url))
  // Every sandboxed page has the origin "null", so no function may allow it.
  if (isOwn || origin === null || origin === 'null') return { isAllowed: isOwn, corsOrigin: null }
  const isAllowed = await isFriend(origin)
  return { isAllowed, corsOrigin: isAllowed ? origin : null }
}

/**
 * Compares origins. Over plain HTTP only the host is compared, because a proxy in front may use HTTPS.
 * `X-Forwarded-Proto` is ignored, because any client can send it.
 */
function isSameOrigin(origin: string, { protocol, origin: own, host }: URL): boolean {
  return protocol === 'https:' ? origin === own : origin.replace(/^https?:\/\//, '') === host
}

function readAnswer(answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer
  throw fault('is a function that answered neither true nor false.')
}

/** Names the correct spelling; null if the origin is already spelled as in browsers. */
function problemOf(origin: unknown): string | null {
  if (typeof origin !== 'string') return 'name it as text, or pass one function for all.'
  if (origin === '*') return 'there is no "*": any page could fetch its visitor\'s token.'
  if (origin.includes('*')) {
    return 'there are no patterns: name each, or pass a function, such as (origin) => previews.test(origin).'
  }
  if (sharedOrigins.test(origin)) {
    return 'all pages of such addresses share it, whoever made them. Serve yours by a scheme of its own.'
  }
  const spelling = spellingOf(origin)
  if (spelling === origin) return null
  return spelling === null
    ? 'name it as scheme, host and port, such as "https://app.example.com".'
    : `browsers write it as "${spelling}".`
}

/** Spells an origin as browsers do; null if there is none. */
function spellingOf(address: string): string | null {
  try {
    const { origin, protocol, host } = new URL(address)
    // `URL` gives "null" for a custom scheme, but browsers that support the scheme send its origin.
    const spelling = origin === 'null' ? `${protocol}//${host}` : origin
    return originOfShell.test(spelling) ? spelling : null
  } catch {
    return null
  }
}

function nameOf(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : 'something that is no text'
}

function fault(words: string): TypeError {
  return misuse('createTokenHandler', `\`allowedOrigins\` ${words}`)
}
