import type { Environment } from '../environment.js'

/** Calls a callback of the app's. What it throws does not stop what is being done here. */
export function callApp(environment: Environment, callback: () => unknown): void {
  try {
    callback()
  } catch (error) {
    reportToApp(environment, error)
  }
}

/** Lets an error of the app's code reach the app as the uncaught error that it is. */
export function reportToApp(environment: Environment, error: unknown): void {
  environment.setTimer(() => {
    throw error
  }, 0)
}
