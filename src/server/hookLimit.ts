/** Timers of every platform fire at once for more than this: a signed 32-bit integer. */
const longestTimerMs = 2_147_483_647

/** Thrown where an answer can no longer be waited for. */
export class LimitError extends Error {
  override readonly name = 'LimitError'

  constructor(
    /** The hook that did not answer; null where the client broke off. */
    readonly hook: string | null,
    message: string,
  ) {
    super(message)
  }
}

/** How long the hooks of one request may take, all together. */
export interface HookLimit {
  /** Aborted once the time is over or the client is gone: what a hook started may end with it. */
  readonly signal: AbortSignal
  /**
   * Asks a hook, and waits for it no longer than the limit.
   * @throws LimitError once the time is over or the client is gone
   */
  ask<T>(hook: string, call: () => T | Promise<T>): Promise<T>
  /** Stops the clock: there is an answer. */
  end(): void
}

export function createHookLimit(client: AbortSignal, timeoutMs: number): HookLimit {
  const controller = new AbortController()
  /** Set by `ask`, for the message. */
  let asked = ''
  let reject: (error: LimitError) => void = () => {}
  const stopped = new Promise<never>((_, rejectStopped) => (reject = rejectStopped))
  // Nobody may be waiting when it happens.
  stopped.catch(() => {})

  const stop = (error: LimitError) => {
    end()
    reject(error)
    controller.abort(error)
  }
  const onGone = () => stop(new LimitError(null, 'createTokenHandler: the client broke off.'))
  const onTime = () =>
    stop(new LimitError(asked, `createTokenHandler: ${asked} took longer than ${timeoutMs} ms.`))
  const timer =
    timeoutMs === Infinity ? undefined : setTimeout(onTime, Math.min(timeoutMs, longestTimerMs))

  function end(): void {
    clearTimeout(timer)
    client.removeEventListener('abort', onGone)
  }

  if (client.aborted) onGone()
  else client.addEventListener('abort', onGone)

  return {
    signal: controller.signal,
    end,

    async ask(hook, call) {
      asked = hook
      if (controller.signal.aborted) return stopped
      // A hook that answers too late, or throws then, is heard by nobody.
      return Promise.race([(async () => call())(), stopped])
    },
  }
}
