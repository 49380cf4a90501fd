import { ChatAuthError, type ChatAuthErrorCode } from '../errors.js'
import type { HeldToken } from './heldToken.js'
import { backendMessage } from '../tools/backendMessage.js'
import { isDevToken } from './token.js'
import type { Refusal } from '../connector.js'

/** What a refusal of the held token calls for. */
export type Verdict =
  | { readonly action: 'replace'; readonly as: 'expired' | 'refused' }
  | { readonly action: 'wait'; readonly waitMs: number }
  | { readonly action: 'fail'; readonly error: ChatAuthError }

/** How long a token of a clock ahead of the backend's is waited for, in milliseconds. */
const clockFaultWaitMs = { least: 5000, most: 15_000 }

/**
 * Tells the protocol's refusals apart: 40 is cured by a new token, 41 and 42 by a little time, 43 and 5
 * by neither.
 */
export function judgeRefusal(token: HeldToken, refusal: Refusal, isRenewable: boolean): Verdict {
  const fail = (code: ChatAuthErrorCode): Verdict => ({
    action: 'fail',
    error: new ChatAuthError(code, { cause: backendMessage(refusal) }),
  })
  if (token.value === '') return fail('anonymous-refused')
  // Another tab's token says nothing about this tab's provider, which is then asked.
  const isBorrowed = token.origin === 'another-tab'
  if (isBorrowed && refusal.code !== 40) return { action: 'replace', as: 'refused' }
  switch (refusal.code) {
    case 5:
      return fail(isDevToken(token.value) ? 'dev-token-refused' : 'authentication-failed')
    case 43:
      return fail(isDevToken(token.value) ? 'dev-token-refused' : 'token-signature-invalid')
    case 41:
      return token.clockFault ? fail('token-not-yet-valid') : waitFor(token)
    case 42:
      return token.clockFault ? fail('token-issued-in-future') : waitFor(token)
    case 40: {
      const looksExpired = (token.claims.expiresAtMs ?? Infinity) <= token.receivedAt.wallMs
      const isExpiry = looksExpired || /expired/i.test(refusal.message)
      // A token fetched on a refusal and never taken once: another one would fare no better.
      const isFreshlyRefused = token.replacesRefused && !token.wasAccepted
      if (isRenewable && !isFreshlyRefused) {
        return { action: 'replace', as: isExpiry ? 'expired' : 'refused' }
      }
      return fail(looksExpired || (isExpiry && !isRenewable) ? 'token-expired' : 'token-refused')
    }
  }
}

function waitFor({ claims, receivedAt }: HeldToken): Verdict {
  const validFromMs = Math.max(claims.issuedAtMs ?? 0, claims.notBeforeMs ?? 0)
  const byWallMs = validFromMs - receivedAt.wallMs + 1000
  const { least, most } = clockFaultWaitMs
  return { action: 'wait', waitMs: Math.min(Math.max(byWallMs, least), most) }
}
