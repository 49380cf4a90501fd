import type { Mark } from '../environment.js'
import { ChatAuthError } from '../errors.js'
import { readToken, remainingLifeMs, serverLeadMs, type TokenClaims } from './token.js'

export type TokenOrigin = 'app' | 'provider' | 'another-tab'

/** A token that a session holds, with what has been learnt about it. */
export interface HeldToken {
  /** The JWT; empty for an anonymous session. */
  readonly value: string
  readonly claims: TokenClaims
  readonly receivedAt: Mark
  /** How long it was good for when it arrived; Infinity if for ever. */
  readonly remainingMs: number
  /** It was fetched because the backend had refused the one before, which was this session's own. */
  readonly replacesRefused: boolean
  /** Where it comes from: the app gave it, or a token provider, in this tab or in another. */
  readonly origin: TokenOrigin
  /** Another tab's token stands in for this one until it is accepted here: if it is not, this one is back. */
  standsInFor: HeldToken | null
  /** The backend has taken it at least once. */
  wasAccepted: boolean
  /** Why it must be replaced, once the backend has refused it. */
  refusedAs: 'expired' | 'refused' | null
  /** Refused as not valid yet: that moment is awaited once. */
  clockFault: 'awaited' | 'passed' | null
}

/** What an anonymous session holds in a token's place. */
export function noToken(now: Mark): HeldToken {
  const claims = { issuedAtMs: null, notBeforeMs: null, expiresAtMs: null }
  return fresh('', claims, now, Infinity, null, 'app')
}

/**
 * Takes what a provider returned as the token in place of `held`.
 * @throws ChatAuthError if it is not a token for this user, or no better than the one held
 */
export function receiveToken(
  value: unknown,
  userId: string,
  held: HeldToken | null,
  leadMs: number | null,
  now: Mark,
  origin: TokenOrigin = 'provider',
): HeldToken {
  const claims = readToken(value, userId)
  const token = String(value)
  if (held) assertBetter(held, token, claims)
  // The lead is a lower bound of the backend's clock, so that this needs no faith in the local one.
  if ((claims.expiresAtMs ?? Infinity) <= now.monotonicMs + (leadMs ?? -Infinity)) {
    throw new ChatAuthError('token-expired')
  }
  return fresh(token, claims, now, remainingLifeMs(claims, now, leadMs), held, origin)
}

function assertBetter(held: HeldToken, token: string, claims: TokenClaims): void {
  if (token === held.value) {
    // One that only our clock thinks dead may be followed by another at the next call.
    const looksExpired = (held.claims.expiresAtMs ?? Infinity) <= held.receivedAt.wallMs
    throw new ChatAuthError(held.refusedAs && looksExpired ? 'token-expired' : 'token-unchanged', {
      retryable: held.refusedAs === null,
    })
  }
  // Another tab's that was never accepted says nothing of when tokens are issued.
  const isProof = held.refusedAs === null || held.origin !== 'another-tab' || held.wasAccepted
  if (isProof && (claims.issuedAtMs ?? Infinity) < (held.claims.issuedAtMs ?? 0)) {
    throw new ChatAuthError('token-outdated')
  }
}

function fresh(
  value: string,
  claims: TokenClaims,
  receivedAt: Mark,
  remainingMs: number,
  held: HeldToken | null,
  origin: TokenOrigin,
): HeldToken {
  return {
    value,
    claims,
    receivedAt,
    remainingMs,
    replacesRefused: origin === 'provider' && held !== null && isProvenDead(held),
    origin,
    standsInFor: null,
    wasAccepted: false,
    refusedAs: null,
    clockFault: null,
  }
}

/** Whether its refusal says something about this session's own provider: another tab's may be bad alone. */
function isProvenDead(token: HeldToken): boolean {
  return token.refusedAs !== null && (token.origin !== 'another-tab' || token.wasAccepted)
}

/** A token is not sent in the last tenth of its life, or this much of it: it would die on the way. */
const longestFlightMs = 1000

/** Whether a token that has been held for so long is worth sending. */
export function isUsable(token: HeldToken, heldForMs: number): boolean {
  if (token.refusedAs !== null || token.clockFault === 'awaited') return false
  const flightMs = Math.min(longestFlightMs, token.remainingMs / 10)
  return heldForMs < token.remainingMs - flightMs
}

/** Beyond this a wall clock is worth telling the developer about. */
const notableSkewMs = 60_000

/** How far the wall clock is ahead of what the token says of the backend's; null if not notably. */
export function notableSkew(token: HeldToken, leadMs: number | null): number | null {
  const { claims, receivedAt } = token
  const serverMs = (serverLeadMs(claims, receivedAt, leadMs) ?? 0) + receivedAt.monotonicMs
  const looksExpired = (claims.expiresAtMs ?? Infinity) <= receivedAt.wallMs
  const isBehind = receivedAt.wallMs < serverMs - notableSkewMs
  return claims.issuedAtMs !== null && (looksExpired || isBehind)
    ? receivedAt.wallMs - serverMs
    : null
}
