/** Longest delay of a timer in milliseconds (2³¹−1). Timers fire at once above it. */
const longestTimerMs = 2_147_483_647

/** Thrown when the time limit is over or the client has disconnected. */
export class LimitError extends Error {
  override readonly name = 'LimitError'

  constructor(
    /** Name of the hook that timed out; null if the client disconnected. */
    readonly hook: string | null,
    message: string,
  ) {
    super(message)
  }
}

/** Time limit for all hooks of one request together. */
export interface HookLimit {
  /** Aborts at the time limit or when the client disconnects, so that hooks can stop their work. */
  readonly signal: AbortSignal
  /**
   * Calls a hook and waits for it until the limit.
   * @throws LimitError at the limit, or when the client disconnects
   */
  ask<T>(hook: string, call: () => T | Promise<T>): Promise<T>
  /** Clears the timer. Call once there is an answer. */
  end(): void
}

export function createHookLimit(client: AbortSignal, timeoutMs: number): HookLimit {
  const controller = new AbortController()
  /** Name of the hook in flight, for the message; set by `ask`. */
  let asked = ''
  let reject: (error: LimitError) => void = () => {}
  const stopped = new Promise<never>((_, rejectStopped) => (reject = rejectStopped))
  // Marked as handled, because no `ask` may be waiting when it rejects.
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
      // A result or an error after the limit is dropped.
      return Promise.race([(async () => call())(), stopped])
    },
  }
}
