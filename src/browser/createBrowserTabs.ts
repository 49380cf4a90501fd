import type { TabChannel, TabEnvironment } from '../core/environment.js'

/**
 * Connects the tabs of this browser by Web Locks, BroadcastChannel and storage.
 * @param openStorage returns the local storage; null where it is blocked
 * @returns undefined where there are no tabs; in Node an open channel would keep the process alive
 */
export function createBrowserTabs(openStorage: () => Storage | null): TabEnvironment | undefined {
  if (typeof document === 'undefined') return undefined
  return {
    openChannel,
    holdLock,
    isAnyoneThere,
    readMarker: (name) => attempt(() => openStorage()?.getItem(name)) ?? null,
    writeMarker(name, value) {
      attempt(() => openStorage()?.setItem(name, value))
    },
  }
}

/** Runs an API call that may throw: in a sandboxed frame, with site data blocked, or with full storage. */
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
  // Under a simulated document in Node, the channel would keep the process alive.
  channel?.unref?.()
  return {
    post(message) {
      attempt(() => channel?.postMessage(message))
    },
    close: () => channel?.close(),
  }
}

/** Names of locks released here of which the browser has not heard yet: it is told some microtasks later. */
const leaving = new Set<string>()

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
  // Without a channel, no other tab could hear the result that the lock waits for.
  const request = attempt(() =>
    typeof BroadcastChannel === 'function'
      ? navigator.locks.request(name, { signal }, whileHeld)
      : undefined,
  )
  if (request) request.catch(withoutLocks)
  else withoutLocks()
  return () => {
    if (request) {
      leaving.add(name)
      const forget = (): unknown => leaving.delete(name)
      request.then(forget, forget)
    }
    controller.abort()
    letGo()
  }
}

async function isAnyoneThere(prefix: string): Promise<boolean> {
  // Without a channel, nobody could hear the answer.
  if (typeof BroadcastChannel !== 'function') return false
  // A copy: by the time of the answer, which still lists these locks, they are forgotten here.
  const leavingNow = new Set(leaving)
  try {
    const { held = [] } = await navigator.locks.query()
    return held.some(({ name = '' }) => name.startsWith(prefix) && !leavingNow.has(name))
  } catch {
    return false
  }
}
