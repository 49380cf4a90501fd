import type { Environment } from './environment.js'

/**
 * Calls a callback of the app's. What it throws, now or later, must reach the app as the uncaught error
 * that it is, and must not stop what is being done here.
 */
export async function callApp<T>(
  environment: Environment,
  callback: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await callback()
  } catch (error) {
    environment.setTimer(() => {
      throw error
    }, 0)
    return undefined
  }
}
