import { elapsedSince, markNow, type Mark } from '../../core/environment.js'
import type { ConnectionContext, IgnoredFrame } from '../../core/types.js'

/** The first one is told at once; of a flood, one event a minute. */
const tellEveryMs = 60_000

/** Tells the session of ignored frames, however many there are. */
export function createIgnoredFrames(context: ConnectionContext): (reason: IgnoredFrame) => void {
  const { environment } = context
  let untold = 0
  let lastTold: Mark | null = null

  return (reason) => {
    untold++
    if (lastTold && elapsedSince(environment, lastTold) < tellEveryMs) return
    lastTold = markNow(environment)
    context.framesIgnored(reason, untold)
    untold = 0
  }
}
