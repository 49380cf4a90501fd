import { ChatAuthError, type ChatAuthErrorCode } from '../../core/errors.js'
import { backendMessage } from '../../core/tools/backendMessage.js'
import { shortened } from '../../core/tools/words.js'
import { isRefusalCode } from '../../core/refusedError.js'
import { RefusedError, type Refusal } from '../../core/connector.js'

/** Error codes for the protocol's codes other than refusals. */
const errorCodes: Readonly<Record<number, ChatAuthErrorCode>> = {
  2: 'api-key-invalid',
  9: 'rate-limited',
  17: 'not-allowed',
  69: 'wrong-region',
  99: 'app-suspended',
}

/** Remedies for protocol codes whose own message names none. */
const remedies: Readonly<Record<number, string>> = {
  4: 'Correct what the backend names: most often a field of `user` that it does not take.',
  16: 'Restore on the server what was deleted, or connect a user who is there.',
}

/** Reads the refusal of a token from a response body; null if the body is none. */
export function readRefusal(body: unknown): Refusal | null {
  const { code, message } = fields(body)
  if (!isRefusalCode(code)) return null
  return { code, message: typeof message === 'string' ? message : '' }
}

/** Whether a response body says that this identity lacks a permission (code 17). */
export function isNotAllowed(body: unknown): boolean {
  return fields(body)['code'] === 17
}

/** Whether a value has the shape of a protocol error: an object with a numeric `code`. */
export function isWireError(body: unknown): boolean {
  return typeof fields(body)['code'] === 'number'
}

/** Maps an error body to a typed error, by its protocol code first and then by the HTTP status. */
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
  const unexpected = { retryable: status < 400, cause }
  return unnamed(fields(body), status) ?? new ChatAuthError('unexpected-answer', unexpected)
}

/**
 * Creates the error for a protocol code that `errorCodes` does not name, with the backend's message and
 * code. Null if the body is no protocol error, such as a gateway's `{ code: 404, message }`, whose code
 * repeats the status.
 */
function unnamed(body: Record<string, unknown>, status: number): ChatAuthError | null {
  const { code, message } = body
  if (typeof code !== 'number' || code === status || typeof message !== 'string') return null
  const words = shortened(message).replace(/[.!]$/, '')
  const remedy = remedies[code]
  return new ChatAuthError('backend-refused', {
    message: `The chat backend refused this${words && ': '}${words} (code ${code}).`,
    // Without a status the error may be temporary.
    retryable: status === 0,
    cause: backendMessage(body),
    ...(remedy !== undefined && { remedy }),
  })
}

function fields(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
}
