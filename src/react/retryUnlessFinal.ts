import { isChatAuthError } from '../core/errors.js'

type Retry<Failure> = boolean | number | ((failureCount: number, error: Failure) => boolean)

/** The `retry` of TanStack Query as given, but for our own errors that say that trying again is in vain. */
export function retryUnlessFinal<Failure>(
  given: Retry<Failure>,
): (failureCount: number, error: Failure) => boolean {
  return (failureCount, error) => {
    if (isChatAuthError(error) && !error.retryable) return false
    if (typeof given === 'function') return given(failureCount, error)
    return typeof given === 'number' ? failureCount < given : given
  }
}
