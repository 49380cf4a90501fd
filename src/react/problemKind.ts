import type { ChatAuthError, ChatAuthErrorCode } from '../core/errors.js'

/**
 * What a person can make of an error. `sign-in`: they must sign in again · `sign-in-service`: the app's
 * token endpoint does not answer · `connection`: the chat backend does not · `not-allowed`: not with this
 * identity · `app`: whoever runs the app must act.
 */
export type ProblemKind = 'sign-in' | 'sign-in-service' | 'connection' | 'not-allowed' | 'app'

/** Kinds of the codes; every other code is the app's to mend. */
const kinds: Partial<Record<ChatAuthErrorCode, ProblemKind>> = {
  'token-provider-denied': 'sign-in',
  'token-expired': 'sign-in',
  'token-not-renewable': 'sign-in',
  'token-refused': 'sign-in',
  'authentication-failed': 'sign-in',
  'token-provider-failed': 'sign-in-service',
  'token-endpoint-unreachable': 'sign-in-service',
  'token-is-web-page': 'sign-in-service',
  'token-provider-timeout': 'sign-in-service',
  'token-missing': 'sign-in-service',
  'token-outdated': 'sign-in-service',
  'token-not-yet-valid': 'sign-in-service',
  'token-issued-in-future': 'sign-in-service',
  'hold-timeout': 'sign-in-service',
  'hold-overflow': 'sign-in-service',
  'rate-limited': 'connection',
  'server-error': 'connection',
  'connection-failed': 'connection',
  'connection-closed': 'connection',
  'connection-timeout': 'connection',
  'handshake-refused': 'connection',
  'request-timeout': 'connection',
  'unexpected-answer': 'connection',
  'guest-refused': 'not-allowed',
  'guests-disabled': 'not-allowed',
  'anonymous-refused': 'not-allowed',
  'anonymous-not-allowed': 'not-allowed',
  'not-allowed': 'not-allowed',
}

/** Returns what a person can make of an error; null for one that is an answer, and no failure. */
export function problemKind({ code }: ChatAuthError): ProblemKind | null {
  const isAnswer = code === 'vetoed' || code === 'superseded' || code === 'session-ended'
  return isAnswer ? null : (kinds[code] ?? 'app')
}
