import { chatSessionOf, type ChatSession } from '../chatSession.js'
import type { Environment } from '../environment.js'
import { ChatAuthError } from '../errors.js'
import { createDeferred } from '../tools/deferred.js'
import { abortReason, onAbort } from '../tools/onAbort.js'
import type { Intents } from './intents.js'
import type { Store } from './store.js'

export interface ReadinessOptions<Client> {
  readonly store: Store<Client>
  readonly intents: Intents
  readonly environment: Environment
  /** Aborted when the handle is disposed. */
  readonly disposal: AbortSignal
}

/** Tells code outside of React when somebody is connected. */
export interface Readiness<Client> {
  /** Resolves with the session once it is connected; see `ChatAuth.ready`. */
  ready(signal?: AbortSignal | null): Promise<ChatSession<Client>>
  /** Call after a log-out: with nobody connected, it changes no state that subscribers would hear of. */
  loggedOut(): void
}

type Outcome<Client> = ChatSession<Client> | ChatAuthError | null

export function createReadiness<Client>(options: ReadinessOptions<Client>): Readiness<Client> {
  const { store, intents, disposal } = options
  const waiting = new Set<() => void>()

  /** Result of a call; null while it is open. */
  function outcome(): Outcome<Client> {
    const state = store.getState()
    if (disposal.aborted) return new ChatAuthError('disposed')
    if (state.status === 'failed') return state.error
    // Before the first intent, the app has yet to say who is signed in: routers load before React renders.
    if (state.status === 'disconnected' && intents.hasBegun()) {
      return new ChatAuthError('not-connected')
    }
    return state.status === 'reconnecting' ? null : chatSessionOf(state)
  }

  function lookAgain(): void {
    for (const look of waiting) look()
  }

  return {
    ready(signal) {
      if (signal?.aborted) return Promise.reject(abortReason(signal) as Error)
      const answer = createDeferred<ChatSession<Client>>()
      const unsubscribe = store.subscribe(look)
      const stopFollowing = onAbort(signal, () =>
        settle(() => answer.reject(abortReason(signal) as Error)),
      )
      const stopDisposal = onAbort(disposal, look)
      waiting.add(look)
      look()
      return answer.promise

      function settle(act: () => void): void {
        unsubscribe()
        stopFollowing()
        stopDisposal()
        waiting.delete(look)
        act()
      }
      function look(): void {
        const found = outcome()
        if (!found) return
        settle(() =>
          found instanceof ChatAuthError ? answer.reject(found) : answer.resolve(found),
        )
      }
    },
    loggedOut: lookAgain,
  }
}
