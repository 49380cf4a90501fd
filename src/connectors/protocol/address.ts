import { percentEncoded } from './percentEncoding.js'

/**
 * An http or https address without user, password and fragment. Spelled as the `href` of a WHATWG `URL`,
 * but read here: the `URL` of React Native parses next to nothing, and cannot be changed.
 */
export interface Address {
  /** Scheme, host and port; the port only if it is not the scheme's own. */
  readonly origin: string
  /** Begins with a slash. */
  readonly pathname: string
  /** Empty, or begins with a question mark. */
  readonly search: string
  readonly href: string
}

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 }

/** Whether a text names a host of its own: by a scheme, or by two leading slashes. */
export function namesHost(text: string): boolean {
  return /^([a-z][a-z\d+.-]*:|[\\/]{2})/i.test(text)
}

/**
 * Reads an absolute address.
 * @param scheme the scheme of an address that begins with its host, such as `//example.com`
 * @returns null for any other scheme than http and https, for credentials, and for a host or port that is none
 * @see https://url.spec.whatwg.org/#concept-basic-url-parser
 */
export function readAddress(text: string, scheme?: string): Address | null {
  const found = /^(?:(https?):)?[\\/]{2}([^\\/?#]*)/i.exec(cleaned(text))
  if (!found) return null
  const [beginning, ownScheme = scheme, authority = ''] = found
  if (ownScheme === undefined) return null
  const origin = originOf(ownScheme.toLowerCase(), authority)
  return origin === null ? null : addressOn(origin, cleaned(text).slice(beginning.length))
}

/** Joins an origin and a path with its query. Whatever they contain, the address is on that origin. */
export function addressOn(origin: string, pathAndQuery: string): Address {
  const [withoutFragment = ''] = cleaned(pathAndQuery).split('#', 1)
  const [path = ''] = withoutFragment.split('?', 1)
  const query = withoutFragment.slice(path.length + 1)
  const pathname = `/${withoutDots(path.replace(/\\/g, '/').replace(/^\//, ''))}`
  const search = query && `?${percentEncoded(query, /[ "#'<>]/)}`
  return { origin, pathname, search, href: origin + pathname + search }
}

/** Drops what a URL parser drops: control characters and blanks around, tabs and line breaks within. */
function cleaned(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is dropped
  return text.replace(/^[\0-\x20]+|[\0-\x20]+$|[\t\n\r]+/g, '')
}

function originOf(scheme: string, authority: string): string | null {
  const found = /^(\[[\da-f:.]+\]|[^:[\]]+)(?::(\d{0,5}))?$/i.exec(authority)
  const host = found && hostOf(found[1] as string)
  const port = Number(found?.[2] || defaultPorts[scheme])
  if (!host || port > 65_535) return null
  return `${scheme}://${host}${port === defaultPorts[scheme] ? '' : `:${port}`}`
}

/** Characters that end a host, or that a parser would decode in it. */
// oxlint-disable-next-line no-control-regex -- control characters are no part of a host either
const notOfHosts = /[\0-\x20"#%/<>?@\\^`{|}\x7f]/

/** The platform's spelling of a host, such as of an IDN, where it is an ASCII one; otherwise the given one. */
function hostOf(text: string): string | null {
  if (notOfHosts.test(text)) return null
  try {
    const { hostname } = new URL(`https://${text}/`)
    if (/^(\[[\da-f:]+\]|[\w!$&'()*+,;=.~-]+)$/.test(hostname)) return hostname
    // Such as `{`, which is a parser's spelling of some wide brackets.
    if (/[^\x21-\x7e]/.test(text) && !/[^\x21-\x7e]/.test(hostname)) return null
  } catch (error) {
    // A platform without `URL` has no spelling of its own.
    if (typeof URL === 'function' && error instanceof TypeError) return null
  }
  return text.toLowerCase()
}

/** Resolves `.` and `..` in a path without its leading slash, and percent-encodes the rest. */
function withoutDots(path: string): string {
  const segments = path.split('/')
  const kept: string[] = []
  segments.forEach((segment, nth) => {
    const plain = segment.replace(/%2e/gi, '.')
    if (plain === '..') kept.pop()
    if (plain !== '..' && plain !== '.') kept.push(percentEncoded(segment, /[ "<>`{}]/))
    else if (nth === segments.length - 1) kept.push('')
  })
  return kept.join('/')
}
