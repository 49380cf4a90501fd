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

/** What `createUserToken` signs with, and what it writes beside the user id. */
export interface CreateUserTokenOptions {
  /** The API secret of the app; of several, the first signs. Never leaves the server. */
  secret: ApiSecret
  /**
   * Lifetime in seconds from `issuedAt`; at least 1 and at most 31 days, beyond which milliseconds are
   * suspected: use `expiresAt` there. @default the token never expires
   */
  expiresInSeconds?: number | null | undefined
  /** The instant of expiry, cut to whole seconds. Not together with `expiresInSeconds`. */
  expiresAt?: Date | null | undefined
  /**
   * The instant written as `iat`, cut to whole seconds. Without an `iat`, a token is refused once its
   * user's tokens were revoked. @default now if `expiresInSeconds` is given, otherwise none
   */
  issuedAt?: Date | null | undefined
  /** Further claims; not `user_id`, `exp` or `iat`. The token has at most 8192 characters. */
  claims?: Readonly<Record<string, unknown>> | null | undefined
  /** What counts as the present. @default the present */
  now?: Date | null | undefined
}

const ownClaims = ['user_id', 'exp', 'iat']

/**
 * Signs the token that lets `userId` into the chat: an HS256 JWT, valid for ever unless told otherwise,
 * and the very string that `stream-chat`'s `createToken(userId, exp, iat)` makes of the same.
 * @throws TypeError for input of which no good token can be made; it names the remedy
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

  // In this order, and with this header, the bytes are those of the service's own server libraries.
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

/** RFC 7519 has its dates in seconds since the epoch. */
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
