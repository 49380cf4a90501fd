import type { Environment } from '../environment.js'
import type { Life } from '../life.js'
import { createDeadline } from '../tools/deadline.js'
import type { PauseReason } from '../types.js'
import type { ConnectionLoop } from './connectionLoop.js'

export interface PausesOptions {
  readonly life: Life
  readonly environment: Environment
  /** How long the app may be hidden, in milliseconds. `Infinity`: as long as it likes. */
  readonly afterHiddenMs: number
  /** Whether the app has asked for a session without a socket. */
  readonly isPaused: boolean
  /** Whether the connection can close its socket alone. */
  readonly canRest: boolean
  readonly loop: Pick<ConnectionLoop, 'pause' | 'resume' | 'run'>
}

/** Reasons why a session is paused. It resumes when none is left. */
export interface Pauses {
  /**
   * Resolves when the socket is closed.
   * @throws TypeError if the connector cannot do it and the app asks for it
   */
  pause(by: PauseReason): Promise<void>
  /** Resolves when the session is connected, or paused again, or at once where a reason is left. */
  resume(by: readonly PauseReason[]): Promise<void>
  isPausedBy(reason: PauseReason): boolean
  /** Time may have passed unseen. */
  check(): void
  stop(): void
}

export function createPauses(options: PausesOptions): Pauses {
  const { life, environment, afterHiddenMs, canRest, loop } = options
  const reasons = new Set<PauseReason>()
  /** Set by `look`: whether the app was hidden when last looked at. */
  let isHidden = false
  /** Settles with the closing of the socket. Set by `hold`. */
  let closed = Promise.resolve()
  const hiddenLimit = createDeadline(environment, () => {
    // limit passes in a frozen page → the page is shown → its timers fire: it is visible by now.
    if (environment.isVisible?.() === false) void hold('hidden')
  })
  const stopLooking = canRest ? listen() : undefined

  function listen(): (() => void) | undefined {
    if (afterHiddenMs === Infinity) return undefined
    return environment.onVisibilityChange?.(look)
  }

  function hold(reason: PauseReason): Promise<void> {
    const isFirst = reasons.size === 0
    reasons.add(reason)
    if (isFirst) closed = loop.pause(reason)
    return closed
  }

  function release(released: readonly PauseReason[]): void {
    const wasPaused = reasons.size > 0
    for (const reason of released) reasons.delete(reason)
    if (wasPaused && reasons.size === 0) loop.resume()
  }

  function look(): void {
    const wasHidden = isHidden
    isHidden = environment.isVisible?.() === false
    if (!isHidden) {
      hiddenLimit.clear()
      return release(['hidden'])
    }
    if (wasHidden) return
    // At once, because a platform may stop the app before any timer.
    if (afterHiddenMs === 0) void hold('hidden')
    else hiddenLimit.set(afterHiddenMs)
  }

  if (options.isPaused) void hold('app')
  if (stopLooking) look()

  return {
    async pause(by) {
      life.ensureAlive()
      if (canRest) return hold(by)
      if (by !== 'app') return
      throw new TypeError('`pause()` needs a connector whose connections have `rest()`.')
    },
    async resume(by) {
      life.ensureAlive()
      release(by)
      if (reasons.size > 0) return
      // An `open` of a connector may never settle; the caller must not wait beyond the session.
      await Promise.race([loop.run(), life.over])
    },
    isPausedBy: (reason) => reasons.has(reason),
    check: () => hiddenLimit.check(),
    stop() {
      hiddenLimit.clear()
      stopLooking?.()
    },
  }
}
