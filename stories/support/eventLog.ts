import type { ChatAuthEvent } from '../../src/index.js'

/** Store of the latest events of a story's session, for `useSyncExternalStore`. */
export interface EventLog {
  readonly add: (event: ChatAuthEvent) => void
  /** Oldest first; a new array after every event. */
  readonly getEvents: () => readonly ChatAuthEvent[]
  readonly subscribe: (listener: () => void) => () => void
}

/** Maximum events kept; older ones have scrolled away. */
const length = 500

export function createEventLog(): EventLog {
  let events: readonly ChatAuthEvent[] = []
  const listeners = new Set<() => void>()
  return {
    add(event) {
      events = [...events.slice(1 - length), event]
      for (const listener of listeners) listener()
    },
    getEvents: () => events,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
