import type { Occupant } from './sessionSlot.js'
import { isSameIdentity, type ChatIdentity } from '../types.js'

/** Whose sessions ended here: other tabs are told of them once it is certain who comes next. */
export interface Departures {
  add(leaver: Occupant): void
  /** Whether a guest is among those who leave. */
  hasGuest(): boolean
  /** Tells the other tabs of all who left for `next`, or for nobody; who stays the same has not left. */
  announce(next: ChatIdentity | null): void
  /** Tells nobody: they have not left after all. */
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
