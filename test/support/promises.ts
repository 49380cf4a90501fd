import type { ChatAuthError } from '../../src/core/errors.js'

/** A promise that the test settles by hand: how tests put what is asynchronous in order. */
export function held<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}

/** The error that a promise rejects with, caught at once so that none goes unhandled. */
export function rejection(promise: Promise<unknown>): Promise<ChatAuthError> {
  return promise.then(
    () => {
      throw new Error('it resolved')
    },
    (error: ChatAuthError) => error,
  )
}

/** Ignores the outcome of a promise that the test does not check. */
export const quietly = (promise: Promise<unknown>) => void promise.catch(() => {})

export const never = () => new Promise<never>(() => {})
