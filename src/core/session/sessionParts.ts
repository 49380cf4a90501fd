import type { ConnectionLoop } from './connectionLoop.js'
import type { ChatSession } from '../chatSession.js'
import type { Environment } from '../environment.js'
import type { ChatAuthError } from '../errors.js'
import type { DeclaredDetails } from './declaredDetails.js'
import type { EventBody } from '../events.js'
import type { Life } from '../life.js'
import type { Settings } from '../options.js'
import type { Outbox } from '../outbox.js'
import type { Pauses } from './pauses.js'
import type { Profile } from './profile.js'
import type { SessionIntent } from './sessionIntent.js'
import type { ChatAuthAction } from '../state.js'
import type { Successor } from './stays.js'
import type { TabLink } from './tabLink.js'
import type { TokenDoor } from '../token/tokenDoor.js'
import type { TokenSource } from '../token/tokenSource.js'
import type { Connection, Connector } from '../connector.js'

export interface AssembleOptions<Client> {
  /** Intent with a certain identity: a guest has been created. */
  readonly intent: SessionIntent
  readonly sessionId: string
  readonly details: DeclaredDetails
  readonly life: Life
  readonly connector: Connector<Client>
  readonly environment: Environment
  readonly settings: Settings
  readonly outbox: Outbox
  readonly emit: (event: EventBody) => void
  /** Told after the end of the session. */
  readonly draftLost: (cid: string) => void
  readonly dispatch: (action: ChatAuthAction<Client>) => void
  /** Requests may be sent: a connection is up for the first time, or the session begins paused. */
  readonly onLive: (session: ChatSession<Client>) => void
  readonly onFatal: (error: ChatAuthError) => void
  readonly onDeparture: (next: Successor | null) => void
}

/** Parts of a session, made once its identity is certain. */
export interface SessionParts<Client> {
  readonly tokens: TokenSource
  readonly door: TokenDoor
  readonly connection: Connection<Client>
  readonly loop: ConnectionLoop
  readonly pauses: Pauses
  readonly profile: Profile
  /** null: nothing is shared between tabs. */
  readonly tabs: TabLink | null
  /** Time may have passed unseen, or the network returned. */
  wake(): void
  /** Ends what is under way. To be called when the session is over. */
  end(error: ChatAuthError): void
  /** Resolves when the connection is closed, also where it cannot be. */
  close(): Promise<void>
}
