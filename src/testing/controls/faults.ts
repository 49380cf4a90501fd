import type { Timers } from './timers.js'
import {
  ApiError,
  htmlPage,
  redirectResponse,
  textResponse,
  UnreachableError,
} from '../wire/wire.js'

/** What is wrong with the backend, to be switched on and off at run time. */
export interface Faults {
  /** No answer at all: `fetch` rejects, new sockets fail, open ones fall silent. @default false */
  down: boolean
  /** How much longer every answer and every socket's first frame takes. @default 0 */
  slowMs: number
  /** Answers everything with this code: -1 is a 500, 9 a 429, 69 wrong region, 99 suspended. @default null */
  answerWith: -1 | 9 | 69 | 99 | null
  /** The `Retry-After` of a 429, in seconds. @default 1 */
  retryAfterSeconds: number
  /**
   * Refuses, with this code, every token that was not accepted before: what is in use goes on, but a
   * refreshed token is no good. @default null
   */
  refuseFreshTokens: 5 | 40 | 41 | 42 | 43 | null
  /** Answers with an HTML page, and sends one as a socket's first frame. @default false */
  nonsense: boolean
  /** Redirects every HTTP request to this URL. @default null */
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
  9: 'Too many requests',
  69: 'This app belongs to another region',
  99: 'This app is suspended',
}

/** Comes before everything else that HTTP requests and sockets are asked. */
export async function applyFaults(faults: Faults, timers: Timers, signal: AbortSignal) {
  if (faults.slowMs > 0) await timers.sleep(faults.slowMs, signal)
  if (faults.down) throw new UnreachableError('the backend is down')
  const code = faults.answerWith
  if (code !== null) {
    throw new ApiError(code, texts[code], code === 9 ? faults.retryAfterSeconds : undefined)
  }
}

/** An answer from something that is not the backend. */
export function strangeResponse(faults: Faults): Response | null {
  if (faults.redirectTo !== null) return redirectResponse(faults.redirectTo)
  if (faults.nonsense) return textResponse(htmlPage, 200, 'text/html')
  return null
}
