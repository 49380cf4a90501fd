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

/** What `verifyUserToken` checks a token against. */
export interface VerifyUserTokenOptions {
  /** The API secret of the app; of several, any may have signed. */
  secret: ApiSecret
  /** How far clocks may differ, in seconds. @default 0 */
  clockToleranceSeconds?: number | null | undefined
  /** Refuses tokens issued before this instant (in whole seconds), and tokens without `iat`. */
  revokedBefore?: Date | null | undefined
  /** @default the present */
  now?: Date | null | undefined
}

/** A token that holds: whose it is, and all that it says. */
export interface VerifiedUserToken {
  readonly userId: string
  readonly claims: JWTPayload
}

const invalid = 'JWTAuth error: token is not valid'

/** The real client writes its development tokens in standard base64, with padding. */
const developmentToken = /^[\w+/=-]+\.[\w+/=-]+\.devtoken$/

const threeParts = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/

/**
 * 32 bytes are 43 characters of base64url, the last of which has two bits to spare. A decoder that
 * ignores them would take four strings for one signature.
 */
const signatureOf32Bytes = /^[\w-]{42}[AEIMQUYcgkosw048]$/

/**
 * Reads a user token and proves it: HS256 and nothing else, no other type than `JWT`, no member twice, a
 * `user_id`, and within its time. Tokens of the service's libraries in other languages may leave the
 * type out. What is accepted is, to the letter, a string that a holder of the secret signed.
 * @throws UserTokenError with the protocol's code: 5, 40, 41, 42 or 43
 * @throws TypeError for bad options
 * @see https://www.rfc-editor.org/rfc/rfc8725 for what is checked, and why
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
  // jose looks at `iat` only beside a maximal age.
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
    // Safe to quote: the signature holds, so it was written by a holder of the secret.
    const found = error.claim === 'typ' ? `: its type is ${nameOf(type)}, not JWT` : ''
    return new UserTokenError(5, `${invalid}${found}`)
  }
  return new UserTokenError(5)
}

function nameOf(type: unknown): string {
  return JSON.stringify(type).slice(0, 40)
}
