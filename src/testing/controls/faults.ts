import type { Timers } from './timers.js'
import {
  ApiError,
  htmlPage,
  redirectResponse,
  textResponse,
  UnreachableError,
} from '../wire/wire.js'

/** Faults of the backend, to be switched on and off at run time. */
export interface Faults {
  /**
   * Gives no answer: `fetch` rejects, new sockets fail, open ones go silent.
   * @default false
   */
  down: boolean
  /**
   * Milliseconds by which every answer and every socket's first frame is delayed.
   * @default 0
   */
  slowMs: number
  /**
   * Answers everything with this code: -1 is a 500, 4 bad input, 9 a 429, 16 something deleted, 69 wrong
   * region, 99 suspended.
   * @default null
   */
  answerWith: -1 | 4 | 9 | 16 | 69 | 99 | null
  /**
   * `Retry-After` of a 429, in seconds.
   * @default 1
   */
  retryAfterSeconds: number
  /**
   * Refuses, with this code, every token that was not accepted before. Tokens in use still work, and
   * refreshed tokens do not.
   * @default null
   */
  refuseFreshTokens: 5 | 40 | 41 | 42 | 43 | null
  /**
   * Answers with an HTML page, also as a socket's first frame.
   * @default false
   */
  nonsense: boolean
  /**
   * Redirects every HTTP request to this URL.
   * @default null
   */
  redirectTo: string | null
}

export const noFaults: Readonly<Faults> = {
  down: false,
  slowMs: 0,
  answerWith: null,
  retryAfterSeconds: 1,
  refuseFreshTokens: null,
  nonsense: false,
  redirectTo: null,
}

const texts = {
  [-1]: 'internal error',
  4: 'The input is not valid',
  9: 'Too many requests',
  16: 'The user was deleted',
  69: 'This app belongs to another region',
  99: 'This app is suspended',
}

/** Applies the faults before any other handling of HTTP requests and sockets. */
export async function applyFaults(faults: Faults, timers: Timers, signal: AbortSignal) {
  if (faults.slowMs > 0) await timers.sleep(faults.slowMs, signal)
  if (faults.down) throw new UnreachableError('the backend is down')
  const code = faults.answerWith
  if (code !== null) {
    throw new ApiError(code, texts[code], code === 9 ? faults.retryAfterSeconds : undefined)
  }
}

/** Builds an answer as from another server: an HTML page or a redirect; null without such a fault. */
export function strangeResponse(faults: Faults): Response | null {
  if (faults.redirectTo !== null) return redirectResponse(faults.redirectTo)
  if (faults.nonsense) return textResponse(htmlPage, 200, 'text/html')
  return null
}
