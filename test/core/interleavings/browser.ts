import type { TabEnvironment } from '../../../src/core/environment.js'
import type { Points } from './points.js'

interface Listener {
  readonly tab: number
  readonly name: string
  readonly onMessage: (message: unknown) => void
}

interface Lock {
  readonly tab: number
  readonly name: string
  readonly onHeld: () => void
}

/**
 * One browser with two tabs. Tab 0, under test, receives messages when the schedule says so; the
 * other tab receives them at once.
 */
export function createBrowser(points: Points) {
  let listeners: Listener[] = []
  let locks: Lock[] = []
  const markers = new Map<string, string>()

  const holder = (name: string) => locks.find((lock) => lock.name === name)

  function grant(lock: Lock): void {
    void Promise.resolve().then(() => {
      if (locks.includes(lock)) lock.onHeld()
    })
  }

  function deliver(to: Listener, message: unknown): void {
    const hear = () => {
      if (listeners.includes(to)) to.onMessage(message)
    }
    if (to.tab === 0) points.push({ kind: 'message', good: () => {}, resolve: hear, reject: hear })
    else void Promise.resolve().then(hear)
  }

  function tab(number: number): TabEnvironment {
    return {
      openChannel(name, onMessage) {
        const listener = { tab: number, name, onMessage }
        listeners.push(listener)
        return {
          post(message) {
            const others = listeners.filter((other) => other !== listener && other.name === name)
            for (const other of others) deliver(other, structuredClone(message))
          },
          close() {
            listeners = listeners.filter((other) => other !== listener)
          },
        }
      },
      holdLock(name, onHeld) {
        const lock = { tab: number, name, onHeld }
        locks.push(lock)
        if (holder(name) === lock) grant(lock)
        return () => {
          const wasHeld = holder(name) === lock
          locks = locks.filter((other) => other !== lock)
          const next = holder(name)
          if (wasHeld && next) grant(next)
        }
      },
      isAnyoneThere: (prefix) => Promise.resolve(locks.some(({ name }) => name.startsWith(prefix))),
      readMarker: (name) => markers.get(name) ?? null,
      writeMarker: (name, value) => void markers.set(name, value),
    }
  }

  return {
    tab,
    /** Open channels and held locks of tab 0. */
    left: () => ({
      channels: listeners.filter((listener) => listener.tab === 0).length,
      locks: locks.filter((lock) => lock.tab === 0).length,
    }),
  }
}

export type Browser = ReturnType<typeof createBrowser>
