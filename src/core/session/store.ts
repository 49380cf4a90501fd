import type { Outbox } from '../outbox.js'
import { disconnected, transition, type ChatAuthAction, type ChatAuthState } from '../state.js'

/** Keeps the state, and calls subscribers after each transition that changes it. */
export interface Store<Client> {
  getState(): ChatAuthState<Client>
  readonly subscribe: (listener: () => void) => () => void
  dispatch(action: ChatAuthAction<Client>): void
  /** Drops all subscribers, after they have been told of the changes so far. */
  close(): void
}

export function createStore<Client>(outbox: Outbox): Store<Client> {
  const listeners = new Set<() => void>()
  let state: ChatAuthState<Client> = disconnected
  /** Whether `notify` is queued. Subscribers read the latest state, so that one call covers all changes. */
  let isNoticeQueued = false

  function notify(): void {
    isNoticeQueued = false
    for (const listener of listeners) {
      // Not called if another listener has unsubscribed it meanwhile.
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
