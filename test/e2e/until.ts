import type { BackendCounters } from '../../src/testing/controls/counters.js'
import type { ChatBackend } from '../../src/testing/chatBackend.js'

/** Resolves once the backend's counters match. */
export function until(
  backend: ChatBackend,
  isSo: (counters: BackendCounters) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isSo(backend.counters)) return
      unsubscribe()
      resolve()
    }
    const unsubscribe = backend.subscribe(look)
    look()
  })
}
