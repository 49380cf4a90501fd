import type { Environment } from '../environment.js'
import type { ChatAuthError } from '../errors.js'
import { parkedMs, retryDelayMs, wasToldToWait, type RetryOptions } from '../retry.js'

/** Counts the attempts that failed in a row, and says how long the next one waits. */
export interface Backoff {
  /** Attempts that failed since `reset`. */
  failures(): number
  /** Whether `maxAttempts` are used up; answers with a `Retry-After` are not counted. */
  isSpent(): boolean
  /** An attempt failed. */
  count(error: ChatAuthError): void
  /** Has the next attempt wait. Returns for how long, in milliseconds. */
  owe(error: ChatAuthError): number
  /** The wait that is owed, in milliseconds; owed no longer. */
  pay(): number
  reset(): void
}

export function createBackoff(environment: Environment, retry: Required<RetryOptions>): Backoff {
  let failures = 0
  /** Those of them in which the backend said when to come back. */
  let waits = 0
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
