import type { Environment } from '../environment.js'
import { retryingOf } from '../state.js'
import type { Store } from './store.js'

/** Failures in a row that are normal for the first connection of a correct set-up. */
const toleratedFailures = 1

/**
 * Creates a listener that warns the developer, once, why the first connection fails. A wrong `baseUrl`,
 * a missing token endpoint or missing CORS headers otherwise look like a slow network.
 */
export function createSetUpHint<Client>(
  store: Pick<Store<Client>, 'getState'>,
  warn: NonNullable<Environment['warn']>,
): () => void {
  let isSettled = false

  return () => {
    if (isSettled) return
    const state = store.getState()
    if (state.status === 'connected') isSettled = true
    const retrying = state.status === 'connecting' && state.isOnline ? retryingOf(state) : null
    if (!retrying?.error || retrying.attempt <= toleratedFailures) return
    isSettled = true
    const { attempt, error } = retrying
    warn(`react-chat-auth has tried to connect ${attempt} times. ${error.message}`)
  }
}
