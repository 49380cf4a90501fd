import type { ChatAuthState } from './state.js'
import type { ChatUserInput, TokenProvider } from './types.js'

/** How a user is connected. */
export interface ConnectOptions {
  /**
   * Gives up while it is connecting: the promise rejects with the signal's reason, and nobody is
   * connected. No other tab is told. Once connected, the signal means nothing any more.
   */
  signal?: AbortSignal | undefined
}

/** How a switch is made. */
export interface SwitchOptions extends ConnectOptions {
  /**
   * Whether to connect the previous identity again where the new one cannot connect. The promise
   * rejects in either case, once the app is back.
   * @default false: the app stays logged out, in `failed`
   */
  goBack?: boolean
}

/** Who a guest became: for the app's backend, to merge what was theirs. */
export interface GuestUpgrade {
  readonly guestId: string
  readonly userId: string
}

/**
 * One app's authentication: who is connected, and the requests they send. The five methods that
 * change who is connected run one at a time, and the latest intent wins: the promise of an earlier one
 * rejects with `superseded`.
 */
export interface ChatAuth<Client = unknown> {
  /** The current state: the same object until something changes. */
  getState(): ChatAuthState<Client>
  /**
   * Calls back after changes of the state: before a method that causes one returns, else at the end of
   * the turn (a microtask). Several changes in one turn are told once. Returns what unsubscribes.
   */
  subscribe(listener: () => void): () => void
  /**
   * Connects a user, in place of whoever is connected. With a user already connected or connecting
   * under the same id nothing happens but that the token or token provider given is used from now on.
   * Pending for as long as time may help: the state says what is tried again, why and when.
   * @throws TypeError without a user id, or without any token or token provider
   * @throws ChatAuthError when the session could not connect
   */
  connectUser(
    user: ChatUserInput,
    tokenOrProvider?: string | TokenProvider,
    options?: ConnectOptions,
  ): Promise<void>
  /**
   * Has the backend make a guest and connects as them. Their id is the one that the backend gives. One
   * kept in `guestStorage` is connected instead, whatever id is asked for.
   * @throws ChatAuthError `guests-disabled`; `guest-refused` for a kept guest who is not accepted any more
   */
  setGuestUser(user: ChatUserInput): Promise<void>
  /** Connects without a user: to read what everyone may read. */
  connectAnonymousUser(): Promise<void>
  /** Ends the session: its requests are rejected with `session-ended`, its connection is closed. */
  disconnectUser(): Promise<void>
  /** Logs out and connects someone else, as one operation. */
  switchUser(
    user: ChatUserInput,
    tokenOrProvider?: string | TokenProvider,
    options?: SwitchOptions,
  ): Promise<void>
  /**
   * Makes the connected guest a member: connects the user in the guest's place, and goes back to the
   * guest if that fails. Resolves with both ids, so that the app's backend can merge.
   * @throws ChatAuthError `not-a-guest`, or why the user could not connect
   */
  upgradeGuest(user: ChatUserInput, tokenOrProvider?: string | TokenProvider): Promise<GuestUpgrade>
  /** Fetches a new token now. A session with a good token goes on if that fails. */
  refreshToken(): Promise<void>
  /** Tries again at once: a failed session is started anew, a waiting attempt is made now. */
  retry(): Promise<void>
  /**
   * As the global `fetch`, with the session's token: held while there is no good one, replayed once if
   * it was refused. Paths are relative to the connector's `baseUrl`.
   * @throws ChatAuthError `not-connected`, `session-ended`, `hold-timeout`, `foreign-origin`, …
   */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /** Ends everything and leaves nothing behind: no timer, listener or socket. Cannot be undone. */
  dispose(): void
}
