/** Whether a request may come from where it comes from. */
export interface OriginVerdict {
  readonly isAllowed: boolean
  /** The foreign origin whose pages may read the answer; null for a request of the app's own. */
  readonly corsOrigin: string | null
}

/**
 * The origins that may ask from a browser besides the app's own.
 * @throws TypeError for what is no origin
 */
export function readOrigins(origins: readonly string[]): ReadonlySet<string> {
  for (const origin of origins) {
    if (originOf(origin) !== origin) {
      throw new TypeError(
        `createTokenHandler: \`allowedOrigins\` has ${JSON.stringify(origin)}, which is no origin: name each as scheme, host and port, such as "https://app.example.com". There is no "*": any page could fetch its visitor's token.`,
      )
    }
  }
  return new Set(origins)
}

/**
 * Tells the app's own pages from those of others, which would send its cookies along. Browsers say so
 * themselves in `Sec-Fetch-Site`; older ones say `Origin`. What sends neither is no page.
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function judgeOrigin(request: Request, allowed: ReadonlySet<string>): OriginVerdict {
  const origin = request.headers.get('Origin')
  if (origin !== null && allowed.has(origin)) return { isAllowed: true, corsOrigin: origin }
  const site = request.headers.get('Sec-Fetch-Site')
  const isOwn =
    site !== null
      ? site === 'same-origin' || site === 'none'
      : origin === null || isSameOrigin(origin, new URL(request.url))
  return { isAllowed: isOwn, corsOrigin: null }
}

/**
 * A server that is reached by plain HTTP may have a proxy before it that speaks HTTPS: the page's scheme
 * cannot be compared then, and a header that claims to know it could come from anyone.
 */
function isSameOrigin(origin: string, { protocol, origin: own, host }: URL): boolean {
  return protocol === 'https:' ? origin === own : origin.replace(/^https?:\/\//, '') === host
}

function originOf(value: string): string | null {
  try {
    return new URL(value).origin
  } catch {
    return null
  }
}
