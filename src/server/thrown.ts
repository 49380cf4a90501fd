import type { Outcome } from './answers.js'
import { copyHeaders } from './copyHeaders.js'

/** A `Response` that a hook threw, as guards do where a thrown one is an answer. */
export interface ThrownResponse {
  readonly outcome: Outcome
  /** Cookies and the like, such as the one that ends a session. */
  readonly headers: Headers
}

/**
 * What a thrown `Response` means: 429 and 503 tell the client to wait, and are passed on; 401, 403 and a
 * redirect mean that nobody is signed in, if it was `authenticate` that threw them. null for every
 * other fault.
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

/** By its shape: a framework may bring a class of its own. */
function isResponse(thrown: unknown): thrown is Response {
  const { status, headers } = (thrown ?? {}) as Partial<Response>
  return typeof status === 'number' && typeof headers?.get === 'function'
}

/** Seconds, from either of the header's two forms. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const seconds = /^\d+$/.test(value.trim())
    ? Number(value)
    : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}
