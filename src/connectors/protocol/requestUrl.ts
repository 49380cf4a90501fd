import type { Address } from './address.js'
import { formDecoded, formEncoded } from './percentEncoding.js'

/** The query of a request, as a part of `URLSearchParams`. */
export interface RequestQuery {
  get(name: string): string | null
  has(name: string): boolean
  /** Gives a name one value, in place of those that it has. */
  set(name: string, value: string): void
  append(name: string, value: string): void
  delete(name: string): void
}

/**
 * The address of a request: a part of `URL` that works on every platform. Its origin and path are fixed,
 * and its query can be changed.
 */
export interface RequestUrl {
  readonly href: string
  readonly origin: string
  readonly pathname: string
  readonly search: string
  readonly searchParams: RequestQuery
  toString(): string
}

export function createRequestUrl({ origin, pathname, search }: Address): RequestUrl {
  /** Names and values as they are encoded in the address. Replaced by each change. */
  let pairs = search.slice(1).split('&').filter(Boolean)

  const url: RequestUrl = {
    origin,
    pathname,
    get search() {
      return pairs.length > 0 ? `?${pairs.join('&')}` : ''
    },
    get href() {
      return origin + pathname + url.search
    },
    toString: () => url.href,
    searchParams: {
      get(name) {
        const found = pairs.find((pair) => nameOf(pair) === name)
        return found === undefined ? null : formDecoded(found.replace(/^[^=]*=?/, ''))
      },
      has: (name) => pairs.some((pair) => nameOf(pair) === name),
      set(name, value) {
        const place = pairs.findIndex((pair) => nameOf(pair) === name)
        const others = pairs.filter((pair) => nameOf(pair) !== name)
        others.splice(place < 0 ? others.length : place, 0, pairOf(name, value))
        pairs = others
      },
      append(name, value) {
        pairs = [...pairs, pairOf(name, value)]
      },
      delete(name) {
        pairs = pairs.filter((pair) => nameOf(pair) !== name)
      },
    },
  }
  return url
}

/** Encodes names and values as a query, without a question mark. */
export function encodeQuery(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => pairOf(name, value))
    .join('&')
}

function pairOf(name: string, value: string): string {
  return `${formEncoded(name)}=${formEncoded(String(value))}`
}

function nameOf(pair: string): string {
  return formDecoded(pair.split('=', 1)[0] as string)
}
