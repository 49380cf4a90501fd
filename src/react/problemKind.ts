import type { ChatAuthError, ChatAuthErrorCode } from '../core/errors.js'

/**
 * Who can mend an error, and how. `sign-in`: they must sign in again · `sign-in-service`: the app's
 * token endpoint does not answer · `connection`: the chat backend does not · `not-allowed`: not with this
 * identity · `app`: whoever runs the app must act.
 */
export type ProblemKind = 'sign-in' | 'sign-in-service' | 'connection' | 'not-allowed' | 'app'

/** Kind of each code; null for one that is an answer, and no failure. */
const kinds: Record<ChatAuthErrorCode, ProblemKind | null> = {
  superseded: null,
  'session-ended': null,
  disposed: 'app',
  'not-connected': 'app',
  'hold-timeout': 'sign-in-service',
  'hold-overflow': 'sign-in-service',
  vetoed: null,
  'not-a-guest': 'app',
  'guests-disabled': 'not-allowed',
  'guest-refused': 'not-allowed',
  'anonymous-refused': 'not-allowed',
  'anonymous-not-allowed': 'not-allowed',
  'api-key-invalid': 'app',
  'not-allowed': 'not-allowed',
  'rate-limited': 'connection',
  'wrong-region': 'app',
  'app-suspended': 'app',
  'server-error': 'connection',
  'connection-failed': 'connection',
  'handshake-refused': 'connection',
  'connection-closed': 'connection',
  'connection-timeout': 'connection',
  'backend-refused': 'app',
  'request-timeout': 'connection',
  'update-unsupported': 'app',
  'configure-client-failed': 'app',
  'unexpected-answer': 'connection',
  'websocket-unavailable': 'app',
  'wrong-user': 'app',
  'foreign-origin': 'app',
  'redirect-refused': 'app',
  'body-not-replayable': 'app',
  'token-provider-failed': 'sign-in-service',
  'token-endpoint-unreachable': 'sign-in-service',
  'token-is-web-page': 'sign-in-service',
  'token-provider-denied': 'sign-in',
  'token-provider-timeout': 'sign-in-service',
  'token-missing': 'sign-in-service',
  'token-not-a-string': 'app',
  'token-quoted': 'app',
  'token-too-large': 'app',
  'token-malformed': 'app',
  'token-wrong-user': 'app',
  'token-expired': 'sign-in',
  'token-exp-in-milliseconds': 'app',
  'token-unchanged': 'app',
  'token-outdated': 'sign-in-service',
  'token-refused': 'sign-in',
  'token-not-renewable': 'sign-in',
  'token-not-yet-valid': 'sign-in-service',
  'token-issued-in-future': 'sign-in-service',
  'token-signature-invalid': 'app',
  'dev-token-refused': 'app',
  'authentication-failed': 'sign-in',
}

/** Returns who can mend an error; null for one that is an answer. A newer copy's code is the app's. */
export function problemKind({ code }: ChatAuthError): ProblemKind | null {
  const kind = kinds[code]
  return kind === undefined ? 'app' : kind
}
