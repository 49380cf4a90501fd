import type { Environment } from '../environment.js'
import { retryingOf } from '../state.js'
import type { Store } from './store.js'

/** Failures in a row that a first connection may meet on a good set-up: one. */
const toleratedFailures = 1

/**
 * A listener that tells the developer, once, what keeps a first connection from being made: a wrong
 * `baseUrl`, a missing token endpoint or no CORS look like a slow network otherwise.
 */
export function createSetUpHint<Client>(
  store: Pick<Store<Client>, 'getState'>,
  environment: Environment,
): () => void {
  let isSettled = !environment.warn

  return () => {
    if (isSettled) return
    const state = store.getState()
    if (state.status === 'connected') isSettled = true
    const retrying = state.status === 'connecting' && state.isOnline ? retryingOf(state) : null
    if (!retrying?.error || retrying.attempt <= toleratedFailures) return
    isSettled = true
    const { attempt, error } = retrying
    environment.warn?.(`react-chat-auth has tried to connect ${attempt} times. ${error.message}`)
  }
}
