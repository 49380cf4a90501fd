import { decodeJwt, jwtVerify } from 'jose'
import { createUserToken } from '../../server/createUserToken.js'
import { readSecrets, type ApiSecret } from '../../server/secrets.js'
import { UserTokenError } from '../../server/userTokenError.js'
import { verifyUserToken } from '../../server/verifyUserToken.js'
import type { Counters } from '../controls/counters.js'
import type { Faults } from '../controls/faults.js'
import type { Caller } from '../chat/caller.js'
import { anonymousId, isGuestId } from '../chat/users.js'
import { ApiError } from '../wire/wire.js'

/** Options of `backend.createToken`; by default a token never expires and has no `iat`. */
export interface BackendTokenOptions {
  /** Lifetime in seconds, by the backend's clock; adds `iat`. */
  expiresInSeconds?: number | undefined
  expiresAt?: Date | undefined
  issuedAt?: Date | undefined
  claims?: Readonly<Record<string, unknown>> | undefined
}

/** Credentials of a request or a socket. */
export interface Credentials {
  readonly apiKey: string | null
  readonly authType: string | null
  readonly token: string | null
  /** Id of the user; empty if the sender relies on the token. */
  readonly userId: string
}

export interface TokensOptions {
  readonly apiKey: string
  /** Secret; of several, the first signs and all are accepted. */
  readonly secret: ApiSecret
  readonly authChecks: boolean
  readonly faults: Faults
  /** Returns the true time, by which the app's server dates tokens. */
  readonly now: () => number
  /** Returns the backend's own, possibly wrong time, by which it judges tokens. */
  readonly serverNow: () => number
  readonly counters: Counters
}

export type Tokens = ReturnType<typeof createTokens>

/** Mints, checks and revokes tokens. */
export function createTokens(options: TokensOptions) {
  const { apiKey, authChecks, faults, now, serverNow, counters } = options
  let { secret } = options
  /**
   * Tokens minted or seen here, by user. `iat` counts whole seconds and cannot separate tokens from just
   * before and just after a revocation; this record can.
   */
  const known = new Map<string, Set<string>>()
  const accepted = new Set<string>()
  /** Expired and revoked tokens, with the message of their refusal. */
  const dead = new Map<string, string>()
  const revokedBefore = new Map<string, Date>()
  let allRevokedBefore: Date | undefined
  let minted = 0

  const learn = (userId: string, token: string) => {
    const tokens = known.get(userId) ?? new Set()
    known.set(userId, tokens.add(token))
  }

  /** Makes a `jti`, because two tokens of one second would otherwise be the same string. */
  const newTokenId = () => String(++minted)

  async function mint(userId: string, tokenOptions: BackendTokenOptions = {}): Promise<string> {
    const { issuedAt, expiresInSeconds, claims, ...rest } = tokenOptions
    const token = await createUserToken(userId, {
      ...rest,
      secret,
      expiresInSeconds,
      issuedAt: issuedAt ?? (expiresInSeconds === undefined ? undefined : new Date(now())),
      claims: { jti: newTokenId(), ...claims },
      // With a time of 0 no expiry lies in the past, because tests need expired tokens.
      now: new Date(0),
    })
    learn(userId, token)
    return token
  }

  async function readToken(token: string) {
    if (!authChecks) return readUnchecked(token)
    const words = dead.get(token)
    if (words) throw new ApiError(40, words)
    const before = revokedBefore.get(String(peekClaims(token)['user_id']))
    return verifyUserToken(token, {
      secret,
      now: new Date(serverNow()),
      revokedBefore:
        !before || (allRevokedBefore && allRevokedBefore > before) ? allRevokedBefore : before,
    })
  }

  async function authenticate(credentials: Credentials): Promise<Caller> {
    if (credentials.apiKey !== apiKey) throw new ApiError(2, 'api_key not valid')
    if (credentials.authType === 'anonymous') {
      return { kind: 'anonymous', userId: anonymousId, expiresAtMs: Infinity }
    }
    const token = credentials.token ?? ''
    if (await isServerToken(token)) return { kind: 'server', userId: '', expiresAtMs: Infinity }
    const { userId, claims } = await readToken(token).catch(rethrowAsApiError)
    if (credentials.userId && credentials.userId !== userId) {
      counters.wrongUserToken()
      throw new ApiError(5, `user_id ${credentials.userId} does not match the token's`)
    }
    learn(userId, token)
    const code = faults.refuseFreshTokens
    if (code !== null && !accepted.has(token)) {
      throw new ApiError(code, new UserTokenError(code).message)
    }
    accepted.add(token)
    return {
      kind: isGuestId(userId) ? 'guest' : 'user',
      userId,
      expiresAtMs: claims.exp === undefined ? Infinity : claims.exp * 1000,
    }
  }

  /** Whether a token is the app server's own, as a client with the secret signs it. */
  async function isServerToken(token: string): Promise<boolean> {
    if (peekClaims(token)['server'] !== true) return false
    const options = { algorithms: ['HS256'] }
    for (const each of readSecrets(secret, 'createChatBackend')) {
      const key = new TextEncoder().encode(each)
      const verified = await jwtVerify(token, key, options).catch(() => null)
      if (verified) return verified.payload['user_id'] === undefined
    }
    return false
  }

  const kill = (userId: string, words: string) => {
    for (const token of known.get(userId) ?? []) dead.set(token, words)
  }

  return {
    mint,
    authenticate,

    get secret() {
      return secret
    },
    set secret(value) {
      readSecrets(value, 'createChatBackend')
      secret = value
    },

    newTokenId,
    learn,

    /** Treats every token issued to the user so far as expired. */
    expire: (userId: string) => kill(userId, expiredText),

    /** Revokes tokens issued before `before`, which is now by default; `null` lifts the revocation. */
    revoke(userId: string, before?: Date | null) {
      if (before === undefined) kill(userId, revokedText)
      if (before === null) revokedBefore.delete(userId)
      else revokedBefore.set(userId, before ?? new Date(now()))
    },

    revokeAll(before?: Date | null) {
      if (before === undefined) for (const userId of known.keys()) kill(userId, revokedText)
      allRevokedBefore = before === null ? undefined : (before ?? new Date(now()))
    },

    reset() {
      secret = options.secret
      known.clear()
      accepted.clear()
      dead.clear()
      revokedBefore.clear()
      allRevokedBefore = undefined
    },
  }
}

export const expiredText = new UserTokenError(40).message
const revokedText = 'JWTAuth error: token has been revoked'

/** Reads a token's unverified claims; empty if it is no token. */
function peekClaims(token: string): Readonly<Record<string, unknown>> {
  try {
    return decodeJwt(token)
  } catch {
    return {}
  }
}

/** Reads a token without a check. Development tokens have no signature and use standard base64. */
function readUnchecked(token: string) {
  try {
    const claims = decodeJwt(token.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))
    const userId = claims['user_id']
    if (typeof userId === 'string' && userId) return { userId, claims }
  } catch {
    // A token that cannot be read is refused below.
  }
  throw new UserTokenError(5)
}

function rethrowAsApiError(error: unknown): never {
  if (error instanceof UserTokenError) throw new ApiError(error.code, error.message)
  throw error
}
