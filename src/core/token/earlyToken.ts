import { elapsedSince, markNow, type Environment, type Mark } from '../environment.js'
import { validFromMs, type HeldToken } from './heldToken.js'

/** The first wait for a token that is not valid yet, in milliseconds; doubled after each further one. */
const firstWaitMs = 250

/**
 * The first wait for one that the backend took before, in milliseconds: a clock was set back. A request
 * is sent twice and no more, so that little is gained by haste.
 */
const firstWaitAgainMs = 5000

/** The longest wait for a refused token's moment, in milliseconds. */
const longestWaitMs = 30_000

/** The longest wait for a moment that was worked out, in milliseconds: the clocks may be set meanwhile. */
const longestKnownWaitMs = 300_000

/**
 * Learns how far the clock that mints tokens is ahead of the backend's: from tokens that the backend says
 * are not valid yet, and from when it takes them.
 *
 *     first token    refused, 0.25 s, refused, 0.5 s, … accepted: the clocks are 5 s apart
 *     next token     waits 5 s, is accepted
 */
export interface EarlyTokens {
  /** The backend says that this token is not valid yet. Returns milliseconds until it is sent again. */
  refused(token: HeldToken): number
  /** The backend has taken this token. */
  accepted(token: HeldToken): void
  /** How long a token that has just come waits for its moment, in milliseconds; 0 in most cases. */
  waitMs(token: HeldToken): number
}

export function createEarlyTokens(environment: Environment): EarlyTokens {
  /** Whether a token was refused so: only then are the clocks worth comparing. */
  let isMinterAhead = false
  /**
   * The latest reading of the backend's clock; null until there is one. It is a lower bound after an
   * acceptance, and an upper one after a refusal.
   */
  let known: { readonly serverMs: number; readonly at: Mark } | null = null

  /** How far the moment of a token is from now by the backend's clock, in milliseconds; null if unknown. */
  function untilValidMs(token: HeldToken): number | null {
    // A machine that slept has stopped one of its clocks.
    return known && validFromMs(token) - known.serverMs - elapsedSince(environment, known.at)
  }

  function learn(token: HeldToken): void {
    known = { serverMs: validFromMs(token), at: markNow(environment) }
  }

  return {
    refused(token) {
      // One that was taken before says that the backend's clock was set back, and nothing of the other.
      if (!token.wasAccepted) isMinterAhead = true
      if ((untilValidMs(token) ?? 0) < 0) learn(token)
      const firstMs = token.wasAccepted ? firstWaitAgainMs : firstWaitMs
      const doubledMs = firstMs * 2 ** (token.earlyRefusals - 1)
      // At most a part of its life: else it may be dead when it is sent again.
      const partMs = Math.max(lifetimeMs(token) / 4, firstMs)
      return Math.min(doubledMs, longestWaitMs, partMs)
    },
    accepted(token) {
      if ((untilValidMs(token) ?? Infinity) > 0) learn(token)
    },
    waitMs(token) {
      if (!isMinterAhead) return 0
      return Math.min(Math.max(untilValidMs(token) ?? 0, 0), longestKnownWaitMs)
    },
  }
}

/** How long a token lives from its moment on, in milliseconds. */
export function lifetimeMs(token: HeldToken): number {
  return (token.claims.expiresAtMs ?? Infinity) - validFromMs(token)
}
