import { createDeferred } from './tools/deferred.js'
import type { Environment } from './environment.js'
import type { ChatAuthError } from './errors.js'
import type { Outbox } from './outbox.js'

/** Whether a session goes on. Shared by all of its parts. */
export interface Life {
  /** Aborted when the session ends, after the transition: the app's own `fetch` may listen. */
  readonly signal: AbortSignal
  isOver(): boolean
  /** Rejects with that error; for what waits on something that may never settle. */
  readonly over: Promise<never>
  /** To be called right after every `await`. @throws the error that the session ended with */
  ensureAlive(): void
  /** Ends it; the first error counts. */
  end(error: ChatAuthError): void
}

export function createLife(environment: Environment, outbox: Outbox): Life {
  const controller = environment.createAbortController()
  const over = createDeferred<never>()
  let endedWith: ChatAuthError | null = null
  return {
    signal: controller.signal,
    over: over.promise,
    isOver: () => endedWith !== null,
    ensureAlive() {
      if (endedWith) throw endedWith
    },
    end(error) {
      if (endedWith) return
      endedWith = error
      over.reject(error)
      outbox.tell(() => controller.abort(error))
    },
  }
}
