import { SignJWT } from 'jose'
import { readLifetime } from './lifetime.js'
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
  expiresInSeconds?: number | undefined
  /** The instant of expiry, cut to whole seconds. Not together with `expiresInSeconds`. */
  expiresAt?: Date | undefined
  /**
   * The instant written as `iat`, cut to whole seconds. Without an `iat`, a token is refused once its
   * user's tokens were revoked. @default now if `expiresInSeconds` is given, otherwise none
   */
  issuedAt?: Date | undefined
  /** Further claims; not `user_id`, `exp` or `iat`. */
  claims?: Readonly<Record<string, unknown>> | undefined
  /** What counts as the present. @default the present */
  now?: Date | undefined
}

const ownClaims = ['user_id', 'exp', 'iat']

/** Instants in seconds stay below this until the year 5138; in milliseconds they passed it in 1973. */
const firstImplausibleSecond = 1e11

/**
 * Signs the token that lets `userId` into the chat: an HS256 JWT, valid for ever unless told otherwise,
 * and the very string that `stream-chat`'s `createToken(userId, exp, iat)` makes of the same.
 * @throws TypeError for input of which no good token can be made; it names the remedy
 */
export async function createUserToken(
  userId: string,
  options: CreateUserTokenOptions,
): Promise<string> {
  const { secret, claims = {} } = options
  if (typeof userId !== 'string' || userId === '') {
    throw misuse('`userId` must be a non-empty string: pass the id of the signed-in user.')
  }
  const [signingSecret] = readSecrets(secret, 'createUserToken')
  const reserved = ownClaims.find((name) => name in claims)
  if (reserved) {
    throw misuse(`\`claims\` must not contain \`${reserved}\`: there is an option for it.`)
  }
  const { nbf } = claims
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf < firstImplausibleSecond)) {
    throw misuse('the claim `nbf` must be in seconds: Math.floor(Date.now() / 1000).')
  }
  const { exp, iat } = readInstants(options)

  // In this order, and with this header, the bytes are those of the service's own server libraries.
  return new SignJWT({
    user_id: userId,
    ...(exp === undefined ? {} : { exp }),
    ...(iat === undefined ? {} : { iat }),
    ...claims,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(await secretKey(signingSecret))
}

function readInstants({
  expiresInSeconds,
  expiresAt,
  issuedAt,
  now = new Date(),
}: CreateUserTokenOptions) {
  if (expiresInSeconds !== undefined && expiresAt !== undefined) {
    throw misuse('give `expiresInSeconds` or `expiresAt`, not both.')
  }
  const iat =
    issuedAt !== undefined || expiresInSeconds !== undefined
      ? toSeconds(issuedAt ?? now, 'issuedAt')
      : undefined
  const exp =
    expiresAt !== undefined
      ? toSeconds(expiresAt, 'expiresAt')
      : iat !== undefined && expiresInSeconds !== undefined
        ? Math.floor(iat + readLifetime(expiresInSeconds, 'createUserToken'))
        : undefined
  if (exp !== undefined && exp <= toSeconds(now, 'now')) {
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
function toSeconds(instant: Date, option: string): number {
  const seconds = Math.floor(instant instanceof Date ? instant.getTime() / 1000 : NaN)
  if (Number.isNaN(seconds)) throw misuse(`\`${option}\` must be a valid Date.`)
  if (seconds >= firstImplausibleSecond) {
    throw misuse(
      `\`${option}\` is thousands of years away: a Date is made from milliseconds, once.`,
    )
  }
  return seconds
}

function misuse(fault: string): TypeError {
  return new TypeError(`createUserToken: ${fault}`)
}
