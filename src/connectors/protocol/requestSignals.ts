import type { Environment } from '../../core/environment.js'
import { onAbort, abortReason } from '../../core/tools/onAbort.js'
import { createReference, type Reference } from '../../core/tools/weakRef.js'

/** Abort signal of one request, aborted with the session's signal or the caller's. */
export interface RequestSignal {
  readonly signal: AbortSignal
  /** Aborts this request alone. */
  readonly abort: (reason: Error) => void
  /** Stops following both signals. Call once the request and its body are over. */
  readonly release: () => void
  /** Keeps the body abortable for as long as one of `parts` is referenced. Call once the headers are in. */
  readonly goesOnIn: (...parts: readonly object[]) => void
}

/** Any signal with listeners, including the looser type that axios accepts. */
type CallerSignal =
  | {
      readonly aborted: boolean
      readonly reason?: unknown
      addEventListener?(...args: never[]): unknown
    }
  | null
  | undefined

/**
 * Makes the signals of a session's requests, with one listener on the session's signal for all of them.
 * Bodies are referenced weakly, because no platform reports when a body was read to its end.
 */
export function createRequestSignals(
  environment: Environment,
  sessionSignal: AbortSignal,
): (callerSignal: CallerSignal) => RequestSignal {
  const inFlight = new Set<AbortController>()
  const bodies = createWeakSet<AbortController>()
  sessionSignal.addEventListener('abort', () => {
    for (const controller of [...inFlight, ...bodies]) controller.abort(abortReason(sessionSignal))
  })
  return (callerSignal) => {
    const controller = environment.createAbortController()
    inFlight.add(controller)
    const { signal, unfollow } = follow(controller, callerSignal as AbortSignal | null | undefined)
    return {
      signal,
      abort: (reason) => controller.abort(reason),
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

/** Combines the controller's signal with the caller's. */
function follow(
  controller: AbortController,
  caller: AbortSignal | null | undefined,
): { readonly signal: AbortSignal; readonly unfollow: () => void } {
  const own = controller.signal
  if (!caller) return { signal: own, unfollow: () => {} }
  if (isPlatforms(own) && isPlatforms(caller)) {
    // `any` follows the caller's signal weakly and leaves no listener on it.
    return { signal: AbortSignal.any([own, caller]), unfollow: () => {} }
  }
  // React Native, older browsers and foreign signals lack `any`. A body there keeps its listener until
  // the caller's signal is collected.
  if (caller.aborted) controller.abort(abortReason(caller))
  const unfollow = onAbort(caller, () => controller.abort(abortReason(caller)))
  return { signal: own, unfollow }
}

/** Whether `AbortSignal.any` exists and accepts this signal. */
function isPlatforms(signal: AbortSignal): boolean {
  const { AbortSignal: Platforms } = globalThis as Partial<typeof globalThis>
  return typeof Platforms?.any === 'function' && signal instanceof Platforms
}

/** Set that keeps each member for as long as one of its owners is referenced. */
interface WeakMembers<T> extends Iterable<T> {
  add(member: T, owners: readonly object[]): void
}

function createWeakSet<T extends object>(): WeakMembers<T> {
  const references = new Set<Reference<T>>()
  // `AbortSignal.any` would be simpler, but leaks 75 bytes per signal in Node 20.
  const members = new WeakMap<object, T>()
  let sweepAtSize = 64

  /** Drops collected references whenever their number has doubled; needs no `FinalizationRegistry`. */
  function sweep(): void {
    if (references.size < sweepAtSize) return
    for (const reference of references) if (!reference.deref()) references.delete(reference)
    sweepAtSize = Math.max(64, references.size * 2)
  }

  return {
    add(member, owners) {
      sweep()
      references.add(createReference(member))
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
