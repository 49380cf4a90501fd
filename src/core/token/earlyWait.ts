import type { Environment } from '../environment.js'
import type { ChatAuthError } from '../errors.js'
import { createDeadline } from '../tools/deadline.js'
import { nothingTried, type TokenState } from '../state.js'
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
  /** Says again how the wait goes, after a call of the provider that changed nothing. */
  tell(): void
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
  /** The last refusal, and when the token is sent again. Set by `postpone`. */
  let last: { readonly error: ChatAuthError; readonly nextAttemptAt: Date } | null = null

  function resume(): void {
    moment.clear()
    const token = holder.resume()
    if (token) options.onMoment(token)
  }

  function tell(): void {
    const token = holder.early()
    const held = holder.held()
    if (!token || !held) return
    // The one before serves on, or else all wait.
    if (held !== token || !last) onChange({ ...nothingTried, expiresAt: expiryOf(held) })
    else onChange({ status: 'retrying', attempt: token.earlyRefusals, ...last })
  }

  return {
    postpone(token, error) {
      const waitMs = holder.postpone(token)
      moment.set(waitMs)
      last = { error, nextAttemptAt: new Date(environment.now() + waitMs) }
      tell()
    },
    tell,
    wait: (delayMs) => moment.set(delayMs),
    hurry: resume,
    clear: () => moment.clear(),
    check: () => moment.check(),
  }
}
