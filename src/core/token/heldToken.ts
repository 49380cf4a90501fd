import type { Mark } from '../environment.js'
import { ChatAuthError } from '../errors.js'
import { ofStaticToken } from './staticToken.js'
import { readToken, remainingLifeMs, serverLeadMs, type TokenClaims } from './token.js'

export type TokenOrigin = 'app' | 'provider' | 'another-tab'

/** A token that a session holds, with what has been learnt about it. */
export interface HeldToken {
  /** The JWT; empty for an anonymous session. */
  readonly value: string
  readonly claims: TokenClaims
  /** When it arrived or, if it was early, when its latest wait ended. */
  receivedAt: Mark
  /** How long it was good for then, in milliseconds; Infinity if for ever. */
  remainingMs: number
  /** It was fetched because the backend had refused the one before, which was this session's own. */
  readonly replacesRefused: boolean
  /** Where it comes from: the app gave it, or a token provider, in this tab or in another. */
  readonly origin: TokenOrigin
  /** The token before, good and accepted: it is back if the backend does not take this one, or not yet. */
  standsInFor: HeldToken | null
  /** The backend has taken it at least once. */
  wasAccepted: boolean
  /** When the backend took it last; null if never. */
  acceptedAt: Mark | null
  /** Why it must be replaced, once the backend has refused it. */
  refusedAs: 'expired' | 'refused' | null
  /** How often the backend has said that it is not valid yet. */
  earlyRefusals: number
  /** It may be too early: only the connection tries it until the backend has taken it. */
  isOnProbation: boolean
  /** No connection is there to try it. */
  isLeftToRequests: boolean
  /** How long it has waited for its moment, in milliseconds. */
  earlyMs: number
  /** It is waiting for its moment now. */
  isEarly: boolean
}

/** What an anonymous session holds in a token's place. */
export function noToken(now: Mark): HeldToken {
  const claims = { issuedAtMs: null, notBeforeMs: null, expiresAtMs: null }
  return fresh('', claims, now, Infinity, null, 'app')
}

/**
 * Takes what a provider returned, or the app passed, as the token in place of `held`.
 * @throws ChatAuthError if it is not a token for this user, or no better than the one held
 */
export function receiveToken(...received: Parameters<typeof receive>): HeldToken {
  try {
    return receive(...received)
  } catch (error) {
    const origin = received[5]
    throw origin === 'app' ? ofStaticToken(error as ChatAuthError) : error
  }
}

function receive(
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
  // One that was never accepted, another tab's or an early one, says nothing of when tokens are issued.
  const isProof =
    held.earlyRefusals === 0 &&
    (held.refusedAs === null || held.origin !== 'another-tab' || held.wasAccepted)
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
    acceptedAt: null,
    refusedAs: null,
    earlyRefusals: 0,
    isOnProbation: false,
    isLeftToRequests: false,
    earlyMs: 0,
    isEarly: false,
  }
}

/** From when on the backend takes a token by its claims, in epoch milliseconds. */
export function validFromMs({ claims }: HeldToken): number {
  return Math.max(claims.issuedAtMs ?? 0, claims.notBeforeMs ?? 0)
}

/** Whether its refusal says something about this session's own provider: another tab's may be bad alone. */
function isProvenDead(token: HeldToken): boolean {
  return token.refusedAs !== null && (token.origin !== 'another-tab' || token.wasAccepted)
}

/** A token is not sent in the last tenth of its life, or this much of it: it would die on the way. */
const longestFlightMs = 1000

/** Whether a token that has been held for so long is worth sending. */
export function isUsable(token: HeldToken, heldForMs: number): boolean {
  if (token.refusedAs !== null || token.isEarly) return false
  const flightMs = Math.min(longestFlightMs, token.remainingMs / 10)
  return heldForMs < token.remainingMs - flightMs
}

/** A token is not given away with less than a fifth of its life left, or than this: it is to last a while. */
const leastGivenMs = 10_000

/** Whether the good token is about to expire. */
export function isEnding({ remainingMs }: HeldToken, leftMs: number | null): boolean {
  return leftMs !== null && leftMs < Math.min(leastGivenMs, remainingMs / 5)
}

/** A wall clock is worth telling about if it is behind by more than this, in milliseconds. */
const notableSkewMs = 60_000

/**
 * How far the wall clock is ahead of the backend's, as the token tells it, in milliseconds. Null unless it
 * is notable: a minute behind, or so far ahead that the token looks expired.
 */
export function notableSkew(token: HeldToken, leadMs: number | null): number | null {
  const { claims, receivedAt } = token
  const serverMs = (serverLeadMs(claims, receivedAt, leadMs) ?? 0) + receivedAt.monotonicMs
  const looksExpired = (claims.expiresAtMs ?? Infinity) <= receivedAt.wallMs
  const isBehind = receivedAt.wallMs < serverMs - notableSkewMs
  return claims.issuedAtMs !== null && (looksExpired || isBehind)
    ? receivedAt.wallMs - serverMs
    : null
}

/** When a token expires, by its `exp`; null if it never does. */
export function expiryOf({ claims: { expiresAtMs } }: HeldToken): Date | null {
  return expiresAtMs === null ? null : new Date(expiresAtMs)
}
