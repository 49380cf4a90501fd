import { callApp } from './tools/callApp.js'
import type { Environment } from './environment.js'

/**
 * Calls the app's code after the transition that it is told of: in order, one call at a time, and never
 * from inside a transition. Everything of the app's goes through here: subscribers, `onEvent`, hooks,
 * providers, the abort of signals that it holds, and the promises that it awaits.
 */
export interface Outbox {
  /** Queues a call of the app's. What it throws reaches the app as an uncaught error. */
  tell(callback: () => unknown): void
  /** Makes the queued calls now. From inside one of them, does nothing: the delivery goes on by itself. */
  flush(): void
}

/** Delivers at the end of the turn (a microtask), or at `flush` where a caller expects it sooner. */
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
