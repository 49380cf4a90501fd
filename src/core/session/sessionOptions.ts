import type { Environment } from '../environment.js'
import type { ChatAuthEvent } from '../events.js'
import type { GuestStore } from './guestStore.js'
import type { EndedSession, Settings } from '../options.js'
import type { Outbox } from '../outbox.js'
import type { SessionIntent } from './sessionIntent.js'
import type { ChatAuthAction } from '../state.js'
import type { Successor } from './stays.js'
import type { Connector } from '../connector.js'

export interface SessionOptions<Client> extends SessionIntent {
  readonly guests: GuestStore
  readonly connector: Connector<Client>
  readonly environment: Environment
  readonly settings: Settings
  readonly outbox: Outbox
  readonly dispatch: (action: ChatAuthAction<Client>) => void
  readonly emit: (event: ChatAuthEvent) => void
  /** Called when another tab logs the user out or connects `next`. The session must be ended at once. */
  readonly onDeparture: (next: Successor | null) => void
  /** Called at a wake-up or the network's return, after a failure that time may have mended. */
  readonly onRevival: () => void
  /** Called once a session that had connected is over and its connection closed. */
  readonly onEnded: (ended: EndedSession) => void
}
