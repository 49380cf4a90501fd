/**
 * Keeps rejections of `promise`, and of promises derived from it, from being reported as unhandled. For
 * requests that an app's callback starts and may not wait for. Returns `promise`.
 */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  const derive = promise.then.bind(promise)
  // `catch` and `finally` call this `then` too. `await` does not, so that an async function still rejects.
  const quietThen = (...callbacks: Parameters<typeof derive>) => quiet(derive(...callbacks))
  promise.catch(() => {})
  // oxlint-disable-next-line unicorn/no-thenable -- `promise` already is a promise.
  void Object.defineProperty(promise, 'then', { value: quietThen })
  return promise
}
