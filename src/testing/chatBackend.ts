import type { ApiSecret } from '../server/secrets.js'
import type { BackendMessage } from './chat/messages.js'
import type { BackendCounters, RequestLogEntry } from './controls/counters.js'
import type { Faults } from './controls/faults.js'
import type {
  AcceptedSocket,
  ConnectionDrop,
  SocketExpiry,
  SocketPeer,
} from './realtime/sockets.js'
import type { BackendTokenOptions } from './tokens/tokens.js'
import type { TokenEndpoint } from './tokens/tokenEndpoint.js'

/** In-memory chat backend with the protocol of `stream-chat`, for tests and stories. */
export interface ChatBackend {
  readonly apiKey: string
  /** `baseUrl` for `fetch` and `WebSocket` below, and for a page that contains the backend. */
  readonly url: string
  /** `fetch` that reaches only this backend. */
  readonly fetch: typeof globalThis.fetch
  /** WebSocket class whose sockets reach only this backend. */
  readonly WebSocket: typeof globalThis.WebSocket
  /** The app's own token endpoint, served on the same host. */
  readonly tokenEndpoint: TokenEndpoint
  /** Current faults of the backend; set and unset them at any time. */
  readonly faults: Faults
  /**
   * Way in which open sockets learn that their token is dead.
   * @default 'error-event'
   */
  socketExpiry: SocketExpiry
  /**
   * Secret that signs tokens. Set it to simulate a rotation in the app's dashboard. The token endpoint
   * uses the same secret.
   */
  secret: ApiSecret
  /**
   * Milliseconds by which the backend's clock is ahead of the clock that dates tokens.
   * @default 0
   */
  clockSkewMs: number
  /** Counts since the start; a new object after every change. */
  readonly counters: BackendCounters
  /** The latest 1,000 requests and handshakes, oldest first; a new array after every change. */
  readonly requests: readonly RequestLogEntry[]
  /** Calls `listener` after every change of `counters` or `requests`; returns a function that unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void
  /**
   * Returns a channel's messages, threads included, oldest first: `backend.messages('messaging:team')`.
   * Hard-deleted messages are missing; soft-deleted ones are marked.
   */
  readonly messages: (cid: string) => readonly BackendMessage[]
  /** Mints a token that this backend accepts. */
  readonly createToken: (userId: string, options?: BackendTokenOptions) => Promise<string>
  /**
   * Expires all tokens of the user that this backend has issued or seen so far. Resolves once the open
   * sockets were told, as `socketExpiry` says.
   */
  expireToken(userId: string): Promise<void>
  /**
   * Revokes the user's tokens issued before `before`, and those without `iat`; `null` lifts the
   * revocation.
   * @param before now by default, which revokes every token known so far
   */
  revokeTokens(userId: string, before?: Date | null): Promise<void>
  /** Works as `revokeTokens`, for every user of the app. */
  revokeAllTokens(before?: Date | null): Promise<void>
  /**
   * Drops all open sockets, or those of one user.
   * @param how 'abnormal' by default
   */
  dropConnections(how?: ConnectionDrop, userId?: string): void
  /** Answers an HTTP request of a host; rejects if there must be no answer. */
  readonly handle: (request: Request, signal?: AbortSignal) => Promise<Response>
  /**
   * Takes a socket of a host. Sends nothing before it returns; `null` means to break the connection
   * without a handshake.
   */
  readonly accept: (url: string, peer: SocketPeer) => AcceptedSocket | null
  /** Restores users, channels, faults, revocations and counters, and drops open sockets. */
  reset(): void
  /** Closes all sockets, clears all timers and answers no more requests. */
  dispose(): void
}
