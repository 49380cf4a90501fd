import type { Environment } from '../../core/environment.js'
import type { ContractHost } from './contractHost.js'

/** What every runtime has, where the host says nothing else. */
const platform = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  setTimer(callback: () => void, delayMs: number) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
  createAbortController: () => new AbortController(),
} satisfies Partial<Environment>

/** The platform of a host, with what core and connector hold of it counted. */
export function countingEnvironment(
  host: ContractHost,
  changed: () => void,
  random?: () => number,
) {
  const base = { ...platform, ...host.environment, ...host.clock }
  const timers = new Set<object>()
  const wakeListeners = new Set<() => void>()
  let isOnline = true
  let drawn = 0

  return {
    environment: {
      ...base,
      // Never the same, for ids are made of it; where time is real, next to nothing, for waits are too.
      random: random ?? (() => (host.clock ? 0.3 : 0) + ++drawn * 1e-6),
      isOnline: () => isOnline,
      setTimer(callback: () => void, delayMs: number) {
        const timer = {}
        timers.add(timer)
        const cancel = base.setTimer(() => {
          timers.delete(timer)
          callback()
          changed()
        }, delayMs)
        return () => {
          timers.delete(timer)
          cancel()
          changed()
        }
      },
      onWake(listener: () => void) {
        wakeListeners.add(listener)
        return () => wakeListeners.delete(listener)
      },
    },
    held: {
      get timers() {
        return timers.size
      },
      get wakeListeners() {
        return wakeListeners.size
      },
    },
    wake: () => {
      wakeListeners.forEach((listener) => listener())
    },
    setOnline: (online: boolean) => {
      isOnline = online
      wakeListeners.forEach((listener) => listener())
    },
  }
}
