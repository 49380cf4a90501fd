import {
  base64url,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type ProtectedHeaderParameters,
} from 'jose'
import { checkObject, isAbsent, maxTokenLength, readInstant, readTolerance } from './checks.js'
import { hasDuplicateMembers } from './hasDuplicateMembers.js'
import { secretKey } from './secretKey.js'
import { readSecrets, type ApiSecret } from './secrets.js'
import { UserTokenError } from './userTokenError.js'

/** Options of `verifyUserToken`. */
export interface VerifyUserTokenOptions {
  /** The app's API secret; of several, any may have signed the token. */
  secret: ApiSecret
  /**
   * Tolerance for clock differences, in seconds.
   * @default 0
   */
  clockToleranceSeconds?: number | null | undefined
  /** Instant of revocation, in whole seconds: earlier tokens and tokens without `iat` are refused. */
  revokedBefore?: Date | null | undefined
  /**
   * Current time, for tests.
   * @default the system clock
   */
  now?: Date | null | undefined
}

/** Verified token: its user and its claims. */
export interface VerifiedUserToken {
  readonly userId: string
  readonly claims: JWTPayload
}

const invalid = 'JWTAuth error: token is not valid'

/** Matches a development token; the real client encodes them in padded standard base64. */
const developmentToken = /^[\w+/=-]+\.[\w+/=-]+\.devtoken$/

const threeParts = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/

/**
 * Matches the canonical base64url of 32 bytes: 43 characters, the last with two unused bits. Ignoring
 * these bits would accept four strings for one signature.
 */
const signatureOf32Bytes = /^[\w-]{42}[AEIMQUYcgkosw048]$/

/**
 * Verifies a user token. It must be HS256, of type `JWT` or none, without duplicate members, with a
 * `user_id`, and within its time. Some of the service's libraries omit the type. An accepted token is
 * exactly the string that a holder of the secret signed.
 * @throws UserTokenError with the protocol's code: 5, 40, 41, 42 or 43
 * @throws TypeError for invalid options
 * @see https://www.rfc-editor.org/rfc/rfc8725 for the checks and their reasons
 */
export async function verifyUserToken(
  token: string,
  options: VerifyUserTokenOptions,
): Promise<VerifiedUserToken> {
  checkObject(options, 'the second argument', 'verifyUserToken')
  const secrets = readSecrets(options.secret, 'verifyUserToken')
  const tolerance = readTolerance(options.clockToleranceSeconds, 'verifyUserToken')
  const now = readInstant(options.now, 'now', 'verifyUserToken') ?? new Date()
  const revokedBefore = readInstant(options.revokedBefore, 'revokedBefore', 'verifyUserToken')

  const claims = await readClaims(token, secrets, tolerance, now)
  const userId = claims['user_id']
  if (typeof userId !== 'string' || userId === '') {
    throw new UserTokenError(5, 'JWTAuth error: token has no user_id')
  }
  // jose checks `iat` only together with a maximum age.
  if (claims.iat !== undefined && claims.iat > now.getTime() / 1000 + tolerance) {
    throw new UserTokenError(42)
  }
  const revokedSeconds = revokedBefore && Math.floor(revokedBefore.getTime() / 1000)
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
  if (isShort && developmentToken.test(token)) {
    throw new UserTokenError(
      43,
      'JWTAuth error: signature is invalid: this is a development token (devToken); mint tokens on the server, with createUserToken',
    )
  }
  if (header === '') throw new UserTokenError(5)
  const { alg, typ } = readHeader(token)
  if (alg !== 'HS256') throw new UserTokenError(5, `${invalid}: its \`alg\` is not HS256`)
  const checks = {
    algorithms: ['HS256'],
    clockTolerance,
    currentDate,
    ...(isAbsent(typ) ? {} : { typ: 'JWT' }),
  }
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
      if (!isSignature) throw refusalFor(error, typ)
    }
  }
  throw new UserTokenError(43)
}

function saysTwice(part: string): boolean {
  return hasDuplicateMembers(new TextDecoder().decode(base64url.decode(part)))
}

function readHeader(token: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(token)
  } catch {
    throw new UserTokenError(5)
  }
}

function refusalFor(error: unknown, type: unknown): UserTokenError {
  if (error instanceof errors.JWTExpired) return new UserTokenError(40)
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf' && error.reason === 'check_failed') return new UserTokenError(41)
    // Safe to quote, because the valid signature proves that a holder of the secret wrote it.
    const found = error.claim === 'typ' ? `: its type is ${nameOf(type)}, not JWT` : ''
    return new UserTokenError(5, `${invalid}${found}`)
  }
  return new UserTokenError(5)
}

function nameOf(type: unknown): string {
  return JSON.stringify(type).slice(0, 40)
}
