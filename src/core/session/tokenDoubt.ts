import { elapsedSince, markNow, type Environment, type Mark } from '../environment.js'
import type { ChatAuthErrorCode } from '../errors.js'
import type { HeldToken } from '../token/heldToken.js'

/** Finds out when connections fail so often that a token which nobody has refused may be the reason. */
export interface TokenDoubt {
  /** Takes in a failed attempt. Returns whether another token is to be tried. */
  failed(token: HeldToken, code: ChatAuthErrorCode): boolean
  /** A connection is up: the failures before are forgotten. */
  reset(): void
}

/**
 * Failures that a gateway in front of the backend may cause over the token. `told`: it has said so.
 * `perhaps`: browsers hide the status of a handshake, so that this may as well be an outage.
 */
const suspicions: Partial<Record<ChatAuthErrorCode, 'told' | 'perhaps'>> = {
  'handshake-refused': 'told',
  'connection-failed': 'perhaps',
}

/** Failures in a row with one token that leave it undoubted, but for the last of them. */
const doubtAfter = 3

/** Milliseconds between two calls of the provider: a gateway may be wrong for days. */
const askEveryMs = 60_000

export function createTokenDoubt(environment: Environment): TokenDoubt {
  /** The token of the last failure, and how often in a row it met a suspicious one. */
  let failing: { readonly token: HeldToken; failures: number } | null = null
  /** Since when a token is doubted that may be good. Set once until `reset`. */
  let doubtedSince: Mark | null = null
  /** When another token was asked for. Kept over connections: those may come and go. */
  let askedAt: Mark | null = null
  /** Whether one was asked for on suspicion since `reset`. */
  let hasGuessed = false

  /** An outage of the chat backend alone must not become a storm at the token endpoint. */
  function isGuessDue(): boolean {
    if (hasGuessed || !environment.isOnline()) return false
    doubtedSince ??= markNow(environment)
    // All browsers meet the outage at once: each asks at another moment of a minute, if it lasts.
    hasGuessed = elapsedSince(environment, doubtedSince) >= environment.random() * askEveryMs
    return hasGuessed
  }

  return {
    failed(token, code) {
      const suspicion = suspicions[code]
      if (!suspicion) {
        failing = null
        return false
      }
      if (failing?.token !== token) failing = { token, failures: 0 }
      if (++failing.failures < doubtAfter) return false
      if (askedAt && elapsedSince(environment, askedAt) < askEveryMs) return false
      if (suspicion === 'perhaps' && !isGuessDue()) return false
      askedAt = markNow(environment)
      return true
    },
    reset() {
      failing = null
      doubtedSince = null
      hasGuessed = false
    },
  }
}
