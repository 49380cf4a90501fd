import { isChatAuthError } from '../core/errors.js'

type Retry<Failure> = boolean | number | ((failureCount: number, error: Failure) => boolean)

/** Wraps TanStack Query's `retry` so that `ChatAuthError`s that are not `retryable` are never retried. */
export function retryUnlessFinal<Failure>(
  given: Retry<Failure>,
): (failureCount: number, error: Failure) => boolean {
  return (failureCount, error) => {
    if (isChatAuthError(error) && !error.retryable) return false
    if (typeof given === 'function') return given(failureCount, error)
    return typeof given === 'number' ? failureCount < given : given
  }
}
