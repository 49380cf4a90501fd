import { isAbsent, misuse } from './checks.js'

/** Whether a request may come from where it comes from. */
export interface OriginVerdict {
  readonly isAllowed: boolean
  /** The foreign origin whose pages may read the answer; null for a request of the app's own. */
  readonly corsOrigin: string | null
}

/** Origins by name, or a function that is asked about each foreign one. */
export type AllowedOrigins = readonly string[] | ((origin: string) => boolean | Promise<boolean>)

/** Schemes whose pages all have one origin, or none: it would let in everybody's. */
const sharedOrigins = /^(?:null|file:|data:|blob:|about:)/i

/** How browsers write the origin of a scheme that is not the Web's, such as that of a native shell. */
const originOfShell = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@\\*]+$/

/**
 * Whom else than the app's own pages may ask, as a function of `Origin`.
 * @throws TypeError for what is no origin, in words that say what to write
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
 * Tells the app's own pages from those of others, which would send its cookies along. Browsers say so
 * themselves in `Sec-Fetch-Site`; older ones say `Origin`. What sends neither is no page.
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
  // "null" is the origin of every sandboxed page, whoever made it: not even a function may let it in.
  if (isOwn || origin === null || origin === 'null') return { isAllowed: isOwn, corsOrigin: null }
  const isAllowed = await isFriend(origin)
  return { isAllowed, corsOrigin: isAllowed ? origin : null }
}

/**
 * A server that is reached by plain HTTP may have a proxy before it that speaks HTTPS: the page's scheme
 * cannot be compared then, and a header that claims to know it could come from anyone.
 */
function isSameOrigin(origin: string, { protocol, origin: own, host }: URL): boolean {
  return protocol === 'https:' ? origin === own : origin.replace(/^https?:\/\//, '') === host
}

function readAnswer(answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer
  throw fault('is a function that answered neither true nor false.')
}

/** What to write instead; null for an origin as browsers write it. */
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

/** As browsers write it; null for what has no origin. */
function spellingOf(address: string): string | null {
  try {
    const { origin, protocol, host } = new URL(address)
    // The origin of other schemes than the Web's is opaque to URL, but not to the browsers that have them.
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
