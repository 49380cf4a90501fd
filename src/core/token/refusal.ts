import { ChatAuthError, type ChatAuthErrorCode } from '../errors.js'
import type { HeldToken } from './heldToken.js'
import { backendMessage } from '../tools/backendMessage.js'
import { ofStaticToken } from './staticToken.js'
import { isDevToken } from './token.js'
import type { Refusal, RefusalCode } from '../connector.js'

/** How the backend says that a token is not valid yet, which time mends. */
export const earlyCodes: ReadonlyMap<RefusalCode, ChatAuthErrorCode> = new Map([
  [41, 'token-not-yet-valid'],
  [42, 'token-issued-in-future'],
])

/** What a refusal of the held token calls for. */
export type Verdict =
  | { readonly action: 'replace'; readonly as: 'expired' | 'refused' }
  | { readonly action: 'wait'; readonly error: ChatAuthError }
  | { readonly action: 'fail'; readonly error: ChatAuthError }

/**
 * Tells the protocol's refusals apart: 40 is cured by a new token, 41 and 42 by a little time, 43 and 5
 * by neither.
 */
export function judgeRefusal(token: HeldToken, refusal: Refusal, isRenewable: boolean): Verdict {
  const fail = (code: ChatAuthErrorCode): Verdict => {
    const error = new ChatAuthError(code, { cause: backendMessage(refusal) })
    return { action: 'fail', error: isRenewable ? error : ofStaticToken(error) }
  }
  if (token.value === '') return fail('anonymous-refused')
  const earlyCode = earlyCodes.get(refusal.code)
  // Another tab's token says nothing about this tab's provider, which is then asked.
  const isBorrowed = token.origin === 'another-tab'
  if (isBorrowed && refusal.code !== 40) return { action: 'replace', as: 'refused' }
  if (earlyCode) {
    const error = new ChatAuthError(earlyCode, { cause: backendMessage(refusal) })
    return { action: 'wait', error }
  }
  switch (refusal.code as Exclude<RefusalCode, 41 | 42>) {
    case 5:
      return fail(isDevToken(token.value) ? 'dev-token-refused' : 'authentication-failed')
    case 43:
      return fail(isDevToken(token.value) ? 'dev-token-refused' : 'token-signature-invalid')
    case 40: {
      const looksExpired = (token.claims.expiresAtMs ?? Infinity) <= token.receivedAt.wallMs
      const isExpiry = looksExpired || /expired/i.test(refusal.message)
      // A token fetched on a refusal and never taken once: another one would fare no better.
      const isFreshlyRefused = token.replacesRefused && !token.wasAccepted
      if (isRenewable && !isFreshlyRefused) {
        return { action: 'replace', as: isExpiry ? 'expired' : 'refused' }
      }
      if (looksExpired || (isExpiry && !isRenewable)) return fail('token-expired')
      return fail('token-refused')
    }
  }
}
