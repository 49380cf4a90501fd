import { createDeferred, type Deferred } from '../../core/tools/deferred.js'

/** Counts pings and pongs; pongs arrive in the order of their pings. */
export interface Pings {
  asked(): void
  answered(): void
  /** Resolves once every ping so far is answered, and so every frame before its pong has arrived. */
  caughtUp(): Promise<void>
}

export function createPings(): Pings {
  let asked = 0
  let answered = 0
  const waiting = new Set<{ readonly nth: number; readonly deferred: Deferred<void> }>()

  return {
    asked() {
      asked++
    },
    answered() {
      answered++
      for (const one of waiting) {
        if (answered < one.nth) continue
        waiting.delete(one)
        one.deferred.resolve()
      }
    },
    caughtUp() {
      const deferred = createDeferred<void>()
      if (answered >= asked) deferred.resolve()
      else waiting.add({ nth: asked, deferred })
      return deferred.promise
    },
  }
}
