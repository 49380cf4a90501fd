import type { Outbox } from '../outbox.js'
import { disconnected, transition, type ChatAuthAction, type ChatAuthState } from '../state.js'

/** Holds the state, and tells subscribers of its changes after the transition. */
export interface Store<Client> {
  getState(): ChatAuthState<Client>
  subscribe(listener: () => void): () => void
  dispatch(action: ChatAuthAction<Client>): void
  /** Drops all subscribers once they were told of what has happened so far. */
  close(): void
}

export function createStore<Client>(outbox: Outbox): Store<Client> {
  const listeners = new Set<() => void>()
  let state: ChatAuthState<Client> = disconnected
  /** Whether subscribers are about to be told: they read the latest state, so that once is enough. */
  let isNoticeQueued = false

  function notify(): void {
    isNoticeQueued = false
    for (const listener of listeners) {
      // One that another listener has unsubscribed meanwhile is not called.
      outbox.tell(() => listeners.has(listener) && listener())
    }
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    dispatch(action) {
      const next = transition(state, action)
      if (next === state) return
      state = next
      if (isNoticeQueued) return
      isNoticeQueued = true
      outbox.tell(notify)
    },
    close: () => outbox.tell(() => outbox.tell(() => listeners.clear())),
  }
}
