/** A lifetime of an hour in milliseconds would be 41 days. */
const longestSeconds = 31 * 86_400

/**
 * A token's lifetime in seconds, as given.
 * @throws TypeError if it is none, or likely to be in milliseconds
 */
export function readLifetime(seconds: number, caller: string): number {
  if (!(typeof seconds === 'number' && seconds >= 1 && seconds < Infinity)) {
    throw new TypeError(
      `${caller}: \`expiresInSeconds\` must be a number, and at least 1; left out or null where tokens are to last.`,
    )
  }
  if (seconds > longestSeconds) {
    throw new TypeError(
      `${caller}: \`expiresInSeconds\` is over 31 days: if it is in milliseconds, divide it by 1000; if it is meant, use createUserToken with \`expiresAt\`.`,
    )
  }
  return seconds
}
