/**
 * Has a rejection of `promise`, and of what `then`, `catch` and `finally` make of it, go unheard without
 * being reported: for what a callback of the app's begins and may not wait for. Returns `promise`.
 */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  const derive = promise.then.bind(promise)
  // `catch` and `finally` go through `then` as well. `await` does not: its function rejects as ever.
  const quietThen = (...callbacks: Parameters<typeof derive>) => quiet(derive(...callbacks))
  promise.catch(() => {})
  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise before, and stays one.
  void Object.defineProperty(promise, 'then', { value: quietThen })
  return promise
}
