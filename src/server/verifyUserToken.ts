import { errors, jwtVerify, type JWTPayload } from 'jose'
import { secretKey } from './secretKey.js'

/** What `verifyUserToken` checks a token against. */
export interface VerifyUserTokenOptions {
  /** The API secret of the app. */
  secret: string
  /** How far clocks may differ, in seconds. @default 0 */
  clockToleranceSeconds?: number | undefined
  /** Refuses tokens issued before this instant (in whole seconds), and tokens without `iat`. */
  revokedBefore?: Date | undefined
  /** @default the present */
  now?: Date | undefined
}

/** A token that holds: whose it is, and all that it says. */
export interface VerifiedUserToken {
  readonly userId: string
  readonly claims: JWTPayload
}

const messages = {
  5: 'JWTAuth error: token is not valid',
  40: 'JWTAuth error: token is expired (exp)',
  41: 'JWTAuth error: token is not valid yet (nbf)',
  42: 'JWTAuth error: token used before issued (iat)',
  43: 'JWTAuth error: signature is invalid',
} as const

/** The protocol's numbers for a refused token: invalid, expired or revoked, `nbf`, `iat`, signature. */
export type UserTokenErrorCode = keyof typeof messages

/** A token was refused; `code` says why, in the chat protocol's numbers. Never holds the token. */
export class UserTokenError extends Error {
  override readonly name = 'UserTokenError'
  readonly code: UserTokenErrorCode

  constructor(code: UserTokenErrorCode, message: string = messages[code]) {
    super(message)
    this.code = code
  }
}

/** Reads a user token and proves it, or throws a `UserTokenError`. */
export async function verifyUserToken(
  token: string,
  options: VerifyUserTokenOptions,
): Promise<VerifiedUserToken> {
  const { secret, clockToleranceSeconds = 0, revokedBefore, now = new Date() } = options
  if (typeof secret !== 'string' || secret === '') {
    throw new TypeError('verifyUserToken: `secret` must be a non-empty string.')
  }
  const claims = await readClaims(token, secret, clockToleranceSeconds, now)
  const userId = claims['user_id']
  if (typeof userId !== 'string' || userId === '') {
    throw new UserTokenError(5, 'JWTAuth error: token has no user_id')
  }
  // jose looks at `iat` only beside a maximal age.
  if (claims.iat !== undefined && claims.iat > now.getTime() / 1000 + clockToleranceSeconds) {
    throw new UserTokenError(42)
  }
  if (revokedBefore && !(Number(claims.iat) >= Math.floor(revokedBefore.getTime() / 1000))) {
    throw new UserTokenError(40, 'JWTAuth error: token has been revoked')
  }
  return { userId, claims }
}

async function readClaims(
  token: string,
  secret: string,
  clockTolerance: number,
  currentDate: Date,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, secretKey(secret), {
      algorithms: ['HS256'],
      typ: 'JWT',
      clockTolerance,
      currentDate,
    })
    return payload
  } catch (error) {
    throw new UserTokenError(codeOf(error))
  }
}

function codeOf(error: unknown): UserTokenErrorCode {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 43
  if (error instanceof errors.JWTExpired) return 40
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf' && error.reason === 'check_failed' ? 41 : 5
  }
  return 5
}
