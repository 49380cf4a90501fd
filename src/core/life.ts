import type { Environment } from './environment.js'
import type { ChatAuthError } from './errors.js'

/** Whether a session goes on. Shared by all of its parts. */
export interface Life {
  /** Aborted when the session ends. */
  readonly signal: AbortSignal
  isOver(): boolean
  /** To be called right after every `await`. @throws the error that the session ended with */
  ensureAlive(): void
  /** Ends it; the first error counts. */
  end(error: ChatAuthError): void
}

export function createLife(environment: Environment): Life {
  const controller = environment.createAbortController()
  let endedWith: ChatAuthError | null = null
  return {
    signal: controller.signal,
    isOver: () => endedWith !== null,
    ensureAlive() {
      if (endedWith) throw endedWith
    },
    end(error) {
      if (endedWith) return
      endedWith = error
      controller.abort(error)
    },
  }
}
