import { createDeferred } from './tools/deferred.js'
import type { Environment } from './environment.js'
import type { ChatAuthError } from './errors.js'
import type { Outbox } from './outbox.js'

/** Lifetime of a session, shared by all of its parts. */
export interface Life {
  /** Aborted when the session ends; after the transition, because the app's code may listen to it. */
  readonly signal: AbortSignal
  isOver(): boolean
  /** Rejects when the session ends. Raced against promises that may never settle. */
  readonly over: Promise<never>
  /** Call it right after every `await`. @throws the error that the session ended with */
  ensureAlive(): void
  /** Ends the session. Later calls are ignored. */
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
      // Equivalent mutant: without this line, because a session ends only once.
      if (endedWith) return
      endedWith = error
      over.reject(error)
      outbox.tell(() => controller.abort(error))
    },
  }
}
