import { createDeferred } from '../tools/deferred.js'
import type { ChatAuthError } from '../errors.js'
import type { Session } from './session.js'
import type { SessionIntent } from './sessionIntent.js'
import { isSameIdentity, type ChatIdentity } from '../types.js'

/** A session, and what the app asked for. */
export interface Occupant<Client = unknown> {
  readonly session: Session<Client>
  /** The identity that the app asked for: the backend gives a guest another id. */
  readonly asked: ChatIdentity
  /** The user whom the app declares, to be asked for anew after an end from elsewhere. */
  readonly declared: SessionIntent | null
}

/** The declared user as they return after an end from elsewhere: the backend has most of their details. */
export function returnOf({ session, declared }: Occupant): SessionIntent | null {
  const { identity, owed } = session.intent()
  if (!declared || !owed || !isSameIdentity(declared.identity, identity)) return declared
  return { ...declared, owed }
}

/** Place of the current session, and the closing of the last one. */
export interface SessionSlot<Client = unknown> {
  occupant(): Occupant<Client> | null
  put(occupant: Occupant<Client>): void
  /** Ends the current session synchronously, and returns it; null if there is none. */
  vacate(error: ChatAuthError): Occupant<Client> | null
  /** Resolves once the last session's connection is closed; null if none is closing. */
  closing(): Promise<void> | null
}

export function createSessionSlot<Client>(): SessionSlot<Client> {
  /** Set by `put`, reset by `vacate`. */
  let occupant: Occupant<Client> | null = null
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
      // Emptied before `end`, so that code called by `end` finds no session here.
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
