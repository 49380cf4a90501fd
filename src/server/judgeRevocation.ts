import type { TokenRefusal } from './answers.js'
import { readInstant } from './checks.js'

/** Clients wait for no longer than this, in seconds: five minutes. */
const longestWait = 300

/**
 * What a revocation means for who asks for a new token; null if nothing.
 *
 * A token is refused wherever it is shown if its `iat`, in whole seconds, lies before the revocation. In
 * the second of the revocation itself no token is made, which costs the client that second: a token of
 * that second would be refused where fractions count, and could not be told from a revoked one where
 * they do not.
 */
export function judgeRevocation(
  revokedBefore: Date | null | undefined,
  signedInAt: Date | null | undefined,
  now: Date,
): { readonly refusal: TokenRefusal; readonly retryAfterSeconds?: number } | null {
  const revokedMs = readTime(revokedBefore, 'revokedBefore')
  const signedInMs = readTime(signedInAt, 'signedInAt')
  if (revokedMs === undefined) return null
  const issuedMs = Math.floor(now.getTime() / 1000) * 1000
  const retryAfterSeconds = Math.ceil((revokedMs - issuedMs) / 1000)
  if (retryAfterSeconds > longestWait) return { refusal: 'locked-out' }
  if (retryAfterSeconds > 0) return { refusal: 'just-revoked', retryAfterSeconds }
  const isOldSession = signedInMs !== undefined && signedInMs < revokedMs
  return isOldSession ? { refusal: 'not-signed-in' } : null
}

function readTime(instant: unknown, name: string): number | undefined {
  return readInstant(instant, name, 'createTokenHandler')?.getTime()
}
