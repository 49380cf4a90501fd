import type { TokenRefusal } from './answers.js'
import { readInstant } from './checks.js'

/** Longest `Retry-After` that clients obey, in seconds (5 minutes). */
const longestWait = 300

/**
 * Judges what a revocation means for a new token; null if nothing.
 *
 * A token is refused if its `iat`, in whole seconds, lies before the revocation. No token is issued in
 * the second of the revocation itself. Where fractions count, such a token would be refused. Elsewhere it
 * could not be told from a revoked one.
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
