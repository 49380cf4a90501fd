import type { TabEnvironment } from '../../src/core/environment.js'
import {
  createManualClock,
  type ManualClock,
} from '../../src/testing/controls/createManualClock.js'
import { createWorld, type World } from './world.js'

/** A tab, and what can happen to it. */
export interface FakeTab extends World {
  /** `frozen`: it runs on at `thaw` · `dead`: closed or crashed, without a last word. */
  life(): 'running' | 'frozen' | 'dead'
  freeze(): void
  /** Woken first, then what came meanwhile: as browsers do it. */
  thaw(): void
  /** Its locks are free, as the browser sees to it; nothing else of it happens any more. */
  die(): void
  /** Whether it is this tab's turn: it holds a lock, or has waited for so long, or there are none. */
  hasTurn(afterMs: number): boolean
}

interface Place {
  readonly name: string
  readonly tab: Inside
}

interface Listener extends Place {
  readonly onMessage: (message: unknown) => void
}

interface Waiting extends Place {
  readonly sinceMs: number
  readonly onHeld: () => void
}

/** What only the browser knows of a tab. */
interface Inside {
  life: ReturnType<FakeTab['life']>
  readonly inbox: (() => void)[]
  readonly timers: Set<() => void>
}

/**
 * One browser with as many tabs as wanted, on one clock: channels that deliver in a later turn, locks in
 * the order of their requests, one storage. What it may lack is taken away by hand.
 */
export function createFakeBrowser() {
  const clock = createManualClock()
  let listeners: Listener[] = []
  let locks: Waiting[] = []
  const storage = new Map<string, string>()
  const posted: { readonly name: string; readonly message: { readonly type?: unknown } }[] = []
  const lacks = { locks: false, channels: false, storage: false }
  const controls = {
    messagesTakeMs: 0,
    /** What a tab hears that asks who is there, instead of the truth. */
    query: null as null | (() => Promise<boolean>),
  }

  function run(tab: Inside, task: () => void): void {
    if (tab.life === 'running') task()
    if (tab.life === 'frozen') tab.inbox.push(task)
  }

  /** In a later turn, as everything that crosses from one tab to another. */
  const later = (tab: Inside, task: () => void) => void Promise.resolve().then(() => run(tab, task))

  /** Those that are held to call a provider, and not to lend a token. */
  const turns = () => locks.filter(({ name }) => name.endsWith(']'))

  const holderOf = (name: string) => locks.find((lock) => lock.name === name)

  function request(waiting: Waiting): void {
    locks.push(waiting)
    if (holderOf(waiting.name) === waiting) grant(waiting)
  }

  const grant = (lock: Waiting) =>
    later(lock.tab, () => void (locks.includes(lock) && lock.onHeld()))

  function letGo(lock: Waiting): void {
    const wasHeld = holderOf(lock.name) === lock
    locks = locks.filter((other) => other !== lock)
    const next = holderOf(lock.name)
    if (wasHeld && next) grant(next)
  }

  function post(from: Listener, message: { type?: unknown }): void {
    if (from.tab.life !== 'running') return
    posted.push({ name: from.name, message: structuredClone(message) })
    if (lacks.channels) return
    for (const to of listeners.filter((other) => other !== from && other.name === from.name)) {
      const copy: unknown = structuredClone(message)
      const task = () => void (listeners.includes(to) && to.onMessage(copy))
      if (controls.messagesTakeMs === 0) later(to.tab, task)
      else clock.setTimer(() => run(to.tab, task), controls.messagesTakeMs)
    }
  }

  function tabEnvironment(tab: Inside): TabEnvironment {
    return {
      openChannel(name, onMessage) {
        const listener: Listener = { tab, name, onMessage }
        listeners.push(listener)
        return {
          post: (message) => post(listener, message as object),
          close() {
            listeners = listeners.filter((other) => other !== listener)
          },
        }
      },
      holdLock(name, onHeld) {
        const waiting: Waiting = { tab, name, onHeld, sinceMs: clock.monotonicNow() }
        if (lacks.locks) onHeld()
        else request(waiting)
        return () => letGo(waiting)
      },
      // Where there are no locks, a browser has nobody to name either.
      isAnyoneThere: (prefix) =>
        controls.query?.() ??
        Promise.resolve(!lacks.channels && locks.some(({ name }) => name.startsWith(prefix))),
      readMarker: (name) => (lacks.storage ? null : (storage.get(name) ?? null)),
      writeMarker(name, value) {
        if (!lacks.storage) storage.set(name, value)
      },
    }
  }

  function openTab(options: Parameters<typeof createWorld>[0] = {}): FakeTab {
    const inside: Inside = { life: 'running', inbox: [], timers: new Set() }
    // What is frozen or dead does not see its timers.
    const ownClock: ManualClock = Object.create(clock, {
      setTimer: {
        value(callback: () => void, delayMs: number) {
          const { timers } = inside
          // Also one that fell due while its tab was frozen can still be cancelled.
          const call = () => void (timers.delete(cancel) && callback())
          const stop = clock.setTimer(() => run(inside, call), delayMs)
          const cancel = () => {
            timers.delete(cancel)
            stop()
          }
          timers.add(cancel)
          return cancel
        },
      },
    })
    const world = createWorld({ tabs: tabEnvironment(inside), ...options, clock: ownClock })
    return Object.assign(world, {
      life: () => inside.life,
      freeze() {
        inside.life = 'frozen'
      },
      hasTurn(afterMs: number) {
        const own = turns().filter(({ tab }) => tab === inside)
        const waited = ({ sinceMs }: Waiting) => clock.monotonicNow() - sinceMs >= afterMs
        return lacks.locks || own.some((lock) => holderOf(lock.name) === lock || waited(lock))
      },
      thaw() {
        inside.life = 'running'
        world.wake()
        for (const task of inside.inbox.splice(0)) task()
      },
      die() {
        inside.life = 'dead'
        for (const cancel of inside.timers) cancel()
        listeners = listeners.filter(({ tab }) => tab !== inside)
        for (const lock of locks.filter(({ tab }) => tab === inside)) letGo(lock)
      },
    })
  }

  return {
    clock,
    openTab,
    storage,
    /** Everything that was posted by tabs, in order. */
    posted,
    typesPosted: () => posted.map(({ message }) => message.type),
    lacks,
    controls,
    /** Locks that are held, or waited for. */
    locks: () => locks.length,
    turns: () => turns().length,
    channels: () => listeners.length,
    settle: () => clock.advance(0),
  }
}
