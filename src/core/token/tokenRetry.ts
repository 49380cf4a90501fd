import type { ChatAuthError } from '../errors.js'
import type { Settings } from '../options.js'
import { renewalRetryDelayMs } from './renewal.js'
import { retryDelayMs } from '../retry.js'

/** A call of the token provider that failed. */
export interface FailedCall {
  readonly error: ChatAuthError
  /** Failures of this run; being told to wait is none. */
  readonly failures: number
  /** Failures since the last token. */
  readonly attempt: number
  /**
   * What is left of the token in use, in milliseconds; `Infinity` where somebody asked for another by
   * name, and has a reason not to wait for most of its life; null: there is no good token.
   */
  readonly leftMs: number | null
  /** Whether the backend had accepted a token of this session. */
  readonly wasLive: boolean
}

/** Milliseconds until the provider is called again; null if this failure is final. */
export function tokenRetryDelayMs(
  { error, failures, attempt, leftMs, wasLive }: FailedCall,
  settings: Pick<Settings, 'renewal' | 'retry'>,
  random: number,
): number | null {
  const { retryAfterMs } = error
  if (error.code === 'token-provider-denied') return null
  if (leftMs !== null) {
    return renewalRetryDelayMs({ leftMs, attempt, retryAfterMs }, settings, random)
  }
  // The app's own session is not restored yet after a wake: its library answers with nothing.
  const isUnready = wasLive && error.code === 'token-missing'
  if (!error.retryable && !isUnready) return null
  if (failures >= settings.retry.maxAttempts) return null
  return retryDelayMs(Math.max(failures, 1), settings.retry, random, retryAfterMs)
}
