import type { ChatSession } from './chatSession.js'
import type { ChatAuthState } from './state.js'
import type { ChatUser, ChatUserInput, TokenProvider, UserChanges } from './types.js'

/** Options of `connectUser`. */
export interface ConnectOptions {
  /**
   * Abandons the connection in progress when aborted: nobody is connected, and the promise rejects
   * with the signal's reason. No other tab is told. Ignored once connected.
   */
  signal?: AbortSignal | undefined
  /**
   * Whether the session begins paused: it sends requests, and opens no socket until `resume`. For push
   * handlers and background jobs. Ignored if this user is connected or connecting.
   * @default false
   */
  paused?: boolean | undefined
  /**
   * Whether the app declares this user. A declared user whose session was ended elsewhere, in another
   * tab or by another handle of this page, is asked for anew: when a person next looks at the page, or
   * when the user connects elsewhere. `<ChatAuthProvider user>` declares its user.
   * @default false: the session's end is final
   */
  declared?: boolean | undefined
}

/** Options of `ready`. */
export interface ReadyOptions {
  /** Ends the wait when aborted: the promise rejects with the signal's reason, and the session goes on. */
  signal?: AbortSignal | null | undefined
}

/** Options of `getToken`. */
export interface GetTokenOptions {
  /**
   * The user that the other SDK is connected as. It then never gets the token of the next user: for
   * anybody else the promise rejects with `session-ended`.
   * @default whoever is connected
   */
  userId?: string | undefined
}

/** Options of `switchUser`. */
export interface SwitchOptions extends Pick<ConnectOptions, 'signal'> {
  /**
   * Whether to reconnect the previous identity if the new one cannot connect. The promise rejects in
   * either case; with `goBack`, once the previous identity has connected or failed.
   * @default false: the app stays logged out, in `failed`
   */
  goBack?: boolean
}

/** Options of `disconnectUser`. */
export interface DisconnectOptions {
  /**
   * Whether only this tab disconnects: the user stays connected in the others, a stored guest stays
   * stored, and neither `confirmEnd` nor `beforeSessionEnd` is called. For the cleanup of an effect, and
   * wherever a component leaves without a log-out.
   * @default false: a log-out, which reaches all tabs
   */
  thisTabOnly?: boolean | undefined
}

/** Type of `disconnectUser`. Two overloads, so that it remains a handler: `onClick={disconnectUser}`. */
export interface DisconnectUser {
  (): Promise<void>
  (options: DisconnectOptions | undefined): Promise<void>
}

/** Ids of an upgraded guest, with which the app's backend can merge the guest's data. */
export interface GuestUpgrade {
  readonly guestId: string
  readonly userId: string
}

/**
 * One app's authentication: who is connected, and the requests they send. The methods that change who
 * is connected run one at a time. The latest call wins: the promises of earlier ones reject with
 * `superseded`.
 */
