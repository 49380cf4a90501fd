/** Part of `AbortSignal` that polyfills and axios's own type have too. */
interface Abortable {
  readonly aborted: boolean
  addEventListener?(type: 'abort', listener: () => void): void
  removeEventListener?(type: 'abort', listener: () => void): void
}

interface Waiting {
  readonly callbacks: Set<() => void>
  readonly listener: () => void
}

const waitingFor = new WeakMap<Abortable, Waiting>()

/**
 * Calls back when `signal` is aborted later. Returns a function that unsubscribes. All callbacks of a
 * signal share one listener, because Node warns of the eleventh listener.
 */
export function onAbort(signal: Abortable | null | undefined, callback: () => void): () => void {
  if (!signal) return () => {}
  const waiting = waitingFor.get(signal) ?? listenTo(signal)
  // A new function, because the same callback may be added twice.
  const call = (): void => callback()
  waiting.callbacks.add(call)
  return () => {
    waiting.callbacks.delete(call)
    if (waiting.callbacks.size === 0) stopListening(signal, waiting)
  }
}

/** @throws the signal's reason if it is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal)
}

/** Why a signal was aborted. The signals of React Native until 0.81 do not say, and polyfills neither. */
export function abortReason(signal: { readonly reason?: unknown } | null | undefined): unknown {
  if (signal?.reason !== undefined) return signal.reason
  return Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' })
}

/** Gives a controller's signal the reason of `abort`, where the platform's own `abort` takes none. */
export function withReasons(controller: AbortController): AbortController {
  const { signal } = controller
  if (Reflect.has(signal, 'reason')) return controller
  return {
    signal,
    abort(reason) {
      if (!signal.aborted) Object.assign(signal, { reason: reason ?? abortReason(null) })
      controller.abort()
    },
  }
}

function listenTo(signal: Abortable): Waiting {
  const callbacks = new Set<() => void>()
  const listener = (): void => {
    stopListening(signal, waiting)
    for (const call of callbacks) call()
  }
  const waiting = { callbacks, listener }
  waitingFor.set(signal, waiting)
  signal.addEventListener?.('abort', listener)
  return waiting
}

function stopListening(signal: Abortable, waiting: Waiting): void {
  if (waitingFor.get(signal) !== waiting) return
  waitingFor.delete(signal)
  signal.removeEventListener?.('abort', waiting.listener)
}
