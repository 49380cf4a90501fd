import type { Credential, RefusedError } from '../connector.js'
import type { Environment } from '../environment.js'
import type { ChatAuthError } from '../errors.js'
import type { EventBody } from '../events.js'
import type { Life } from '../life.js'
import type { Settings } from '../options.js'
import type { Attempts } from '../state.js'
import type { HeldToken } from '../token/heldToken.js'
import type { TokenSource } from '../token/tokenSource.js'
import type { ChatUser, PauseReason } from '../types.js'

export interface ConnectionLoopOptions {
  readonly life: Life
  readonly tokens: TokenSource
  readonly environment: Environment
  readonly settings: Settings
  readonly credentialOf: (token: HeldToken) => Credential
  /** One attempt, in place of the connection that is up, if one is. */
  readonly open: (credential: Credential) => Promise<ChatUser>
  /** Has the client made of a session that begins paused. Rejects where no other attempt would mend it. */
  readonly prepare: () => Promise<void>
  /** Closes what is open. Never rejects. */
  readonly rest: () => Promise<void>
  readonly emit: (event: EventBody) => void
  /** The connection is up: for the first time, again, or with a newer token. */
  readonly onUp: (user: ChatUser) => void
  /** It is down: lost, or yet another attempt has failed. */
  readonly onDown: (attempts: Attempts) => void
  /** An attempt did not reach the backend, which HTTP may reach all the same. Called at each. */
  readonly onUnreached: () => void
  /** It is down on purpose. Called once for each pause, as soon as requests may be sent. */
  readonly onPaused: () => void
  readonly onResumed: () => void
  /** It can never be up. */
  readonly onFatal: (error: ChatAuthError) => void
}

/** Keeps the one connection of a session up, and opened with its newest token. */
export interface ConnectionLoop {
  /** Works until the connection is up with the newest token; one loop, however often it is called. */
  run(): Promise<void>
  /** As `run`, where nobody waits for it. */
  start(): void
  /**
   * Closes the connection, and opens none until `resume`. A session that is not live yet becomes live
   * with its first token. Resolves when the connection is closed.
   */
  pause(by: PauseReason): Promise<void>
  resume(): void
  /** Whether the session is live and paused, so that only requests want a token. */
  isResting(): boolean
  /** @param credential that the lost connection was opened with; left out, any may be it, and all count as lost */
  lost(error: ChatAuthError | RefusedError, credential?: Credential): void
  /** The token that the next attempt needs is late: what was up is down for longer than a moment. */
  delayed(attempts: Attempts): void
  /** Makes a waiting attempt now. */
  hurry(): void
  wake(): void
  stop(): void
}
