import { ChatAuthError } from '../errors.js'
import type { Settings } from '../options.js'
import { renewalRetryDelayMs } from './renewal.js'
import { parkedMs, retryDelayMs } from '../retry.js'

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
  /** Whether the platform reports a network. */
  readonly isOnline: boolean
}

/** Milliseconds until the provider is called again; null if this failure is final. */
export function tokenRetryDelayMs(
  { error, failures, attempt, leftMs, isOnline }: FailedCall,
  settings: Pick<Settings, 'renewal' | 'retry'>,
  random: number,
): number | null {
  const { retryAfterMs } = error
  if (error.code === 'token-provider-denied') return null
  if (leftMs !== null) {
    return renewalRetryDelayMs({ leftMs, attempt, retryAfterMs }, settings, random)
  }
  if (!error.retryable || failures >= settings.retry.maxAttempts) return null
  const delayMs = retryDelayMs(Math.max(failures, 1), settings.retry, random, retryAfterMs)
  return isOnline ? delayMs : Math.max(delayMs, parkedMs(settings.retry))
}

/** Where a session has been live, an answer of nothing comes from a library that is not ready yet. */
export function asOfLiveSession(error: ChatAuthError): ChatAuthError {
  if (error.code !== 'token-missing') return error
  return new ChatAuthError('token-missing', { cause: error, retryable: true })
}
