/**
 * A chat user: an `id`, and further fields of the chat backend (`name`, `image`, …).
 *
 * As `state.user` it is the person as the backend last told of them, with `role`, `created_at`,
 * `updated_at` and the app's own fields. It has none of what belongs to the chat and is stale a second
 * later: unread counts, mutes, blocked users, devices, `online` and `last_active`. Ask the client or the
 * backend for those.
 */
export interface ChatUser {
  id: string
  name?: string
  image?: string
  [field: string]: unknown
}

/**
 * A user as an app passes it. An object of the app's own interface fits, without an index signature.
 * Fields that are `undefined` are not sent, as in JSON.
 */
export type ChatUserInput = UserFields | (UserFields & Record<string, unknown>)

/**
 * Changes of a profile: new values by field, and `null` for a field to take away. Fields that are left
 * out or `undefined` stay.
 */
export type UserChanges = FieldChanges | (FieldChanges & Record<string, unknown>)

interface FieldChanges {
  name?: string | null | undefined
  image?: string | null | undefined
}

interface UserFields {
  id: string
  name?: string | undefined
  image?: string | undefined
}

/** Identity of a session: a user, a guest, or an anonymous visitor. */
export type ChatIdentity =
  | { readonly type: 'user'; readonly user: ChatUser }
  | { readonly type: 'guest'; readonly user: ChatUser }
  | { readonly type: 'anonymous' }

/** Whether both are of the same type and id. Other fields of the user are ignored. */
export function isSameIdentity(a: ChatIdentity, b: ChatIdentity): boolean {
  return a.type === b.type && idOf(a) === idOf(b)
}

function idOf(identity: ChatIdentity): string | null {
  return identity.type === 'anonymous' ? null : identity.user.id
}

/** Reasons that keep a session paused: the app, its being hidden, or the connector's client. */
export type PauseReason = 'app' | 'hidden' | 'client'

/** Why a token is requested. */
export type TokenReason = 'connect' | 'renewal' | 'expired' | 'refused' | 'manual'

/** Argument of a token provider. */
export interface TokenRequest {
  /** The user that the token must be for, in its claim `user_id`. */
  userId: string
  /** `connect`: the first token · `renewal`: before expiry · `expired`, `refused`: the last one is dead · `manual`: refreshToken(). */
  reason: TokenReason
  /** Number of this call within its run, counted from 1. */
  attempt: number
  /** Aborted at the timeout, at log-out and at a switch. Pass it to `fetch`. */
  signal: AbortSignal
}

/**
 * Fetches a user token from the app's own backend. If the user must sign in again, throw an error with
 * `permanent: true` or with `status` 401 or 403. After any other error, the provider is called again.
 */
export type TokenProvider =
  | ((request: TokenRequest) => string | Promise<string>)
  | { getToken(request: TokenRequest): string | Promise<string> }
