import { elapsedSince, markNow, type Environment, type Mark } from '../environment.js'
import { createEarlyTokens, lifetimeMs } from './earlyToken.js'
import {
  isUsable,
  noToken,
  notableSkew,
  receiveToken,
  validFromMs,
  type HeldToken,
  type TokenOrigin,
} from './heldToken.js'
import { serverLeadMs } from './token.js'
import type { LentToken } from './tokenSharing.js'
import type { TokenReason } from '../types.js'

export interface TokenHolderOptions {
  readonly userId: string
  readonly environment: Environment
  /** Whether another token can be had. One that cannot be replaced is used until the backend says no. */
  readonly isRenewable: () => boolean
}

/** A token that was just taken. */
export interface TakenToken {
  readonly token: HeldToken
  /** How long it waits for its moment, in milliseconds: 0 where it may be sent at once. */
  readonly earlyMs: number
  /** How far the wall clock is ahead of the backend's, in milliseconds; null if not notably, or known. */
  readonly skewMs: number | null
}

/** A skew is told again once it differs by this much, in milliseconds. */
const skewChangeMs = 30_000

/** Holds the one token of a session, and knows what it is worth. */
export interface TokenHolder {
  held(): HeldToken | null
  /** The held token, if it is worth sending. */
  good(): HeldToken | null
  /** What is left of the life of the good token, in milliseconds; null without one. */
  leftMs(): number | null
  /** Holds nothing that could be refused: an anonymous session's. */
  takeNone(): void
  /**
   * Null where the one that waits for its moment stays: one that was fetched as it was refused so
   * often, and would be valid even later.
   * @param mostLeftMs the most that is left of its life, in milliseconds, where somebody knows
   * @throws ChatAuthError if it is no token for this user, or no better than the one held
   */
  take(
    value: unknown,
    origin: TokenOrigin,
    reason: TokenReason,
    mostLeftMs?: number,
  ): TakenToken | null
  /**
   * Keeps another tab's token aside until one is needed, in place of one that was kept before.
   * @returns false if it is no token for this user, no better than the one held, or was refused here
   */
  keep(value: unknown, leftMs: unknown): boolean
  /** The one kept aside, if it is good for longer than the one held: a handshake must be worth it. */
  kept(): LentToken | null
  /** What other tabs may have of this one: a good token of a provider that the backend has accepted. */
  lendable(): LentToken | null
  /** The backend says that this token is not valid yet. Returns milliseconds until it is sent again. */
  postpone(token: HeldToken): number
  /** Whether the backend has ever accepted a token here. */
  hasBeenAccepted(): boolean
  /** The good token that requests carry while the held one is on probation; null if there is none. */
  standIn(): HeldToken | null
  /** Nobody is left to try the held token but requests. */
  endProbation(): void
  /** The one that waits for its moment; null if none does. */
  early(): HeldToken | null
  /** Its moment has come: it is held again. */
  resume(): HeldToken | null
  /** The backend has accepted this token. */
  accept(token: HeldToken): void
  /** Holds the one again that a refused token of another tab stood in for, if that is still good. */
  fallBack(refused: HeldToken): HeldToken | null
}

