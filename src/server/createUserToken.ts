import { SignJWT } from 'jose'
import {
  checkObject,
  firstImplausibleSecond,
  isAbsent,
  maxTokenLength,
  misuse as misuseOf,
  readInstant,
  readLifetime,
} from './checks.js'
import { secretKey } from './secretKey.js'
import { readSecrets, type ApiSecret } from './secrets.js'

/** Options of `createUserToken`: the secret and the claims beside the user id. */
export interface CreateUserTokenOptions {
  /** The app's API secret, which never leaves the server. Of several, the first signs. */
  secret: ApiSecret
  /**
   * Lifetime in seconds from `issuedAt`, from 1 s to 31 days. More is taken for milliseconds; use
   * `expiresAt` for longer lifetimes.
   * @default the token never expires
   */
  expiresInSeconds?: number | null | undefined
  /** Instant of expiry, truncated to whole seconds. Excludes `expiresInSeconds`. */
  expiresAt?: Date | null | undefined
  /**
   * Instant of issue (`iat`), truncated to whole seconds. A token without `iat` is refused after any
   * revocation of its user's tokens.
   * @default now if `expiresInSeconds` is given, otherwise none
   */
  issuedAt?: Date | null | undefined
  /** Further claims, except `user_id`, `exp` and `iat`. The token has at most 8192 characters. */
  claims?: Readonly<Record<string, unknown>> | null | undefined
  /**
   * Current time, for tests.
   * @default the system clock
   */
  now?: Date | null | undefined
}

const ownClaims = ['user_id', 'exp', 'iat']

/**
 * Signs a user token: an HS256 JWT that never expires by default. The string is identical to that of
 * `stream-chat`'s `createToken(userId, exp, iat)`.
 * @throws TypeError for invalid input, with its remedy
 */
export async function createUserToken(
  userId: string,
  options: CreateUserTokenOptions,
): Promise<string> {
  checkObject(options, 'the second argument', 'createUserToken')
  const { secret } = options
  const claims = options.claims ?? {}
  checkObject(claims, '`claims`', 'createUserToken')
  if (typeof userId !== 'string' || userId === '') {
    throw misuse('`userId` must be a non-empty string: pass the id of the signed-in user.')
  }
  const [signingSecret] = readSecrets(secret, 'createUserToken')
  const reserved = ownClaims.find((name) => name in claims)
  if (reserved) {
    throw misuse(`\`claims\` must not contain \`${reserved}\`: there is an option for it.`)
  }
  const { nbf } = claims
  if (!isAbsent(nbf) && !(typeof nbf === 'number' && nbf < firstImplausibleSecond)) {
    throw misuse('the claim `nbf` must be in seconds: Math.floor(Date.now() / 1000).')
  }
  const { exp, iat } = readExpiry(options)

  // This order and this header give the same bytes as the service's own server libraries.
  const token = await new SignJWT({
    user_id: userId,
    ...(exp === undefined ? {} : { exp }),
    ...(iat === undefined ? {} : { iat }),
    ...claims,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(await secretKey(signingSecret))
  if (token.length > maxTokenLength) {
    throw misuse(
      `the token would have ${token.length} characters, and every client refuses more than ${maxTokenLength}: take large \`claims\` out of it.`,
    )
  }
  return token
}

function readExpiry({ expiresInSeconds, expiresAt, issuedAt, now }: CreateUserTokenOptions) {
  const lifetime = readLifetime(expiresInSeconds, 'createUserToken')
  const givenExp = toSeconds(expiresAt, 'expiresAt')
  const givenIat = toSeconds(issuedAt, 'issuedAt')
  const present = toSeconds(now ?? new Date(), 'now') ?? 0
  if (lifetime !== undefined && givenExp !== undefined) {
    throw misuse('give `expiresInSeconds` or `expiresAt`, not both.')
  }
  const iat = lifetime === undefined ? givenIat : (givenIat ?? present)
  const exp = lifetime === undefined || iat === undefined ? givenExp : Math.floor(iat + lifetime)
  if (exp !== undefined && exp <= present) {
    throw misuse(
      'the token would expire in the past: `expiresAt` and `issuedAt` are Dates, made from milliseconds.',
    )
  }
  if (exp !== undefined && iat !== undefined && exp <= iat) {
    throw misuse('the token would expire before it is issued: set `expiresAt` after `issuedAt`.')
  }
  return { exp, iat }
}

/** Converts an instant to epoch seconds, the unit of RFC 7519. */
function toSeconds(value: unknown, option: string): number | undefined {
  const instant = readInstant(value, option, 'createUserToken')
  if (!instant) return undefined
  const seconds = Math.floor(instant.getTime() / 1000)
  if (seconds >= firstImplausibleSecond) {
    throw misuse(
      `\`${option}\` is thousands of years away: a Date is made from milliseconds, once.`,
    )
  }
  return seconds
}

function misuse(fault: string): TypeError {
  return misuseOf('createUserToken', fault)
}
