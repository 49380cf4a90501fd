/** A chat user: an `id`, and whatever else the chat backend knows of them (`name`, `image`, …). */
export interface ChatUser {
  id: string
  name?: string
  image?: string
  [field: string]: unknown
}

/**
 * A user as an app has them: also of an interface of its own, which need not say that there may be other
 * fields. Taken as JSON takes it: a field that is `undefined` is not sent.
 */
export type ChatUserInput = UserFields | (UserFields & Record<string, unknown>)

interface UserFields {
  id: string
  name?: string | undefined
  image?: string | undefined
}

/** Who is speaking. */
export type ChatIdentity =
  | { readonly type: 'user'; readonly user: ChatUser }
  | { readonly type: 'guest'; readonly user: ChatUser }
  | { readonly type: 'anonymous' }

/** Whether it is the same user, guest or anonymous person, whatever else is known of them. */
export function isSameIdentity(a: ChatIdentity, b: ChatIdentity): boolean {
  return a.type === b.type && idOf(a) === idOf(b)
}

function idOf(identity: ChatIdentity): string | null {
  return identity.type === 'anonymous' ? null : identity.user.id
}

/** Why a token is asked for. */
export type TokenReason = 'connect' | 'renewal' | 'expired' | 'refused' | 'manual'

/** What a token provider is called with. */
export interface TokenRequest {
  /** Whom the token must be for, as its claim `user_id`. */
  userId: string
  /** `connect`: the first one · `renewal`: before expiry · `expired`, `refused`: the old one is dead · `manual`: refreshToken(). */
  reason: TokenReason
  /** 1 for the first call of this run, then counting up until one succeeds. */
  attempt: number
  /** Aborted at the timeout, at log-out and at a switch: pass it to `fetch`. */
  signal: AbortSignal
}

/**
 * Fetches a user token from the app's own backend. To say "stop, this user must sign in again", throw
 * an error with `permanent: true` or with `status` 401 or 403; every other error is tried again.
 */
export type TokenProvider =
  | ((request: TokenRequest) => string | Promise<string>)
  | { getToken(request: TokenRequest): string | Promise<string> }
