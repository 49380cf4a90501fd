import { base64url, errors, jwtVerify, type JWTPayload } from 'jose'
import { hasDuplicateMembers } from './hasDuplicateMembers.js'
import { secretKey } from './secretKey.js'
import { readSecrets, type ApiSecret } from './secrets.js'
import { UserTokenError, type UserTokenErrorCode } from './userTokenError.js'

/** What `verifyUserToken` checks a token against. */
export interface VerifyUserTokenOptions {
  /** The API secret of the app; of several, any may have signed. */
  secret: ApiSecret
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

/** Tokens travel in URLs and headers; servers cut both off not far above this. */
const maxTokenLength = 8192

const threeParts = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/

/**
 * 32 bytes are 43 characters of base64url, the last of which has two bits to spare. A decoder that
 * ignores them would take four strings for one signature.
 */
const signatureOf32Bytes = /^[\w-]{42}[AEIMQUYcgkosw048]$/

/**
 * Reads a user token and proves it: HS256 and nothing else, type `JWT`, no member twice, a `user_id`,
 * and within its time. What is accepted is, to the letter, a string that a holder of the secret signed.
 * @throws UserTokenError with the protocol's code: 5, 40, 41, 42 or 43
 * @throws TypeError for bad options
 * @see https://www.rfc-editor.org/rfc/rfc8725 for what is checked, and why
 */
export async function verifyUserToken(
  token: string,
  options: VerifyUserTokenOptions,
): Promise<VerifiedUserToken> {
  const { secret, clockToleranceSeconds = 0, revokedBefore, now = new Date() } = options
  const secrets = readSecrets(secret, 'verifyUserToken')
  if (!(clockToleranceSeconds >= 0 && clockToleranceSeconds < 86_400)) {
    throw new TypeError(
      'verifyUserToken: `clockToleranceSeconds` must be seconds, less than a day.',
    )
  }
  const nowSeconds = toSeconds(now, 'now')
  const revokedSeconds = revokedBefore && Math.floor(toSeconds(revokedBefore, 'revokedBefore'))

  const claims = await readClaims(token, secrets, clockToleranceSeconds, now)
  const userId = claims['user_id']
  if (typeof userId !== 'string' || userId === '') {
    throw new UserTokenError(5, 'JWTAuth error: token has no user_id')
  }
  // jose looks at `iat` only beside a maximal age.
  if (claims.iat !== undefined && claims.iat > nowSeconds + clockToleranceSeconds) {
    throw new UserTokenError(42)
  }
  if (revokedSeconds !== undefined && !(Number(claims.iat) >= revokedSeconds)) {
    throw new UserTokenError(40, 'JWTAuth error: token has been revoked')
  }
  return { userId, claims }
}

async function readClaims(
  token: string,
  secrets: readonly string[],
  clockTolerance: number,
  currentDate: Date,
): Promise<JWTPayload> {
  const isShort = typeof token === 'string' && token.length <= maxTokenLength
  const [, header = '', payload = '', signature = ''] = (isShort && threeParts.exec(token)) || []
  if (header === '') throw new UserTokenError(5)
  if (signature === 'devtoken') {
    throw new UserTokenError(
      43,
      'JWTAuth error: signature is invalid: this is a development token (devToken); mint tokens on the server, with createUserToken',
    )
  }
  const checks = { algorithms: ['HS256'], typ: 'JWT', clockTolerance, currentDate }
  for (const secret of secrets) {
    const key = await secretKey(secret)
    try {
      const { payload: claims } = await jwtVerify(token, key, checks)
      if (!signatureOf32Bytes.test(signature)) throw new UserTokenError(43)
      if ([header, payload].some(saysTwice)) throw new UserTokenError(5)
      return claims
    } catch (error) {
      if (error instanceof UserTokenError) throw error
      const isSignature = error instanceof errors.JWSSignatureVerificationFailed
      if (!isSignature) throw new UserTokenError(codeOf(error))
    }
  }
  throw new UserTokenError(43)
}

function saysTwice(part: string): boolean {
  return hasDuplicateMembers(new TextDecoder().decode(base64url.decode(part)))
}

function codeOf(error: unknown): UserTokenErrorCode {
  if (error instanceof errors.JWTExpired) return 40
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf' && error.reason === 'check_failed' ? 41 : 5
  }
  return 5
}

function toSeconds(instant: Date, option: string): number {
  const seconds = instant instanceof Date ? instant.getTime() / 1000 : NaN
  if (Number.isNaN(seconds)) {
    throw new TypeError(`verifyUserToken: \`${option}\` must be a valid Date.`)
  }
  return seconds
}
