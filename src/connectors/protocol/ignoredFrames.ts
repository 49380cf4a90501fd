import { elapsedSince, markNow, type Mark } from '../../core/environment.js'
import type { ConnectionContext, IgnoredFrame } from '../../core/connector.js'

/** Minimum milliseconds between two reports; the first ignored frame is reported at once. */
const tellEveryMs = 60_000

/** Makes a callback that reports ignored frames to the session, at most once a minute with their count. */
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
