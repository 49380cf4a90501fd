import type { Environment } from '../core/environment.js'
import { commonEnvironment } from './commonEnvironment.js'
import { createBrowserTabs } from './createBrowserTabs.js'

/**
 * Creates the environment for browsers, Node and workers. Features that such a platform lacks, such as a
 * document or `online` events, are left out.
 */
export function createBrowserEnvironment(): Environment {
  const tabs = createBrowserTabs(() => storage('local'))
  return {
    ...commonEnvironment(),
    // Unknown counts as online, because Node's navigator has no `onLine`.
    isOnline: () => globalThis.navigator?.onLine !== false,
    onWake,
    onFocus: (listener) => {
      const { window } = globalThis as Partial<typeof globalThis>
      window?.addEventListener?.('focus', listener)
      return () => window?.removeEventListener?.('focus', listener)
    },
    onNetworkChange,
    // Unknown counts as visible, because Node and workers have no document.
    isVisible: () => globalThis.document?.visibilityState !== 'hidden',
    onVisibilityChange,
    storage,
    ...(tabs && { tabs }),
  }
}

function onNetworkChange(listener: () => void): () => void {
  const { window } = globalThis as Partial<typeof globalThis>
  window?.addEventListener?.('online', listener)
  window?.addEventListener?.('offline', listener)
  return () => {
    window?.removeEventListener?.('online', listener)
    window?.removeEventListener?.('offline', listener)
  }
}

function onVisibilityChange(listener: () => void): () => void {
  const { document } = globalThis as Partial<typeof globalThis>
  document?.addEventListener?.('visibilitychange', listener)
  return () => document?.removeEventListener?.('visibilitychange', listener)
}

function storage(kind: 'session' | 'local'): Storage | null {
  const { window } = globalThis as Partial<typeof globalThis>
  try {
    // Even reading the property throws where cookies are blocked.
    return (kind === 'local' ? window?.localStorage : window?.sessionStorage) ?? null
  } catch {
    return null
  }
}

function onWake(listener: () => void): () => void {
  const { window, document } = globalThis as Partial<typeof globalThis>
  const whenVisible = (): void => {
    if (document?.visibilityState === 'visible') listener()
  }
  // `pageshow` follows the back-forward cache, `resume` a frozen tab.
  window?.addEventListener?.('online', listener)
  window?.addEventListener?.('pageshow', listener)
  document?.addEventListener?.('resume', listener)
  document?.addEventListener?.('visibilitychange', whenVisible)
  return () => {
    window?.removeEventListener?.('online', listener)
    window?.removeEventListener?.('pageshow', listener)
    document?.removeEventListener?.('resume', listener)
    document?.removeEventListener?.('visibilitychange', whenVisible)
  }
}
