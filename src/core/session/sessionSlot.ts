import { createDeferred } from '../tools/deferred.js'
import type { ChatAuthError } from '../errors.js'
import type { Session } from './session.js'
import type { ChatIdentity } from '../types.js'

/** A session, and whom it was asked for: the backend gives a guest another id. */
export interface Occupant {
  readonly session: Session
  readonly asked: ChatIdentity
}

/** The one place that a session can be in, and the queue of those that change who is in it. */
export interface SessionSlot {
  occupant(): Occupant | null
  put(occupant: Occupant): void
  /** Ends the session that is in it, before it returns; null where it is empty. */
  vacate(error: ChatAuthError): Occupant | null
  /** Resolves once the connection of the last session is closed; null where nothing is closing. */
  closing(): Promise<void> | null
}

export function createSessionSlot(): SessionSlot {
  /** Set by `put`, reset by `vacate`. */
  let occupant: Occupant | null = null
  /** Set by `vacate`, reset once the connection is closed. */
  let closing: Promise<void> | null = null

  return {
    occupant: () => occupant,
    put(next) {
      occupant = next
    },
    vacate(error) {
      const leaver = occupant
      if (!leaver) return null
      // Emptied first: whoever is called on the way finds nobody here.
      occupant = null
      const closed = createDeferred<void>()
      closing = closed.promise.then(() => {
        closing = null
      })
      void leaver.session.end(error).finally(closed.resolve)
      return leaver
    },
    closing: () => closing,
  }
}
