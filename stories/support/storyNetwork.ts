import { createBrowserEnvironment } from '../../src/browser/createBrowserEnvironment.js'
import type { Environment } from '../../src/index.js'

/** The network between a story's page and its backend, to be cut and mended. */
export interface StoryNetwork {
  isOnline(): boolean
  setOnline(isOnline: boolean): void
  /** What the provider is told of it: a page cannot take its own `navigator` offline. */
  readonly environment: Pick<Environment, 'isOnline' | 'onWake'>
}

export function createStoryNetwork(): StoryNetwork {
  const browser = createBrowserEnvironment()
  const listeners = new Set<() => void>()
  let online = true
  const isOnline = () => online && browser.isOnline()

  return {
    isOnline,
    setOnline(isNowOnline) {
      online = isNowOnline
      if (online) for (const listener of listeners) listener()
    },
    environment: {
      isOnline,
      onWake(listener) {
        const stop = browser.onWake(listener)
        listeners.add(listener)
        return () => {
          stop()
          listeners.delete(listener)
        }
      },
    },
  }
}
