import { elapsedSince, markNow, type Environment } from '../environment.js'
import {
  isUsable,
  noToken,
  notableSkew,
  receiveToken,
  type HeldToken,
  type TokenOrigin,
} from './heldToken.js'
import { serverLeadMs } from './token.js'

export interface TokenHolderOptions {
  readonly userId: string
  readonly environment: Environment
  /** Whether another token can be had. One that cannot be replaced is used until the backend says no. */
  readonly isRenewable: () => boolean
}

/** A token that was just taken. */
export interface TakenToken {
  readonly token: HeldToken
  /** How far the wall clock is ahead of the backend's, in milliseconds; null if not notably. */
  readonly skewMs: number | null
}

/** Holds the one token of a session, and knows what it is worth. */
export interface TokenHolder {
  held(): HeldToken | null
  /** The held token, if it is worth sending. */
  good(): HeldToken | null
  /** What is left of the life of the good token, in milliseconds; null without one. */
  leftMs(): number | null
  /** Holds nothing that could be refused: an anonymous session's. */
  takeNone(): void
  /** @throws ChatAuthError if it is no token for this user, or no better than the one held */
  take(value: unknown, origin: TokenOrigin): TakenToken
  /** The backend has accepted this token. */
  accept(token: HeldToken): void
  /** Holds the one again that a refused token of another tab stood in for, if that is still good. */
  fallBack(refused: HeldToken): HeldToken | null
  /** Whether this token was refused here. */
  wasRefused(value: unknown): boolean
}

export function createTokenHolder(options: TokenHolderOptions): TokenHolder {
  const { userId, environment } = options
  let held: HeldToken | null = null
  /** The backend's clock, as learnt from the tokens so far: see serverLeadMs. */
  let leadMs: number | null = null
  const refusedHere = new Set<unknown>()

  function isGood(token: HeldToken): boolean {
    const heldForMs = options.isRenewable() ? elapsedSince(environment, token.receivedAt) : 0
    return isUsable(token, heldForMs)
  }

  function good(): HeldToken | null {
    return held && isGood(held) ? held : null
  }

  function learnFrom({ claims, receivedAt }: HeldToken): void {
    leadMs = serverLeadMs(claims, receivedAt, leadMs)
  }

  return {
    held: () => held,
    good,
    leftMs() {
      const token = good()
      return token && token.remainingMs - elapsedSince(environment, token.receivedAt)
    },
    takeNone() {
      held = noToken(markNow(environment))
    },
    take(value, origin) {
      const token = receiveToken(value, userId, held, leadMs, markNow(environment), origin)
      if (origin === 'another-tab' && held && isGood(held)) {
        token.standsInFor = held.wasAccepted ? held : held.standsInFor
      }
      const skewMs = notableSkew(token, leadMs)
      // Another tab's may be bad, and its `iat` anything: nothing is learnt from it until it is accepted.
      if (origin !== 'another-tab') learnFrom(token)
      held = token
      return { token, skewMs }
    },
    accept(token) {
      if (!token.wasAccepted) learnFrom(token)
      token.wasAccepted = true
      token.standsInFor = null
    },
    fallBack(refused) {
      refusedHere.add(refused.value)
      const { standsInFor } = refused
      if (!standsInFor || !isGood(standsInFor)) return null
      held = standsInFor
      return held
    },
    wasRefused: (value) => refusedHere.has(value),
  }
}
