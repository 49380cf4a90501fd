/** How failed calls are tried again. */
export interface RetryOptions {
  /**
   * How often a first connection, or a token provider while there is no good token, is tried until the
   * session fails. A wake or the network's return tries such a session again. Not counted: attempts of
   * a session that has been connected, and answers with a `Retry-After`.
   * @default Infinity
   */
  maxAttempts?: number
  /**
   * The longest wait after the first failure, in milliseconds; doubled after each further one.
   * @default 500
   */
  minDelayMs?: number
  /**
   * The longest wait after any failure, in milliseconds. `Infinity` is no limit.
   * @default 30000
   */
  maxDelayMs?: number
}

/** A server's wish beyond this is not granted: five minutes. */
export const maxRetryAfterMs = 300_000

/**
 * Whether a server said when to come back: it is busy, and sheds load. That is no failure and uses up no
 * try, for otherwise those whom a limit lets in last would fail over having been patient.
 */
export function wasToldToWait({ retryAfterMs }: { readonly retryAfterMs: number | null }): boolean {
  return retryAfterMs !== null && retryAfterMs > 0
}

/** As much of a server's wish as is granted, in milliseconds. */
export function grantedMs(retryAfterMs: number | null): number {
  return Math.min(Math.max(retryAfterMs ?? 0, 0), maxRetryAfterMs)
}

/** The longest wait for a network that the platform says is gone, in milliseconds. */
const longestParkedMs = 30_000

/**
 * How long an attempt waits where the platform says that there is no network, in milliseconds; its return
 * ends the wait. The platform may be wrong, so that the wait has an end of its own.
 */
export function parkedMs({ maxDelayMs }: Required<RetryOptions>): number {
  return Math.min(maxDelayMs, longestParkedMs)
}

/**
 * How long to wait after the `attempt`th failure, in milliseconds. Full jitter: uniform from 0 to the
 * doubled bound, so that clients which failed together do not come back together. A `Retry-After` is
 * waited out first, and widens the bound to its own length: a whole fleet may have been told the same.
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
