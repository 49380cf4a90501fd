import type { Environment } from '../../core/environment.js'
import { onAbort } from '../../core/tools/onAbort.js'

/** The signal of one request: aborted with the session's, or with its caller's. */
export interface RequestSignal {
  readonly signal: AbortSignal
  /** Call once the request is over, with its body: nothing is left that could be aborted. */
  readonly release: () => void
  /** Call once the headers are in: the body can be aborted for as long as one of these is in use. */
  readonly goesOnIn: (...parts: readonly object[]) => void
}

/** Any signal with listeners: also what axios takes for one. */
type CallerSignal =
  | {
      readonly aborted: boolean
      readonly reason?: unknown
      addEventListener?(...args: never[]): unknown
    }
  | null
  | undefined

/**
 * One listener on the session's signal for all its requests. Bodies are held weakly: one that nobody
 * reads any more is forgotten, and nothing tells when a body was read to its end.
 */
export function createRequestSignals(
  environment: Environment,
  sessionSignal: AbortSignal,
): (callerSignal: CallerSignal) => RequestSignal {
  const inFlight = new Set<AbortController>()
  const bodies = createWeakSet<AbortController>()
  sessionSignal.addEventListener('abort', () => {
    for (const controller of [...inFlight, ...bodies]) controller.abort(sessionSignal.reason)
  })
  return (callerSignal) => {
    const controller = environment.createAbortController()
    inFlight.add(controller)
    const { signal, unfollow } = follow(controller, callerSignal as AbortSignal | null | undefined)
    return {
      signal,
      release() {
        inFlight.delete(controller)
        unfollow()
      },
      goesOnIn(...parts) {
        inFlight.delete(controller)
        bodies.add(controller, parts)
      },
    }
  }
}

/** The controller's signal, aborted with the caller's as well. */
function follow(
  controller: AbortController,
  caller: AbortSignal | null | undefined,
): { readonly signal: AbortSignal; readonly unfollow: () => void } {
  const own = controller.signal
  if (!caller) return { signal: own, unfollow: () => {} }
  if (isPlatforms(own) && isPlatforms(caller)) {
    // Follows the caller's signal while the platform reads, and leaves no listener on it.
    return { signal: AbortSignal.any([own, caller]), unfollow: () => {} }
  }
  // React Native, older browsers, and signals of others: a body is followed to the signal's own end.
  if (caller.aborted) controller.abort(caller.reason)
  const unfollow = onAbort(caller, () => controller.abort(caller.reason))
  return { signal: own, unfollow }
}

/** Whether the platform can combine it with others. */
function isPlatforms(signal: AbortSignal): boolean {
  const { AbortSignal: Platforms } = globalThis as Partial<typeof globalThis>
  return typeof Platforms?.any === 'function' && signal instanceof Platforms
}

/** Holds each member for as long as one of its owners is in use. */
interface WeakMembers<T> extends Iterable<T> {
  add(member: T, owners: readonly object[]): void
}

function createWeakSet<T extends object>(): WeakMembers<T> {
  const references = new Set<WeakRef<T>>()
  // `AbortSignal.any` would do, but in Node 20 each one leaves 75 bytes behind for ever.
  const members = new WeakMap<object, T>()
  let sweepAtSize = 64

  /** Drops what was collected, each time the number has doubled. No platform need tell when that is. */
  function sweep(): void {
    if (references.size < sweepAtSize) return
    for (const reference of references) if (!reference.deref()) references.delete(reference)
    sweepAtSize = Math.max(64, references.size * 2)
  }

  return {
    add(member, owners) {
      sweep()
      references.add(new WeakRef(member))
      for (const owner of owners) members.set(owner, member)
    },
    *[Symbol.iterator]() {
      for (const reference of references) {
        const member = reference.deref()
        if (member) yield member
      }
    },
  }
}
