import { grantedMs } from '../../../src/core/retry.js'
import { settings } from './herdClient.js'
import type { HerdOptions, HerdResult } from './simulateHerd.js'

/** How the clients without a good token come back once the endpoint does. */
export interface HerdRecovery {
  /** Seconds within which each has to be back: the `Retry-After` that is granted, and `maxDelayMs`. */
  readonly dueSeconds: number
  /** Seconds until the last one is. */
  readonly allBackSeconds: number
  /** Requests in the busiest second. */
  readonly peak: number
  /** Mean of the seconds in which they have to be back. */
  readonly mean: number
}

/**
 * Measures a recovery against its own mean. A session without a token asks every `maxDelayMs` at the
 * latest, so those of a long outage are back within it, and their number sets the mean: the spread is
 * what a client can still do for the endpoint.
 */
export function measureRecovery(
  { perSecond, allBackSeconds }: HerdResult,
  { outage, retryAfterSeconds }: Pick<HerdOptions, 'outage' | 'retryAfterSeconds'>,
): HerdRecovery {
  const waitMs = grantedMs((retryAfterSeconds ?? 0) * 1000) + settings.retry.maxDelayMs
  const dueSeconds = Math.ceil(waitMs / 1000)
  const due = perSecond.subarray(outage.toSeconds, outage.toSeconds + dueSeconds)
  return {
    dueSeconds,
    allBackSeconds,
    peak: perSecond.subarray(outage.toSeconds).reduce((peak, rate) => Math.max(peak, rate), 0),
    mean: due.reduce((sum, rate) => sum + rate, 0) / dueSeconds,
  }
}
