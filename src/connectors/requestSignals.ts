import type { Environment } from '../core/environment.js'

/** The signal of one request: aborted with the session's, or with its caller's. */
export interface RequestSignal {
  readonly signal: AbortSignal
  /** The answer is there: the end of the session is none of its business any more. */
  readonly release: () => void
}

/** Any signal with listeners: also what axios takes for one. */
type CallerSignal =
  | {
      readonly aborted: boolean
      readonly reason?: unknown
      addEventListener?(type: 'abort', listener: () => void, options: { once: true }): void
    }
  | null
  | undefined

/** One listener on the session's signal for all its requests: Node warns of the eleventh. */
export function createRequestSignals(
  environment: Environment,
  sessionSignal: AbortSignal,
): (callerSignal: CallerSignal) => RequestSignal {
  const underWay = new Set<AbortController>()
  sessionSignal.addEventListener('abort', () => {
    for (const controller of underWay) controller.abort()
  })
  return (callerSignal) => {
    const controller = environment.createAbortController()
    underWay.add(controller)
    // It goes on after the answer is there, for as long as its body is read.
    callerSignal?.addEventListener?.('abort', () => controller.abort(callerSignal.reason), {
      once: true,
    })
    return { signal: controller.signal, release: () => underWay.delete(controller) }
  }
}
