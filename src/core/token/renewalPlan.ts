import type { Environment } from '../environment.js'
import type { Settings } from '../options.js'
import { createDeadline } from '../tools/deadline.js'
import { renewalDelayMs } from './renewal.js'

/** The moment at which the next token is asked for. */
export interface RenewalPlan {
  /**
   * Draws the moment for a token with `leftMs` to live, `earlyMs` of which its successor will wait for its
   * own moment. Returns milliseconds until then; null if no token is asked for.
   */
  draw(leftMs: number, earlyMs?: number): number | null
  set(delayMs: number): void
  /** Drops the plan, and makes none until `resume`. */
  pause(): void
  resume(): void
  clear(): void
  /** Time may have passed unseen. */
  check(): void
}

export interface RenewalPlanOptions {
  readonly environment: Environment
  readonly settings: Settings
  readonly isRenewable: () => boolean
  readonly onDue: () => void
}

export function createRenewalPlan(options: RenewalPlanOptions): RenewalPlan {
  const { environment, settings } = options
  const due = createDeadline(environment, options.onDue)
  /** Set by `pause`, reset by `resume`. */
  let isPaused = false
  return {
    ...due,
    set(delayMs) {
      if (!isPaused) due.set(delayMs)
    },
    pause() {
      isPaused = true
      due.clear()
    },
    resume() {
      isPaused = false
    },
    draw(leftMs, earlyMs = 0) {
      if (isPaused || !options.isRenewable()) return null
      const plannedMs = renewalDelayMs(leftMs, settings.renewal, environment.random())
      if (plannedMs === null) return null
      const renewalInMs = Math.max(plannedMs - earlyMs, settings.renewal.minIntervalMs)
      due.set(renewalInMs)
      return renewalInMs
    },
  }
}