export function createTokenHolder(options: TokenHolderOptions): TokenHolder {
  const { userId, environment } = options
  let held: HeldToken | null = null
  /** The backend's clock, as learnt from the tokens so far: see serverLeadMs. */
  let leadMs: number | null = null
  /** The skew of the wall clock that the app was told of last, in milliseconds. */
  let toldSkewMs: number | null = null
  /** The token that waits for its moment, since when, and how much of that wait its life begins after. */
  let early: {
    readonly token: HeldToken
    readonly since: Mark
    readonly certainMs: number
  } | null = null
  /** Set by `keep`; null once any token is taken: it would be no better than that. */
  let aside: HeldToken | null = null
  /** Set by `accept`. */
  let hasBeenAccepted = false
  const clocks = createEarlyTokens(environment)
  const refusedHere = new Set<unknown>()

  function isGood(token: HeldToken): boolean {
    if (!options.isRenewable()) return token.refusedAs === null && !token.isEarly
    return isUsable(token, elapsedSince(environment, token.receivedAt))
  }

  function leftOf({ remainingMs, receivedAt }: HeldToken): number {
    return remainingMs - elapsedSince(environment, receivedAt)
  }

  /** The latest token that the backend has taken, if it is good. */
  function acceptedBefore(): HeldToken | null {
    const token = held && (held.wasAccepted ? held : held.standsInFor)
    return token && isGood(token) ? token : null
  }

  function good(): HeldToken | null {
    return held && isGood(held) ? held : null
  }

  function leftMs(): number | null {
    const token = good()
    return token && leftOf(token)
  }

  function receive(value: unknown, origin: TokenOrigin, mostLeftMs: number): HeldToken {
    const token = receiveToken(value, userId, held, leadMs, markNow(environment), origin)
    token.remainingMs = Math.min(token.remainingMs, mostLeftMs)
    return token
  }

  /** Holds the one before meanwhile, if that is good. */
  function setAside(token: HeldToken, waitMs: number, certainMs: number): number {
    token.isEarly = true
    token.earlyMs += waitMs
    early = { token, since: markNow(environment), certainMs }
    held = token.standsInFor && isGood(token.standsInFor) ? token.standsInFor : token
    return waitMs
  }

  /** A skew that stays is told once. */
  function newsOf(skewMs: number | null): number | null {
    if (skewMs === null || Math.abs(skewMs - (toldSkewMs ?? Infinity)) < skewChangeMs) return null
    toldSkewMs = skewMs
    return skewMs
  }

  function learnFrom({ claims, receivedAt }: HeldToken): void {
    leadMs = serverLeadMs(claims, receivedAt, leadMs)
  }

  return {
    held: () => held,
    good,
    leftMs,
    takeNone() {
      held = noToken(markNow(environment))
    },
    take(value, origin, reason, mostLeftMs = Infinity) {
      const mayKeep = early !== null && (reason === 'refused' || reason === 'expired')
      if (mayKeep && value === early?.token.value) return null
      const token = receive(value, origin, mostLeftMs)
      if (mayKeep && early && validFromMs(token) >= validFromMs(early.token)) return null
      token.standsInFor = acceptedBefore()
      const skewMs = newsOf(notableSkew(token, leadMs))
      held = token
      early = aside = null
      const aheadMs = clocks.waitMs(token)
      token.isOnProbation = aheadMs > 0
      // Tried while the one before has half of its time left, and at once without one: the clocks may
      // have been set.
      const waitMs = token.standsInFor ? Math.min(aheadMs, leftOf(token.standsInFor) / 2) : 0
      return { token, skewMs, earlyMs: waitMs > 0 ? setAside(token, waitMs, waitMs) : 0 }
    },
    keep(value, leftMs) {
      if (refusedHere.has(value)) return false
      try {
        aside = receive(value, 'another-tab', typeof leftMs === 'number' ? leftMs : Infinity)
        return true
      } catch {
        return false
      }
    },
    kept() {
      if (!aside || !isGood(aside) || leftOf(aside) <= (leftMs() ?? 0)) return null
      return { token: aside.value, leftMs: leftOf(aside) }
    },
    lendable() {
      const token = acceptedBefore()
      if (!token || token.origin === 'app') return null
      return { token: token.value, leftMs: leftOf(token) }
    },
    postpone(token) {
      token.earlyRefusals++
      token.isOnProbation = !token.wasAccepted
      const waitMs = clocks.refused(token)
      return setAside(token, waitMs, 0)
    },
    early: () => early && early.token,
    resume() {
      if (!early) return null
      const { token, since, certainMs } = early
      early = null
      token.standsInFor = token === held ? null : acceptedBefore()
      token.isEarly = false
      if (!token.wasAccepted) {
        // Its life began at some moment of the wait, which may have been slept through.
        token.receivedAt = markNow(environment)
        token.remainingMs = lifetimeMs(token) - (elapsedSince(environment, since) - certainMs)
      }
      held = token
      return token
    },
    accept(token) {
      // Before that its `iat` may be anything: another tab's may be bad, a minting server's clock ahead.
      if (!token.wasAccepted) learnFrom(token)
      token.wasAccepted = hasBeenAccepted = true
      token.acceptedAt = markNow(environment)
      token.earlyRefusals = 0
      token.isOnProbation = false
      token.standsInFor = null
      clocks.accepted(token)
    },
    hasBeenAccepted: () => hasBeenAccepted,
    standIn() {
      const token = held?.isOnProbation ? held.standsInFor : null
      return token && isGood(token) ? token : null
    },
    endProbation() {
      if (held) held.isOnProbation = false
    },
    fallBack(refused) {
      refusedHere.add(refused.value)
      const { standsInFor } = refused
      if (refused.origin !== 'another-tab') return null
      if (!standsInFor || !isGood(standsInFor)) return null
      held = standsInFor
      return held
    },
  }
}
