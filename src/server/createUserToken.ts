import { SignJWT } from 'jose'
import { secretKey } from './secretKey.js'

/** What `createUserToken` signs with, and what it writes beside the user id. */
export interface CreateUserTokenOptions {
  /** The API secret of the app. Never leaves the server. */
  secret: string
  /** Lifetime in seconds from `issuedAt`; at least 1. @default the token never expires */
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
}

const ownClaims = ['user_id', 'exp', 'iat']

/** Signs the token that lets `userId` into the chat: an HS256 JWT, valid for ever unless told otherwise. */
export async function createUserToken(
  userId: string,
  options: CreateUserTokenOptions,
): Promise<string> {
  const { secret, expiresInSeconds, expiresAt, issuedAt, claims = {} } = options
  if (typeof userId !== 'string' || userId === '') {
    throw new TypeError('createUserToken: `userId` must be a non-empty string.')
  }
  if (typeof secret !== 'string' || secret === '') {
    throw new TypeError('createUserToken: `secret` must be a non-empty string.')
  }
  if (expiresInSeconds !== undefined && expiresAt !== undefined) {
    throw new TypeError('createUserToken: give `expiresInSeconds` or `expiresAt`, not both.')
  }
  if (expiresInSeconds !== undefined && !(expiresInSeconds >= 1 && expiresInSeconds < Infinity)) {
    throw new TypeError('createUserToken: `expiresInSeconds` must be a number, and at least 1.')
  }
  const reserved = ownClaims.find((name) => name in claims)
  if (reserved) {
    throw new TypeError(`createUserToken: \`claims\` must not contain \`${reserved}\`.`)
  }

  const iat =
    issuedAt !== undefined || expiresInSeconds !== undefined
      ? toSeconds(issuedAt ?? new Date(), 'issuedAt')
      : undefined
  const exp =
    expiresAt !== undefined
      ? toSeconds(expiresAt, 'expiresAt')
      : iat !== undefined && expiresInSeconds !== undefined
        ? Math.floor(iat + expiresInSeconds)
        : undefined

  // In this order, and with this header, the bytes are those of the service's own server libraries.
  return new SignJWT({
    user_id: userId,
    ...(exp === undefined ? {} : { exp }),
    ...(iat === undefined ? {} : { iat }),
    ...claims,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(secretKey(secret))
}

/** RFC 7519 has its dates in seconds since the epoch. */
function toSeconds(instant: Date, option: string): number {
  const seconds = Math.floor(instant.getTime() / 1000)
  if (Number.isNaN(seconds)) {
    throw new TypeError(`createUserToken: \`${option}\` must be a valid Date.`)
  }
  return seconds
}
