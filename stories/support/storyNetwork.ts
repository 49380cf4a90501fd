import { createBrowserEnvironment } from '../../src/browser/createBrowserEnvironment.js'
import type { Environment } from '../../src/index.js'
import type { ChatBackend } from '../../src/testing.js'

/** Network between a story's page and its servers, which the story can switch off. */
export interface StoryNetwork {
  readonly setOnline: (isOnline: boolean) => void
  readonly setTokenEndpointBroken: (isBroken: boolean) => void
  /** Network status for the provider, because a page cannot take its own `navigator` offline. */
  readonly environment: Pick<Environment, 'isOnline' | 'onWake'>
}

export function createStoryNetwork(backend: ChatBackend): StoryNetwork {
  const browser = createBrowserEnvironment()
  const wakeListeners = new Set<() => void>()
  let isOnline = true
  let isBroken = false

  function apply() {
    backend.faults.down = !isOnline
    // Without a network, the token endpoint is unreachable too.
    backend.tokenEndpoint.fault = isOnline ? (isBroken ? '500' : null) : 'down'
  }

  return {
    setOnline(value) {
      isOnline = value
      apply()
      if (!isOnline) return backend.dropConnections()
      for (const listener of wakeListeners) listener()
    },
    setTokenEndpointBroken(value) {
      isBroken = value
      apply()
    },
    environment: {
      isOnline: () => isOnline && browser.isOnline(),
      onWake(listener) {
        const stop = browser.onWake(listener)
        wakeListeners.add(listener)
        return () => {
          stop()
          wakeListeners.delete(listener)
        }
      },
    },
  }
}
