import type { Environment } from '../environment.js'
import type { ChatAuthError } from '../errors.js'
import { parkedMs, retryDelayMs, wasToldToWait, type RetryOptions } from '../retry.js'

/** Counts failed attempts in a row, and computes the wait before the next one. */
export interface Backoff {
  /** Number of failed attempts since `reset`. */
  failures(): number
  /** Whether `maxAttempts` are used up. Answers with a `Retry-After` are not counted. */
  isSpent(): boolean
  /** Counts a failed attempt. */
  count(error: ChatAuthError): void
  /** Sets the wait before the next attempt, and returns it in milliseconds. */
  owe(error: ChatAuthError): number
  /** Returns the wait that is owed, in milliseconds, and clears it. */
  pay(): number
  reset(): void
}

export function createBackoff(environment: Environment, retry: Required<RetryOptions>): Backoff {
  let failures = 0
  /** Failures with a `Retry-After`; included in `failures`. */
  let waits = 0
  /** Set by `owe`, reset by `pay`. */
  let owedMs = 0

  return {
    failures: () => failures,
    isSpent: () => failures - waits >= retry.maxAttempts,
    count(error) {
      failures++
      if (wasToldToWait(error)) waits++
    },
    owe({ retryAfterMs }) {
      const attempt = Math.max(failures - waits, 1)
      const delayMs = retryDelayMs(attempt, retry, environment.random(), retryAfterMs)
      owedMs = environment.isOnline() ? delayMs : Math.max(delayMs, parkedMs(retry))
      return owedMs
    },
    pay() {
      const dueMs = owedMs
      owedMs = 0
      return dueMs
    },
    reset() {
      failures = waits = 0
    },
  }
}
