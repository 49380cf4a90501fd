import type { Outcome } from './answers.js'
import { copyHeaders } from './copyHeaders.js'

/** A `Response` thrown by a hook, as guards of some frameworks do. */
export interface ThrownResponse {
  readonly outcome: Outcome
  /** Headers to send along, such as a cookie that ends a session. */
  readonly headers: Headers
}

/**
 * Reads a thrown `Response`; null for any other thrown value. 429 and 503 are passed on. 401, 403 and a
 * redirect mean that no user is signed in, if `authenticate` threw them.
 */
export function readThrown(thrown: unknown, isGuard: boolean): ThrownResponse | null {
  if (!isResponse(thrown)) return null
  const { status } = thrown
  const headers = copyHeaders(thrown.headers)
  const isNobody = status === 401 || status === 403 || (status >= 300 && status < 400)
  if (isGuard && isNobody) return { outcome: { refusal: 'not-signed-in' }, headers }
  if (status !== 429 && status !== 503) return null
  const refusal = status === 429 ? 'rate-limited' : 'unavailable'
  const retryAfterSeconds = readRetryAfter(thrown.headers.get('Retry-After'))
  return { outcome: { refusal, retryAfterSeconds }, headers }
}

/** Whether a value has the shape of a `Response`, because a framework may use its own class. */
function isResponse(thrown: unknown): thrown is Response {
  const { status, headers } = (thrown ?? {}) as Partial<Response>
  return typeof status === 'number' && typeof headers?.get === 'function'
}

/** Reads `Retry-After` as seconds, from a number or a date. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const seconds = /^\d+$/.test(value.trim())
    ? Number(value)
    : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}
