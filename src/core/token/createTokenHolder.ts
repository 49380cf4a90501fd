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
import type { TokenHolder } from './tokenHolder.js'

export interface TokenHolderOptions {
  readonly userId: string
  readonly environment: Environment
  /** Whether another token can be had. One that cannot be replaced is used until the backend says no. */
  readonly isRenewable: () => boolean
}

/** A skew is told again once it differs by this much, in milliseconds. */
const skewChangeMs = 30_000

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

  function standIn(): HeldToken | null {
    const token = held?.isOnProbation ? held.standsInFor : null
    return token && isGood(token) ? token : null
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
      token.isLeftToRequests = false
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
    standIn,
    leaveToRequests() {
      if (!held) return
      held.isLeftToRequests = true
      // This is its first time: a request that it fails is sent once more.
      if (held.earlyRefusals === 0) held.isOnProbation = false
    },
    untried() {
      const token = good()
      return token?.isOnProbation && token.isLeftToRequests && !standIn() ? token : null
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
