import type { ChatBackend } from '../../../src/testing/chatBackend.js'
import { now } from './stage.js'

/** Measures, by the server's count, for how long nobody had a live socket. */
export function watchSockets(backend: ChatBackend) {
  const gaps: number[] = []
  let downSince: number | null = null

  function look() {
    if (backend.counters.liveSockets === 0) {
      downSince ??= now()
    } else if (downSince !== null) {
      gaps.push(now() - downSince)
      downSince = null
    }
  }

  look()
  const unsubscribe = backend.subscribe(look)
  return {
    get isDown() {
      return downSince !== null
    },
    /** Ends the watch; a gap that is still open counts as far as it has come. */
    stop(): { gaps: number[]; totalMs: number } {
      unsubscribe()
      if (downSince !== null) gaps.push(now() - downSince)
      return { gaps, totalMs: gaps.reduce((sum, gap) => sum + gap, 0) }
    },
  }
}
