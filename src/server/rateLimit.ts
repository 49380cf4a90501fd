import { isAbsent, misuse } from './checks.js'

/** Maximum wait in seconds (1 hour). A minute given in milliseconds would be 16 hours. */
const longestSeconds = 3600

/**
 * Reads the result of the app's rate limit, in seconds to wait; 0 admits the request.
 * @throws TypeError if the result is no valid number, or likely in milliseconds
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
