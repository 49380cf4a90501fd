import type { ChatAuthError } from './errors.js'
import type { Environment } from './environment.js'

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

/** How requests and sockets say who they are from. Handed to connectors only. */
export interface Credential {
  readonly userId: string
  readonly authType: 'jwt' | 'anonymous'
  /** Empty for an anonymous session. */
  readonly token: string
}

/** The protocol's codes for a refused token: 5 failed, 40 expired or revoked, 41 nbf, 42 iat, 43 signature. */
export type RefusalCode = 5 | 40 | 41 | 42 | 43

/** The backend said no to a token. */
export interface Refusal {
  readonly code: RefusalCode
  /** The backend's own words: only they tell "expired" from "revoked". */
  readonly message: string
}

/** One sending of a request: its answer, or the refusal of the token that it carried. */
export type Attempt<T> =
  | { readonly refusal: null; readonly value: T }
  | { readonly refusal: Refusal }

/**
 * Why a frame of the live socket was ignored: it is no text, no JSON, no object, or has no `type`; it is
 * named as only the client itself or the backend names events (`reserved-type`); or the client failed
 * over it.
 */
export type IgnoredFrame =
  | 'binary'
  | 'not-json'
  | 'not-an-object'
  | 'no-type'
  | 'reserved-type'
  | 'client-failed'

/** What a connector may use of the session that it opens a connection for. */
export interface ConnectionContext {
  readonly sessionId: string
  readonly identity: ChatIdentity
  readonly environment: Environment
  /** Aborted when the session ends. */
  readonly signal: AbortSignal
  /**
   * Sends through the gate: `attempt` is called with a good credential, at once or when there is one
   * again, and a second time if its token was refused.
   */
  send<T>(
    attempt: (credential: Credential, requestId: string) => Promise<Attempt<T>>,
    signal?: AbortSignal | null,
  ): Promise<T>
  /**
   * The live socket is gone: `error` says why, a `RefusedError` if over its token. `credential` is the one
   * that `open` was called with: it tells the sockets of a rotation apart. Left out, the newest is meant,
   * at the price of opening it once more where it was another one.
   */
  connectionLost(error: ChatAuthError | RefusedError, credential?: Credential): void
  /** So many frames were ignored since this was last called, the last one for this reason. */
  framesIgnored(reason: IgnoredFrame, frames: number): void
}

/** How `open` and `connectionLost` say that the token was the reason. Never leaves this package. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  constructor(readonly refusal: Refusal) {
    super(refusal.message)
  }
}

/** One session's live link to the backend. Made afresh for every session, thrown away with it. */
export interface Connection<Client> {
  /** What the app may use directly while the session lives. */
  readonly client: Client
  /**
   * Opens the live socket with this credential; where one is open, the new one is up before the old
   * one goes. Resolves with the user as the backend knows them. Rejects with a `RefusedError`, or
   * with a `ChatAuthError` whose `retryable` says whether another try may help.
   */
  open(credential: Credential): Promise<ChatUser>
  /** As the global `fetch`, authenticated and sent through the gate. */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /** Ends the socket and everything under way. Resolves when nothing is left. May be called again. */
  close(): Promise<void>
}

/** How sessions reach a backend: made by `httpConnector` or `streamChatConnector`. */
export interface Connector<Client = unknown> {
  /** Equal for connectors to the same app on the same backend, so that inline ones do not reconnect. */
  readonly id: string
  createConnection(context: ConnectionContext): Connection<Client>
  /**
   * A request as it is now, which `Connection.fetch` takes as well: what the caller changes afterwards
   * is not in it. Asked for requests that wait until the session has a connection.
   */
  takeRequest?(
    input: string | URL,
    init?: RequestInit,
  ): { readonly input: string; readonly init: RequestInit }
  /** Makes a guest on the backend: the user as it made them, and their token. */
  createGuest(
    user: ChatUser,
    context: { readonly environment: Environment; readonly signal: AbortSignal },
  ): Promise<{ user: ChatUser; token: string }>
}
