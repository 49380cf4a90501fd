import type { Environment } from '../environment.js'
import type { ChatAuthError } from '../errors.js'
import { createDeadline } from '../tools/deadline.js'
import type { TokenState } from '../state.js'
import { expiryOf, type HeldToken } from './heldToken.js'
import type { TokenHolder } from './tokenHolder.js'

export interface EarlyWaitOptions {
  readonly environment: Environment
  readonly holder: TokenHolder
  readonly onChange: (token: Partial<TokenState>) => void
  /** The moment of this token has come: it is held again. */
  readonly onMoment: (token: HeldToken) => void
}

/** Waits for the moment of a token that the backend does not take yet. */
export interface EarlyWait {
  /** Sets the token aside, which the backend has just refused with `error`, until it may be valid. */
  postpone(token: HeldToken, error: ChatAuthError): void
  /** Waits for the token that the holder has set aside. */
  wait(delayMs: number): void
  /** Tries it now. */
  hurry(): void
  clear(): void
  /** Time may have passed unseen. */
  check(): void
}

export function createEarlyWait(options: EarlyWaitOptions): EarlyWait {
  const { environment, holder, onChange } = options
  const moment = createDeadline(environment, resume)

  function resume(): void {
    moment.clear()
    const token = holder.resume()
    if (token) options.onMoment(token)
  }

  return {
    postpone(token, error) {
      const waitMs = holder.postpone(token)
      moment.set(waitMs)
      const held = holder.held()
      // The one before serves on, or else all wait.
      if (held && held !== token) return onChange({ expiresAt: expiryOf(held) })
      const nextAttemptAt = new Date(environment.now() + waitMs)
      onChange({ status: 'retrying', attempt: token.earlyRefusals, nextAttemptAt, error })
    },
    wait: (delayMs) => moment.set(delayMs),
    hurry: resume,
    clear: () => moment.clear(),
    check: () => moment.check(),
  }
}
