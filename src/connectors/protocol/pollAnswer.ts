import type { Environment } from '../../core/environment.js'
import {
  ChatAuthError,
  isChatAuthError,
  toChatAuthError,
  type ChatAuthErrorCode,
} from '../../core/errors.js'
import { attempt, isObject } from '../../core/tools/reading.js'
import { retryAfterOf } from '../../core/tools/retryAfter.js'
import type { Address } from './address.js'
import { sendRequest } from './sendRequest.js'
import { isWireError, readWireError } from './wireError.js'

/** The protocol's code for a line that the backend does not know, or no longer. */
const unknownLine = 46

/** A request to `/longpoll`. */
export interface Poll {
  readonly fetch: typeof globalThis.fetch | undefined
  readonly url: Address
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/**
 * Sends a poll; returns its answer.
 * @throws the backend's own error, or one that another attempt may mend: strangers end no session
 */
export async function sendPoll(
  { fetch, url, headers, signal }: Poll,
  environment: Environment,
): Promise<Readonly<Record<string, unknown>>> {
  // A cached answer would tell its events again.
  const init: RequestInit = { headers, signal, cache: 'no-store' }
  const response = await sendRequest(fetch, url, init).catch((error: unknown) => {
    const isRedirect = isChatAuthError(error) && error.code === 'redirect-refused'
    // A portal that wants a sign-in first redirects everything for a while.
    throw isRedirect ? new ChatAuthError('redirect-refused', { retryable: true }) : error
  })
  const text = await response.text().catch((error: unknown) => {
    throw toChatAuthError(error, 'connection-failed')
  })
  const body = attempt<unknown>(() => JSON.parse(text), null)
  if (!response.ok) throw errorOf(body, response, environment)
  if (isObject(body)) return body as Readonly<Record<string, unknown>>
  throw new ChatAuthError('unexpected-answer')
}

/** Whether a poll was answered before it reached its line, which so has lost no event. */
export function isHarmless(error: unknown): boolean {
  return isChatAuthError(error) && harmless.includes(error.code)
}

const harmless: readonly ChatAuthErrorCode[] = [
  'server-error',
  'rate-limited',
  'redirect-refused',
  'handshake-refused',
]

/** Statuses of gateways that lost the backend, and its answer with it. */
const lostBehind: readonly number[] = [502, 504]

function errorOf(body: unknown, { status, headers }: Response, environment: Environment): Error {
  const isOfProtocol = isWireError(body)
  const isUnknown = isOfProtocol && (body as { code: number }).code === unknownLine
  if (isUnknown || (!isOfProtocol && lostBehind.includes(status))) {
    return new ChatAuthError('connection-failed')
  }
  if (isOfProtocol || status === 429 || status >= 500) {
    return readWireError(body, status, retryAfterOf(headers, environment.now()))
  }
  if (status !== 401 && status !== 403) return new ChatAuthError('unexpected-answer')
  return new ChatAuthError('handshake-refused', {
    message: `A gateway refused to let a long poll through (HTTP ${status}).`,
    remedy:
      'Check what stands between the app and the chat backend, and what it wants of `/longpoll`.',
  })
}
