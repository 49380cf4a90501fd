import type { Occupant } from './sessionSlot.js'
import { isSameIdentity, type ChatIdentity } from '../types.js'

/** Sessions that ended in this tab. Other tabs are told once it is certain who is next. */
export interface Departures {
  add(leaver: Occupant): void
  /** Whether one of the sessions was a guest's. */
  hasGuest(): boolean
  /** Tells other tabs who left for `next`, or for nobody. `next` itself has not left. */
  announce(next: ChatIdentity | null): void
  /** Drops all sessions without telling anyone, after a switch was undone. */
  withdraw(): void
}

export function createDepartures(): Departures {
  const leavers = new Set<Occupant>()
  return {
    add: (leaver) => void leavers.add(leaver),
    hasGuest: () => [...leavers].some(({ asked }) => asked.type === 'guest'),
    announce(next) {
      for (const { session, asked } of leavers) {
        if (!next || !isSameIdentity(asked, next)) session.depart(next)
      }
      leavers.clear()
    },
    withdraw: () => leavers.clear(),
  }
}
