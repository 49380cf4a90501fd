import type { Environment } from './environment.js'
import type { ChatAuthError } from './errors.js'
import type { ChatIdentity, ChatUser } from './types.js'

/**
 * Link between sessions and a backend: `httpConnector`, `streamChatConnector`, or an app's own. The page
 * "Write a connector" has an example; `connectorContract` of `react-chat-auth/testing` tests one.
 */
export interface Connector<Client = unknown> {
  /** Equal for connectors to the same app on the same backend, so that an inline one does not reconnect. */
  readonly id: string
  /** Called once for each session, before it opens anything. */
  createConnection(context: ConnectionContext): Connection<Client>
  /**
   * Copies a request, so that later changes by the caller do not reach it. `Connection.fetch` accepts
   * the copy. Called for requests that wait until the session has a connection.
   */
  takeRequest?(
    input: string | URL,
    init?: RequestInit,
  ): { readonly input: string; readonly init: RequestInit }
  /** Creates a guest on the backend. Resolves with the user as the backend made them, and their token. */
  createGuest(
    user: ChatUser,
    context: { readonly environment: Environment; readonly signal: AbortSignal },
  ): Promise<{ user: ChatUser; token: string }>
}

/** One session's link to the backend: created for that session, and closed with it. */
export interface Connection<Client = unknown> {
  /** Client that the app may use directly while the session lives. */
  readonly client: Client
  /**
   * Opens the live socket with this credential. If one is open already, it closes only once the new one
   * is up. Resolves with the user as the backend knows them. Rejects with a `RefusedError`, or with a
   * `ChatAuthError` whose `retryable` says whether another attempt may help.
   * @param details fields of the user for the backend to store, beside the id; empty once it has them
   */
  open(credential: Credential, details?: UserDetails): Promise<ChatUser>
  /**
   * Changes fields of the user on the backend; `null` takes a field away. Sent through the gate. Resolves
   * with the user as the backend now has them. Without it, `auth.updateUser` is `update-unsupported`.
   */
  updateUser?(changes: UserDetails): Promise<ChatUser>
  /** Works as the global `fetch`, authenticated and sent through the gate. */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /**
   * Closes the socket, and keeps all else: requests go on. An `open` in progress has to reject. Called
   * when the session is paused; `open` is called again when it resumes. Called before any `open` where a
   * session begins paused: `client` must work once this resolves. Left out: `pause()` rejects, and a
   * hidden app keeps its socket.
   */
  rest?(): Promise<void>
  /**
   * Sends the least request that needs a token, through the gate, so that a refused token shows. Called
   * when another SDK asks `getToken` again for a token that it has got before, and when requests wait for
   * a token that was refused as too early and no connection can try it. Such a request is sent before
   * `probe` returns; the session's `fetch` does so. Left out, none is sent.
   */
  probe?(): Promise<unknown>
  /** Closes the socket and ends everything in flight. Resolves when nothing is left. May be called again. */
  close(): Promise<void>
}

/** Fields of a user, without the id. */
export type UserDetails = Readonly<Record<string, unknown>>

/** Parts of a session that its connection may use. */
export interface ConnectionContext {
  readonly sessionId: string
  readonly identity: ChatIdentity
  /** Time, timers and randomness. Passed on, so that a connector can be tested under a manual clock. */
  readonly environment: Environment
  /** Aborted when the session ends. */
  readonly signal: AbortSignal
  /**
   * Sends through the gate: calls `attempt` as soon as there is a good credential, and a second time if
   * its token was refused.
   */
  send<T>(
    attempt: (credential: Credential, requestId: string) => Promise<SendResult<T>>,
    signal?: AbortSignal | null,
  ): Promise<T>
  /**
   * Reports that the live socket is gone. `error` is a `RefusedError` if the backend refused its token.
   * `credential` is the one that `open` was called with, and tells the sockets of a rotation apart.
   * Without it, the newest socket is meant, and may be opened once more than needed.
   */
  connectionLost(error: ChatAuthError | RefusedError, credential?: Credential): void
  /** Pauses the session, as a client may that opens and closes its socket by itself. Never rejects. */
  pause(): Promise<void>
  /** Ends that pause. Never rejects. */
  resume(): Promise<void>
  /** Reports the session's own user as the backend now has them. Another user is ignored. */
  userUpdated(user: ChatUser): void
  /** Reports how many frames were ignored since the last call, and the reason of the last one. */
  framesIgnored(reason: IgnoredFrame, frames: number): void
  /** Reports that the session ended before a draft in the channel `cid` was saved or deleted. */
  draftLost(cid: string): void
}

/** Sender of a request or socket. Passed to connectors only. */
export interface Credential {
  readonly userId: string
  readonly authType: 'jwt' | 'anonymous'
  /** Empty for an anonymous session. */
  readonly token: string
}

/** Outcome of sending a request once: its answer, or the refusal of the token that it carried. */
export type SendResult<T> =
  | { readonly refusal: null; readonly value: T }
  | { readonly refusal: Refusal }

/** Refusal of a token by the backend. */
export interface Refusal {
  readonly code: RefusalCode
  /** The backend's own words: only they tell "expired" from "revoked". */
  readonly message: string
}

/** The protocol's codes for a refused token: 5 failed, 40 expired or revoked, 41 nbf, 42 iat, 43 signature. */
export type RefusalCode = 5 | 40 | 41 | 42 | 43

/** Error with which `open` and `connectionLost` report a refused token. Never reaches the app. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  constructor(readonly refusal: Refusal) {
    super(refusal.message)
  }
}

/**
 * Reason why a frame of the live socket was ignored. `reserved-type`: its `type` is one that only the
 * client itself or the backend may use. `client-failed`: the client threw while handling it.
 */
export type IgnoredFrame =
  | 'binary'
  | 'not-json'
  | 'not-an-object'
  | 'no-type'
  | 'reserved-type'
  | 'client-failed'