export interface ChatAuth<Client = unknown> {
  /** Returns the current state: the same object until something changes. */
  getState(): ChatAuthState<Client>
  /**
   * Calls `listener` after changes of the state: before the method that caused one returns, otherwise in
   * a microtask. Changes before that share one call. Returns a function that unsubscribes.
   */
  subscribe(listener: () => void): () => void
  /**
   * Connects a user in place of whoever is connected. If the same id is connected or connecting, the
   * session goes on, resumed if it was paused, with the token or token provider given; fields of the user
   * that changed since the last call are sent, and fields left out stay as they are on the backend. Stays
   * pending while a retry may help: the state says what is tried again, why and when. Resolves with the
   * session: its `user` is the backend's record, which the client of `stream-chat` calls `me`.
   * @throws TypeError without a user id, or without any token or token provider
   * @throws ChatAuthError when the session could not connect
   */
  connectUser(
    user: ChatUserInput,
    tokenOrProvider?: string | TokenProvider,
    options?: ConnectOptions,
  ): Promise<ChatSession<Client>>
  /**
   * Has the backend create a guest, and connects as that guest. The backend chooses the id. A guest kept
   * in `guestStorage` is connected instead, whatever id is asked for.
   * @throws ChatAuthError `guests-disabled`; `guest-refused` for a kept guest who is no longer accepted
   */
  setGuestUser(user: ChatUserInput): Promise<ChatSession<Client>>
  /** Connects without a user, to read public data. */
  connectAnonymousUser(): Promise<ChatSession<Client>>
  /**
   * Logs out, in all tabs: the session's requests are rejected with `session-ended`, its connection is
   * closed. With `{ thisTabOnly: true }` the other tabs stay connected.
   * @throws ChatAuthError `vetoed` if the app or the person keeps the session
   */
  disconnectUser: DisconnectUser
  /** Logs out and connects another user, as one operation. */
  switchUser(
    user: ChatUserInput,
    tokenOrProvider?: string | TokenProvider,
    options?: SwitchOptions,
  ): Promise<ChatSession<Client>>
  /**
   * Connects a user in place of the connected guest, and goes back to the guest if that fails. Resolves
   * with both ids, so that the app's backend can merge.
   * @throws ChatAuthError `not-a-guest`, or why the user could not connect
   */
  upgradeGuest(user: ChatUserInput, tokenOrProvider?: string | TokenProvider): Promise<GuestUpgrade>
  /**
   * Resolves with the session once somebody is connected: for route loaders, guards and all other code
   * outside of React. Stays pending while a session connects, reconnects or is being switched, and before
   * the app has first said who is signed in, as `<ChatAuthProvider user={…}>` does when it renders.
   * @throws ChatAuthError `not-connected` after a log-out, which `user={null}` is too; the error of a
   * session that failed; `disposed`. Rejects with the signal's reason when that is aborted.
   */
  ready(options?: ReadyOptions): Promise<ChatSession<Client>>
  /**
   * Changes the connected user's own profile: `null` takes a field away, and fields that are left out
   * stay. Sent as a request of `fetch`, one update after another. Resolves with the user as the backend
   * now has them, who is `state.user` too.
   * @throws TypeError for `id`, or a field that only the backend may set
   * @throws ChatAuthError `not-connected`, `anonymous-not-allowed`, `not-allowed`, `backend-refused`, …
   */
  updateUser(fields: UserChanges): Promise<ChatUser>
  /** Fetches a new token now. A session with a good token goes on if that fails. */
  refreshToken(): Promise<void>
  /**
   * Closes the socket, and keeps the session: its requests go out, and a token is renewed only when a
   * request needs one. Resolves when the socket is closed. While connecting, the session begins paused.
   * Lasts until `resume`, or until this user is connected again.
   * @throws ChatAuthError `not-connected`; a failed session rejects with its own error
   * @throws TypeError if the connector cannot close its socket alone
   */
  pause(): Promise<void>
  /**
   * Opens the socket again after `pause`, and makes up for what was missed, as after a lost connection.
   * Resolves when connected; at once while the hidden app keeps the session paused.
   * @throws ChatAuthError `not-connected`, or what ended the session meanwhile
   */
  resume(): Promise<void>
  /**
   * Tries again at once: restarts a failed session, or makes the next attempt without its wait. Asks anew
   * for a declared user whose session was ended elsewhere.
   */
  retry(): Promise<void>
  /**
   * Works as the global `fetch`, with the session's token. The request is held while there is no good
   * token, and replayed once if the backend refuses it. Paths are relative to the connector's `baseUrl`.
   * @throws ChatAuthError `not-connected`, `session-ended`, `hold-timeout`, `foreign-origin`, …
   */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /**
   * Resolves with the session's good token, for other SDKs of the same service: their `tokenProvider` is
   * `() => auth.getToken({ userId })`. However many ask, the app's provider is called as if none did. Waits
   * while the session connects and while its token is renewed. A product that refuses what the chat takes,
   * and therefore asks again and again, has the token renewed once a minute at most.
   *
   * This is the only way by which a token leaves the library. Give it to SDKs of the chat service, and to
   * nobody else: do not log, store or decode it, and do not send it to a server of your own.
   * @throws ChatAuthError `not-connected`; `session-ended` after a log-out or switch; the error of a
   * session that failed; `anonymous-not-allowed`, because an anonymous session has no token
   */
  getToken(options?: GetTokenOptions): Promise<string>
  /** Ends everything for good: no timer, listener or socket is left. */
  dispose(): void
}
