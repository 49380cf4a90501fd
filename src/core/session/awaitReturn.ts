import { createDeadline } from '../tools/deadline.js'
import { elapsedSince, markNow, type Environment } from '../environment.js'
import { channelNameOf } from './stays.js'
import { isArrival } from './tabLink.js'

export interface AwaitReturnOptions {
  readonly environment: Environment
  readonly connectorId: string
  readonly userId: string
  /** Whether to listen to other tabs. */
  readonly crossTab: boolean
  /** Earliest moment from now, in milliseconds: a look before that counts then. */
  readonly notBeforeMs: number
  readonly onReturn: () => void
}

/**
 * Calls back once, when a person next looks at the page or the user has connected in another tab.
 * Returns a function that stops waiting.
 */
export function awaitReturn(options: AwaitReturnOptions): () => void {
  const { environment, connectorId, userId, crossTab, notBeforeMs, onReturn } = options
  const since = markNow(environment)
  const due = createDeadline(environment, () => {
    stop()
    onReturn()
  })
  const stopWaking = environment.onWake(() => {
    // The network's return wakes a hidden page too, which nobody looks at.
    if (environment.isVisible?.() !== false) look()
  })
  const stopFocus = environment.onFocus?.(look)
  const channel = crossTab
    ? environment.tabs?.openChannel(channelNameOf(connectorId, userId), (message) => {
        if (isArrival(message)) look()
      })
    : undefined

  function look(): void {
    const leftMs = notBeforeMs - elapsedSince(environment, since)
    if (leftMs > 0) return due.set(leftMs)
    stop()
    onReturn()
  }

  function stop(): void {
    due.clear()
    stopWaking()
    stopFocus?.()
    channel?.close()
  }

  return stop
}
