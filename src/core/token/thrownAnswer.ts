import { isObject, isPlainObject } from '../tools/reading.js'
import type { ReadableAnswer } from '../tools/readBeginning.js'
import { headerOf, readRetryAfterMs, retryAfterOf } from '../tools/retryAfter.js'
import { isMarkup } from '../tools/webPage.js'
import type { EndpointAnswer } from './endpointError.js'

/** The answer of an endpoint as it is found in what a token provider threw. */
export interface ThrownAnswer extends EndpointAnswer {
  /** Whether the provider says so itself: `permanent: true`. */
  readonly isPermanent: boolean
  readonly retryAfterMs: number | undefined
  /** A `Response` that nobody has read yet. */
  readonly unread: ReadableAnswer | null
}

type Fields = Readonly<Record<string, unknown>>

/** How deep an error may lie in the causes of others. */
const maxDepth = 4

/**
 * Finds the answer wherever HTTP clients keep it: a thrown `Response`, `error.response`, the error's own
 * fields, or those of its causes. What lies outermost counts.
 */
export function findAnswer(thrown: unknown, nowMs: number): ThrownAnswer {
  const places = [...placesIn(thrown)]
  const first = <T>(look: (place: Fields) => T | undefined): T | undefined => {
    for (const place of places) {
      const found = look(place)
      if (found !== undefined) return found
    }
    return undefined
  }
  return {
    isPermanent: places[0]?.['permanent'] === true,
    status: first(({ status, statusCode }) => httpStatus(status) ?? httpStatus(statusCode)),
    retryAfterMs: first((place) => wishOf(place, nowMs)),
    headers: first((place) => {
      const headers = headersOf(place)
      return headerOf(headers, 'content-type') === null ? undefined : headers
    }),
    body: first(({ data, _data, body, text, responseText, error, message }) =>
      [data, _data, body, text, responseText, error, pageIn(message)].find(isRead),
    ),
    url: first(({ url, responseURL, request }) =>
      [url, responseURL, (request as Fields | undefined)?.['responseURL']].find(isText),
    ),
    redirected: first(({ redirected }) => (redirected === true ? true : undefined)),
    unread: (places.find(isUnread) ?? null) as ReadableAnswer | null,
  }
}

/** Each error with what it keeps as its response, outermost first. */
function* placesIn(thrown: unknown): Generator<Fields> {
  if (typeof thrown === 'string') yield { message: thrown }
  let level = thrown
  for (let depth = 0; isObject(level) && depth < maxDepth; depth++) {
    const fields = level as Fields
    yield fields
    if (isObject(fields['response'])) yield fields['response'] as Fields
    level = fields['cause']
  }
}

/** 0 is that of an `XMLHttpRequest` without an answer. */
function httpStatus(status: unknown): number | undefined {
  return typeof status === 'number' && status >= 100 ? status : undefined
}

/** `retryAfterMs`, `retryAfter` in seconds or as a date, or the header. */
function wishOf(place: Fields, nowMs: number): number | undefined {
  const { retryAfterMs, retryAfter } = place
  if (typeof retryAfterMs === 'number') return retryAfterMs
  if (retryAfter instanceof Date) return Math.max(retryAfter.getTime() - nowMs, 0)
  const isNamed = typeof retryAfter === 'number' || typeof retryAfter === 'string'
  const named = isNamed ? readRetryAfterMs(String(retryAfter), nowMs) : undefined
  return named ?? retryAfterOf(headersOf(place), nowMs)
}

/** An `XMLHttpRequest` and jQuery's have a method in their place. */
function headersOf(place: Fields): unknown {
  const { headers, getResponseHeader } = place
  if (typeof getResponseHeader !== 'function') return headers
  return { get: (name: string): unknown => getResponseHeader.call(place, name) }
}

/** The page in an error's message, as of `throw new Error(await response.text())`. */
function pageIn(message: unknown): string | undefined {
  return typeof message === 'string' && isMarkup(message) ? message : undefined
}

/** Whether it is the body of an answer that somebody has read. */
function isRead(value: unknown): boolean {
  return isText(value) || (isObject(value) && isPlainObject(value))
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** By its form: a `fetch` of the app's has a `Response` of its own. */
function isUnread({ bodyUsed, status, text }: Fields): boolean {
  return bodyUsed === false && typeof status === 'number' && typeof text === 'function'
}
