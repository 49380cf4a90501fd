/**
 * Marks an action's rejection as handled, so that callers need not await the action. Failures are already
 * in the state and in the hook's error. Callers that await the promise still receive the rejection.
 */
export function ignoreRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
