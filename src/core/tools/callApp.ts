import type { Environment } from '../environment.js'

/** Calls a callback of the app. Its error is reported, and does not reach the caller. */
export function callApp(environment: Environment, callback: () => unknown): void {
  try {
    callback()
  } catch (error) {
    reportToApp(environment, error)
  }
}

/** Reports an error of the app's code as uncaught. */
export function reportToApp(environment: Environment, error: unknown): void {
  environment.setTimer(() => {
    throw error
  }, 0)
}
