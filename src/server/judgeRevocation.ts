import type { TokenRefusal } from './answers.js'

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
  signedInAt: Date | undefined,
  now: Date,
): { readonly refusal: TokenRefusal; readonly retryAfterSeconds?: number } | null {
  if (!revokedBefore) return null
  const revokedMs = readTime(revokedBefore, 'revokedBefore')
  const issuedMs = Math.floor(readTime(now, 'now') / 1000) * 1000
  const retryAfterSeconds = Math.ceil((revokedMs - issuedMs) / 1000)
  if (retryAfterSeconds > longestWait) return { refusal: 'locked-out' }
  if (retryAfterSeconds > 0) return { refusal: 'just-revoked', retryAfterSeconds }
  const isOldSession = signedInAt && readTime(signedInAt, 'signedInAt') < revokedMs
  return isOldSession ? { refusal: 'not-signed-in' } : null
}

function readTime(instant: Date, name: string): number {
  const ms = instant instanceof Date ? instant.getTime() : NaN
  if (Number.isNaN(ms)) throw new TypeError(`createTokenHandler: \`${name}\` must be a valid Date.`)
  return ms
}
