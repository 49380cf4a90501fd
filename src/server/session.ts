import { isAbsent, misuse } from './checks.js'
import { copyHeaders } from './copyHeaders.js'
import type { Authenticated } from './tokenHandlerOptions.js'

/** What the app's session says of a request. */
export interface Session {
  /** null: nobody is signed in. */
  readonly userId: string | null
  readonly signedInAt: Date | null | undefined
  /** What goes out with the answer, such as the cookie of a session that rolls. */
  readonly headers: Headers
}

/**
 * Reads what `authenticate` answered.
 * @throws TypeError for anything but a user id, `{ userId }` or nothing
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
