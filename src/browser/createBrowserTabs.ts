import type { TabChannel, TabEnvironment } from '../core/environment.js'

/**
 * What the tabs of this browser share, over Web Locks, BroadcastChannel and storage; undefined where
 * there are no tabs, as in Node, which has channels that would keep it from ending.
 * @param openStorage the local storage; null where it may not be used
 */
export function createBrowserTabs(openStorage: () => Storage | null): TabEnvironment | undefined {
  if (typeof document === 'undefined') return undefined
  return {
    openChannel,
    holdLock,
    readMarker: (name) => attempt(() => openStorage()?.getItem(name)) ?? null,
    writeMarker(name, value) {
      attempt(() => openStorage()?.setItem(name, value))
    },
  }
}

/** All of these APIs may throw: in sandboxed frames, with site data blocked, when storage is full. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

function openChannel(name: string, onMessage: (message: unknown) => void): TabChannel {
  const channel: (BroadcastChannel & { unref?(): void }) | undefined = attempt(
    () => new BroadcastChannel(name),
  )
  channel?.addEventListener('message', ({ data }) => onMessage(data))
  // Node's, where tests simulate a document, would keep the process from ending.
  channel?.unref?.()
  return {
    post(message) {
      attempt(() => channel?.postMessage(message))
    },
    close: () => channel?.close(),
  }
}

function holdLock(name: string, onHeld: () => void): () => void {
  const controller = new AbortController()
  let letGo = (): void => {}
  const untilLetGo = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const withoutLocks = (): void => {
    if (!controller.signal.aborted) onHeld()
  }
  const whileHeld = (): Promise<void> => {
    onHeld()
    return untilLetGo
  }
  const { signal } = controller
  // Without channels, nobody would hear what came of the wait.
  const request = attempt(() =>
    typeof BroadcastChannel === 'function'
      ? navigator.locks.request(name, { signal }, whileHeld)
      : undefined,
  )
  if (request) request.catch(withoutLocks)
  else withoutLocks()
  return () => {
    controller.abort()
    letGo()
  }
}
