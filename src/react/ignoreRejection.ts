/**
 * Lets the caller of an action not await it. Every failure also becomes state (`status: 'failed'`) and
 * the hook's error, so that an unhandled rejection would only report it again; whoever awaits the
 * promise still gets it.
 */
export function ignoreRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
