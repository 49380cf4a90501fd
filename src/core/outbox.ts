import { callApp } from './tools/callApp.js'
import type { Environment } from './environment.js'

/**
 * Queue of calls to the app's code: made in order, one at a time, and never during a transition. All
 * calls go through it: subscribers, `onEvent`, hooks, providers, aborts of signals that the app holds,
 * and promises that it awaits.
 */
export interface Outbox {
  /** Queues a call to the app's code. An error that it throws is reported as uncaught. */
  tell(callback: () => unknown): void
  /** Makes the queued calls now. Does nothing inside such a call, because the queue is being emptied. */
  flush(): void
}

/** Creates a queue that empties itself in a microtask, or earlier at `flush`. */
export function createOutbox(environment: Environment): Outbox {
  let queue: (() => unknown)[] = []
  let isDelivering = false

  function flush(): void {
    if (isDelivering) return
    isDelivering = true
    while (queue.length > 0) {
      const callbacks = queue
      queue = []
      for (const callback of callbacks) callApp(environment, callback)
    }
    isDelivering = false
  }

  return {
    tell(callback) {
      if (queue.push(callback) === 1 && !isDelivering) void Promise.resolve().then(flush)
    },
    flush,
  }
}
