import { isAbsent, misuse } from './checks.js'

/** Clients wait for five minutes at most. A minute in milliseconds would be 16 hours. */
const longestSeconds = 3600

/**
 * What the app's rate limit answered: how many seconds to wait; 0 lets pass.
 * @throws TypeError for what is no such number, or likely to be in milliseconds
 */
export function readWait(seconds: unknown): number {
  if (isAbsent(seconds)) return 0
  if (!(typeof seconds === 'number' && seconds >= 0 && seconds < Infinity)) {
    throw misuse(
      'createTokenHandler',
      '`rateLimit` must answer how many seconds to wait: a number, at least 0; nothing lets pass.',
    )
  }
  if (seconds > longestSeconds) {
    throw misuse(
      'createTokenHandler',
      '`rateLimit` answered more than an hour: if it is in milliseconds, divide it by 1000; if it is meant, answer 3600, and the client asks again.',
    )
  }
  return seconds
}
