/** Options for retries of token provider calls and connections. */
export interface RetryOptions {
  /**
   * Attempts until the session fails: of the first connection, and of the token provider while there is
   * no good token. A wake-up or the network's return restarts such a session. Not counted: answers with
   * a `Retry-After`, and attempts of a session that has connected before.
   * @default Infinity
   */
  maxAttempts?: number
  /**
   * Longest wait after the first failure, in milliseconds. Doubled after each further failure.
   * @default 500
   */
  minDelayMs?: number
  /**
   * Longest wait after any failure, in milliseconds. `Infinity` means no limit.
   * @default 30000
   */
  maxDelayMs?: number
}

/** Longest `Retry-After` that is granted, in milliseconds: five minutes. */
export const maxRetryAfterMs = 300_000

/**
 * Whether a server asked for a wait, because it sheds load. Such an answer is not counted against
 * `maxAttempts`: clients that a rate limit lets in last would otherwise fail.
 */
export function wasToldToWait({ retryAfterMs }: { readonly retryAfterMs: number | null }): boolean {
  return retryAfterMs !== null && retryAfterMs > 0
}

/** Part of the requested wait that is granted, in milliseconds. */
export function grantedMs(retryAfterMs: number | null): number {
  return Math.min(Math.max(retryAfterMs ?? 0, 0), maxRetryAfterMs)
}

/** Longest wait while the platform reports no network, in milliseconds. */
const longestParkedMs = 30_000

/**
 * Wait before the next attempt while the platform reports no network, in milliseconds. The network's
 * return ends the wait early. The wait is bounded, because the platform may be wrong.
 */
export function parkedMs({ maxDelayMs }: Required<RetryOptions>): number {
  return Math.min(maxDelayMs, longestParkedMs)
}

/**
 * Wait after the `attempt`th failure, in milliseconds. Full jitter: uniform from 0 to the doubled bound,
 * so that clients that failed together do not return together. A `Retry-After` is waited out first, and
 * widens the bound to its own length, because all clients may have received the same value.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryDelayMs(
  attempt: number,
  options: Required<RetryOptions>,
  random: number,
  retryAfterMs: number | null = null,
): number {
  const bound = Math.min(options.maxDelayMs, options.minDelayMs * 2 ** (attempt - 1))
  const asked = grantedMs(retryAfterMs)
  return asked + random * Math.max(bound, Math.min(asked, options.maxDelayMs))
}
