import type { Environment } from '../core/environment.js'
import { createBrowserTabs } from './createBrowserTabs.js'

/**
 * The platform as browsers have it, and Node, workers and React Native as far as they have it: what is
 * missing there (a document, `online` events) is left out.
 */
export function createBrowserEnvironment(): Environment {
  const tabs = createBrowserTabs(() => storage('local'))
  return {
    now: () => Date.now(),
    monotonicNow: () => performance.now(),
    setTimer(callback, delayMs) {
      const timer = setTimeout(callback, delayMs)
      return () => clearTimeout(timer)
    },
    random: () => Math.random(),
    createAbortController: () => new AbortController(),
    // Node's navigator has no `onLine`: not knowing counts as online.
    isOnline: () => globalThis.navigator?.onLine !== false,
    onWake,
    storage,
    ...(tabs && { tabs }),
  }
}

function storage(kind: 'session' | 'local'): Storage | null {
  const { window } = globalThis as Partial<typeof globalThis>
  try {
    // Looking is enough to throw where cookies are blocked.
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
  // `pageshow` comes after the back-forward cache, `resume` after a frozen tab.
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
