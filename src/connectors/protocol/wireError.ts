import { ChatAuthError, type ChatAuthErrorCode } from '../../core/errors.js'
import { backendMessage } from '../../core/tools/backendMessage.js'
import { isRefusalCode } from '../../core/refusedError.js'
import { RefusedError, type Refusal } from '../../core/types.js'

/** The protocol's other codes that mean something to who is connecting. */
const errorCodes: Readonly<Record<number, ChatAuthErrorCode>> = {
  2: 'api-key-invalid',
  9: 'rate-limited',
  17: 'not-allowed',
  69: 'wrong-region',
  99: 'app-suspended',
}

/** The refusal of a token in an answer's body; null if it is anything else. */
export function readRefusal(body: unknown): Refusal | null {
  const { code, message } = fields(body)
  if (!isRefusalCode(code)) return null
  return { code, message: typeof message === 'string' ? message : '' }
}

/** Whether a body says that this identity may not do what it asked for. */
export function isNotAllowed(body: unknown): boolean {
  return fields(body)['code'] === 17
}

/** Whether something has the form of the protocol's errors. */
export function isWireError(body: unknown): boolean {
  return typeof fields(body)['code'] === 'number'
}

/** The error that a body of the protocol's form stands for. */
export function readWireError(
  body: unknown,
  httpStatus?: number,
  retryAfterMs?: number,
): ChatAuthError | RefusedError {
  const refusal = readRefusal(body)
  if (refusal) return new RefusedError(refusal)
  const { code, StatusCode } = fields(body)
  const cause = backendMessage(fields(body))
  const known = typeof code === 'number' ? errorCodes[code] : undefined
  if (known) return new ChatAuthError(known, { retryAfterMs, cause })
  const status = httpStatus ?? (typeof StatusCode === 'number' ? StatusCode : 0)
  if (status === 429) return new ChatAuthError('rate-limited', { retryAfterMs, cause })
  if (status >= 500 || code === -1)
    return new ChatAuthError('server-error', { retryAfterMs, cause })
  return new ChatAuthError('unexpected-answer', { retryable: status < 400, cause })
}

/** `Retry-After`, in seconds or as a date, as milliseconds from `nowMs`. */
export function readRetryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null || value.trim() === '') return undefined
  const seconds = Number(value)
  const delayMs = Number.isNaN(seconds) ? Date.parse(value) - nowMs : seconds * 1000
  return Number.isFinite(delayMs) ? Math.max(delayMs, 0) : undefined
}

function fields(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
}
