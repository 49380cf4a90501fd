import type { Environment } from '../../core/environment.js'
import type { ChatUser, TokenProvider } from '../../core/types.js'
import type { BackendCounters } from '../controls/counters.js'
import type { ManualClock } from '../controls/createManualClock.js'
import type { Faults } from '../controls/faults.js'
import type { ChatBackend } from '../chatBackend.js'
import type { ConnectionDrop, SocketExpiry } from '../realtime/sockets.js'
import type { TokenEndpoint } from '../tokens/tokenEndpoint.js'
import type { BackendTokenOptions } from '../tokens/tokens.js'
import type { SeenRequest } from './seenRequest.js'
import type { BackendTap } from './tap.js'

/** A place in which the contract is played: a backend, and the way to it. */
export interface ContractPlace<Target, Host extends ContractHost<Target> = ContractHost<Target>> {
  /** Such as `in memory`. */
  readonly name: string
  /** Whether its hosts have a `clock`: time stands still there, and passes when a case says so. */
  readonly hasClock: boolean
  readonly paths: ContractPaths
  /** The header by which its backend tells a replay. */
  readonly requestIdHeader: string
  /** Called once a case. */
  open(): Promise<Host>
}

/** Paths of the backend, each with a leading slash. Every other path is answered with 404. */
export interface ContractPaths {
  /** Answers users and guests: a GET with 200 and JSON, other methods as it likes. */
  readonly items: string
  /** Another one that does. */
  readonly own: string
  /** Where `createGuest` asks for a guest. */
  readonly guests: string
  /** Answers a GET of everyone with 200, of the anonymous too. */
  readonly open: string
  /** Where the anonymous are refused a POST. */
  readonly post: string
}

/** A backend for one case, the way to it, and a server that is none of its business. */
export interface ContractHost<Target = unknown> {
  readonly backend: ContractBackend
  readonly tap: ContractTap
  /** What the connector under test is made from. */
  readonly target: Target
  readonly baseUrl: string
  /** Asks the app's own token endpoint. */
  readonly tokenProvider: TokenProvider
  /** What the platform has besides time. */
  readonly environment?: Partial<Environment>
  /** Null where time is real. */
  readonly clock: ManualClock | null
  /** The timers that wait on the platform itself, where the host can see them. */
  readonly platformTimers?: { readonly pending: number }
  /** Another origin, with all that was ever sent to it. */
  readonly foreign: { readonly url: string; readonly requests: readonly string[] }
  close(): Promise<void>
}

/** A backend as the contract plays with it. One made by `createChatBackend` has all of it. */
export interface ContractBackend {
  /** As `createBackendCounters` keeps them. */
  readonly counters: BackendCounters
  /** Calls back after every change of them; returns what unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void
  /** Of `fault`, the contract sets `hang` (no answer comes) and `500`. */
  readonly tokenEndpoint: Pick<TokenEndpoint, 'fault' | 'expiresInSeconds'>
  /** Of `answerWith`, the contract sets -1 (an answer with status 500) and 9 (429). */
  readonly faults: Faults
  /** How open connections learn that their token is dead: the contract sets all but `error-frame`. */
  socketExpiry: SocketExpiry
  clockSkewMs: number
  readonly createToken: (userId: string, options?: BackendTokenOptions) => Promise<string>
  /** Lets all tokens of the user expire; resolves when the open connections were dealt with. */
  expireToken(userId: string): Promise<void>
  /** The same, revoked. */
  revokeTokens(userId: string): Promise<void>
  /** Breaks the open connections, all or of one user. */
  dropConnections(how?: ConnectionDrop, userId?: string): void
}

/** A hand on the line between a connector and its backend. */
export interface ContractTap {
  /** Requests to the API as they arrived, oldest first, whatever becomes of them. */
  readonly requests: readonly SeenRequest[]
  /** The token of each attempt to connect; empty of the anonymous. */
  readonly socketTokens: readonly string[]
  /** Calls back, in place of whom it called back before, when something comes over the line. */
  onChange(listener: () => void): void
  /** From now on connections stay open, and nothing comes through them: no welcome either. */
  mute(isMute?: boolean): void
  /** Keeps the answers to a path back until the returned function is called. The backend has acted by then. */
  holdAnswers(path: string): () => void
  /** From now on everyone is welcomed as this user. */
  welcomeAs(user: ChatUser): void
  /** Sends an event through the user's connections. */
  tell(
    userId: string,
    event: { readonly type: string; readonly nth: number | null },
  ): Promise<unknown>
}

/** A host whose backend speaks the protocol of `stream-chat`. */
export interface ProtocolHost<Target = unknown> extends ContractHost<Target> {
  readonly backend: ChatBackend
  readonly tap: BackendTap
}
