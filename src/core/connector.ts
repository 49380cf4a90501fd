import type { Environment } from './environment.js'
import type { ChatAuthError } from './errors.js'
import type { ChatIdentity, ChatUser } from './types.js'

/**
 * How sessions reach a backend: made by `httpConnector`, by `streamChatConnector`, or by an app for a
 * backend of its own. The page "Write a connector" has an example; `connectorContract` of
 * `react-chat-auth/testing` tests one.
 */
export interface Connector<Client = unknown> {
  /** Equal for connectors to the same app on the same backend, so that inline ones do not reconnect. */
  readonly id: string
  /** Called once a session, before it opens anything. */
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

/** One session's live link to the backend. Made afresh for every session, thrown away with it. */
export interface Connection<Client = unknown> {
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

/** What a connector may use of the session that it opens a connection for. */
export interface ConnectionContext {
  readonly sessionId: string
  readonly identity: ChatIdentity
  /** Time, timers and chance. Passed on, so that a connector can be tested under a manual clock. */
  readonly environment: Environment
  /** Aborted when the session ends. */
  readonly signal: AbortSignal
  /**
   * Sends through the gate: `attempt` is called with a good credential, at once or when there is one
   * again, and a second time if its token was refused.
   */
  send<T>(
    attempt: (credential: Credential, requestId: string) => Promise<SendResult<T>>,
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
  /** The session ended before a draft in the channel `cid` was saved, or deleted. */
  draftLost(cid: string): void
}

/** How requests and sockets say who they are from. Handed to connectors only. */
export interface Credential {
  readonly userId: string
  readonly authType: 'jwt' | 'anonymous'
  /** Empty for an anonymous session. */
  readonly token: string
}

/** One sending of a request: its answer, or the refusal of the token that it carried. */
export type SendResult<T> =
  | { readonly refusal: null; readonly value: T }
  | { readonly refusal: Refusal }

/** The backend said no to a token. */
export interface Refusal {
  readonly code: RefusalCode
  /** The backend's own words: only they tell "expired" from "revoked". */
  readonly message: string
}

/** The protocol's codes for a refused token: 5 failed, 40 expired or revoked, 41 nbf, 42 iat, 43 signature. */
export type RefusalCode = 5 | 40 | 41 | 42 | 43

/** How `open` and `connectionLost` say that the token was the reason. Never reaches the app. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  constructor(readonly refusal: Refusal) {
    super(refusal.message)
  }
}

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
