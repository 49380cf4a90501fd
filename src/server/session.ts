import { isAbsent, misuse } from './checks.js'
import { copyHeaders } from './copyHeaders.js'
import type { Authenticated } from './tokenHandlerOptions.js'

/** The app's session of a request. */
export interface Session {
  /** Id of the signed-in user, or null. */
  readonly userId: string | null
  readonly signedInAt: Date | null | undefined
  /** Headers for the answer, such as the cookie of a rolling session. */
  readonly headers: Headers
}

/**
 * Reads the result of `authenticate`.
 * @throws TypeError unless the result is a user id, `{ userId }`, null or undefined
 */
export function readSession(answer: Authenticated): Session {
  const { userId, signedInAt, headers } =
    typeof answer === 'object' && answer !== null
      ? answer
      : { userId: answer || null, signedInAt: null, headers: null }
  if (userId !== null && (typeof userId !== 'string' || userId === '')) {
    throw misuse(
      'createTokenHandler',
      '`authenticate` must return a user id, { userId }, { userId: null }, or null.',
    )
  }
  return { userId, signedInAt, headers: readHeaders(headers) }
}

function readHeaders(headers: unknown): Headers {
  if (isAbsent(headers)) return new Headers()
  try {
    return copyHeaders(headers as HeadersInit)
  } catch {
    throw misuse(
      'createTokenHandler',
      'the `headers` that `authenticate` returned are none: return Headers, or names and values.',
    )
  }
}
