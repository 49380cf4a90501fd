import type { Mark } from '../environment.js'
import { ChatAuthError } from '../errors.js'
import { decodeBase64url, encodeBase64url } from '../tools/base64url.js'
import { isObject } from '../tools/reading.js'
import { decodeUtf8, encodeUtf8 } from '../tools/utf8.js'

/** Tokens travel in URLs and headers; servers cut both off not far above this. */
const maxTokenLength = 8192

/** Instants in seconds stay below this until the year 5138; in milliseconds they passed it in 1973. */
const firstImplausibleSecond = 1e11

/** Any other character would fail only in the header that carries it, in an error that quotes it. */
const jwtCharacters = /^[\w+/=-]+\.[\w+/=-]+\.[\w+/=-]*$/

/** What a token says of itself. Read, not verified: only the backend holds the secret. */
export interface TokenClaims {
  readonly issuedAtMs: number | null
  readonly notBeforeMs: number | null
  readonly expiresAtMs: number | null
}

/**
 * A development token: needs no secret, and works only where the backend's auth checks are disabled.
 * Never in production.
 */
export function devToken(userId: string): string {
  const header = encoded({ alg: 'HS256', typ: 'JWT' })
  const payload = encoded({ user_id: userId })
  return `${header}.${payload}.devtoken`
}

function encoded(value: object): string {
  return encodeBase64url(encodeUtf8(JSON.stringify(value)))
}

/** Whether it was made by `devToken`, here or elsewhere: its signature says so. */
export function isDevToken(token: string): boolean {
  return token.endsWith('.devtoken')
}

/**
 * Reads what should be a user token for `userId`.
 * @throws ChatAuthError that names what is wrong with it, and never shows it
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1 for `exp`, `nbf` and `iat`
 */
export function readToken(value: unknown, userId: string): TokenClaims {
  if (value === undefined || value === null) throw new ChatAuthError('token-missing')
  if (typeof value !== 'string') throw new ChatAuthError('token-not-a-string')
  if (['', 'undefined', 'null'].includes(value.trim())) throw new ChatAuthError('token-missing')
  if (/^\s*["'`]/.test(value)) throw new ChatAuthError('token-quoted')
  if (value.length > maxTokenLength) throw new ChatAuthError('token-too-large')

  if (!jwtCharacters.test(value)) throw new ChatAuthError('token-malformed')
  const payload = readPayload(value)
  if (payload['user_id'] !== userId) throw new ChatAuthError('token-wrong-user')
  const claims = {
    issuedAtMs: readInstant(payload['iat']),
    notBeforeMs: readInstant(payload['nbf']),
    expiresAtMs: readInstant(payload['exp']),
  }
  if (claims.expiresAtMs !== null && claims.expiresAtMs <= (claims.issuedAtMs ?? 0)) {
    throw new ChatAuthError('token-expired')
  }
  return claims
}

function readPayload(token: string): Record<string, unknown> {
  const bytes = decodeBase64url(token.split('.')[1] as string)
  const payload = bytes && parse(decodeUtf8(bytes))
  if (isObject(payload) && !Array.isArray(payload)) return payload as Record<string, unknown>
  throw new ChatAuthError('token-malformed')
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    // The parser's own error is left out: what it quotes would be a part of the token.
    return null
  }
}

function readInstant(seconds: unknown): number | null {
  if (seconds === undefined) return null
  if (!Number.isFinite(seconds)) throw new ChatAuthError('token-malformed')
  const instant = Number(seconds)
  if (instant >= firstImplausibleSecond) throw new ChatAuthError('token-exp-in-milliseconds')
  return instant * 1000
}

/**
 * A lower bound of the backend's clock, as its lead over the monotonic clock: no token arrives before
 * it was issued. Gets sharper with each token, and needs no faith in the wall clock.
 */
export function serverLeadMs(
  claims: TokenClaims,
  now: Mark,
  knownLeadMs: number | null,
): number | null {
  if (claims.issuedAtMs === null) return knownLeadMs
  return Math.max(claims.issuedAtMs - now.monotonicMs, knownLeadMs ?? -Infinity)
}

/** `iat` and `exp` are whole seconds: a token may be this much older than it says. */
const granularityMs = 1000

/**
 * What must be left of a token by the wall clock, so that this clock is believed: of all lives a fortieth,
 * and two seconds of those above eight.
 */
function leastBelievableMs(lifetimeMs: number): number {
  return Math.max(Math.min(2000, lifetimeMs / 4), lifetimeMs / 40)
}

/**
 * How long a token that arrives `now` is good for, in milliseconds; Infinity if it never expires, or if
 * nobody can tell and the backend must.
 *
 * There are two readings: `exp` by the wall clock, and `exp` by the backend's clock as tokens told it
 * (`knownLeadMs`; for a first token `exp − iat`). The shorter one counts: `iat` may have been set back,
 * or the token may come from a cache. A wall clock ahead costs early renewals that way, and no refusal;
 * one so far ahead that next to nothing would be left is ignored.
 */
export function remainingLifeMs(
  claims: TokenClaims,
  now: Mark,
  knownLeadMs: number | null,
): number {
  const { issuedAtMs, expiresAtMs } = claims
  if (expiresAtMs === null) return Infinity
  const leadMs = serverLeadMs(claims, now, knownLeadMs)
  if (leadMs === null) return expiresAtMs > now.wallMs ? expiresAtMs - now.wallMs : Infinity

  const serverMs = now.monotonicMs + leadMs
  const lifetimeMs = expiresAtMs - (issuedAtMs ?? serverMs)
  const byTokensMs = expiresAtMs - serverMs
  const byWallMs = expiresAtMs - now.wallMs
  if (byWallMs >= leastBelievableMs(lifetimeMs) && byWallMs <= byTokensMs) return byWallMs
  return Math.max(byTokensMs - granularityMs, lifetimeMs / 2)
}
