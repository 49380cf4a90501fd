import type { ConnectionContext } from '../../core/connector.js'
import { abortReason, onAbort } from '../../core/tools/onAbort.js'

/** Signals for the sockets of one session. */
export interface SocketSignals {
  /** Aborted at the next rest, and when the session ends. */
  current(): AbortSignal
  /** Ends all sockets up to now, those too that are being opened. */
  rest(): void
}

export function createSocketSignals({
  environment,
  signal,
}: Pick<ConnectionContext, 'environment' | 'signal'>): SocketSignals {
  /** Replaced by `rest`. */
  let controller = environment.createAbortController()
  const end = (): void => controller.abort(abortReason(signal))
  onAbort(signal, end)
  if (signal.aborted) end()

  return {
    current: () => controller.signal,
    rest() {
      const before = controller
      if (signal.aborted) return
      controller = environment.createAbortController()
      before.abort()
    },
  }
}
