import { grantedMs, retryDelayMs, type RetryOptions } from '../retry.js'

/** When a new token is fetched before the old one expires. */
export interface RenewalOptions {
  /**
   * How long before expiry the renewal may begin, in milliseconds; at most half of what is left of the
   * token's life. The moment is drawn at random from the first four fifths of that span, and not from
   * its last half second, so that clients which signed in together do not renew together.
   * @default half of what is left of the token's life
   */
  renewBeforeMs?: number
  /**
   * The least time between two calls of the token provider for renewals, in milliseconds.
   * @default 500
   */
  minIntervalMs?: number
}

/** What a provider and a new connection are given at least, where the token lives for long enough. */
const leastReserveMs = 500

/**
 * How long after its arrival a token with `remainingMs` to live is renewed, in milliseconds; null if
 * it never expires. The last fifth of the lead is left for the provider to answer in, and for the
 * connection to be opened anew.
 */
export function renewalDelayMs(
  remainingMs: number,
  options: { readonly renewBeforeMs?: number | undefined; readonly minIntervalMs: number },
  random: number,
): number | null {
  if (!Number.isFinite(remainingMs)) return null
  const half = remainingMs / 2
  const leadMs = Math.min(options.renewBeforeMs ?? half, half)
  const spreadMs = Math.max(0, Math.min(leadMs * 0.8, leadMs - leastReserveMs))
  return Math.max(options.minIntervalMs, remainingMs - leadMs + random * spreadMs)
}

/** A renewal that failed while the token in use is still good. */
export interface FailedRenewal {
  /** What is left of that token's life, in milliseconds; Infinity if nothing presses. */
  readonly leftMs: number
  /** Failures so far. */
  readonly attempt: number
  /** What the server asked for, in milliseconds. */
  readonly retryAfterMs: number | null
}

/**
 * How long after a failed renewal the next one is tried, in milliseconds: it is planned anew in what is
 * left of the life, as the first was, and not before a `Retry-After`. Nobody waits for it, and clients
 * whose renewals failed in one outage would all come back at its end if they had tried every few seconds.
 */
export function renewalRetryDelayMs(
  { leftMs, attempt, retryAfterMs }: FailedRenewal,
  settings: {
    readonly renewal: {
      readonly renewBeforeMs?: number | undefined
      readonly minIntervalMs: number
    }
    readonly retry: Required<RetryOptions>
  },
  random: number,
): number {
  const { renewal, retry } = settings
  const plannedMs = renewalDelayMs(leftMs, renewal, random)
  // Not spread any wider: the token in use would be dead by then.
  const retryMs = grantedMs(retryAfterMs) + retryDelayMs(attempt, retry, random)
  if (plannedMs === null) return Math.max(renewal.minIntervalMs, retryMs)
  return retryAfterMs === null ? plannedMs : Math.max(plannedMs, retryMs)
}
