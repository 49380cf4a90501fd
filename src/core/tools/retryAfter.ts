import { attempt, isObject } from './reading.js'

/**
 * Wait that an answer asks for, in milliseconds; undefined if it asks for none. A date is compared with
 * the answer's own `Date`, because the local clock may be wrong by hours.
 * @param headers of `fetch`, axios or Node, a `Map`, pairs, or a plain object
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterOf(headers: unknown, nowMs: number): number | undefined {
  const answeredMs = parseHttpDate(headerOf(headers, 'date'))
  const isDated = Number.isFinite(answeredMs)
  return readRetryAfterMs(headerOf(headers, 'retry-after'), isDated ? answeredMs : nowMs)
}

/** Converts a `Retry-After`, in seconds or a date, to milliseconds from `nowMs`. */
export function readRetryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null || value.trim() === '') return undefined
  const seconds = Number(value)
  const delayMs = Number.isNaN(seconds) ? parseHttpDate(value) - nowMs : seconds * 1000
  return Number.isFinite(delayMs) ? Math.max(delayMs, 0) : undefined
}

/** Reads an HTTP date. The oldest of its three formats names no time zone, and means GMT. */
function parseHttpDate(value: string | null): number {
  if (value === null) return NaN
  return Date.parse(/(?:GMT|UTC|Z|[+-]\d\d:?\d\d)\s*$/i.test(value) ? value : `${value} GMT`)
}

/** Value of a header, in any of the forms that `retryAfterOf` takes; null if it is missing. */
export function headerOf(headers: unknown, name: string): string | null {
  if (!isObject(headers)) return null
  const { get } = headers as { get?: unknown }
  if (typeof get === 'function') {
    const value = asText(attempt<unknown>(() => get.call(headers, name), null))
    if (value !== null) return value
  }
  for (const [key, value] of entriesOf(headers)) {
    if (String(key).toLowerCase() === name) return asText(value)
  }
  return null
}

function entriesOf(headers: object): Iterable<readonly [unknown, unknown]> {
  if (!Array.isArray(headers)) return headers instanceof Map ? headers : Object.entries(headers)
  // Pairs, or alternating names and values as in Node's `rawHeaders`.
  const flat: unknown[] = headers.flat()
  return flat.flatMap((key, index) => (index % 2 === 0 ? [[key, flat[index + 1]] as const] : []))
}

/** Value as text; the first one if the header came several times. */
function asText(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' || typeof first === 'number' ? String(first) : null
}
