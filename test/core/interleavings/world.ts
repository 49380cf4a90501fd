import { createChatAuth } from '../../../src/core/createChatAuth.js'
import type { Environment } from '../../../src/core/environment.js'
import type { GuestStorage } from '../../../src/core/environment.js'
import type { ChatAuth } from '../../../src/core/chatAuth.js'
import type { ChatAuthState } from '../../../src/core/state.js'
import type { TokenRequest } from '../../../src/core/types.js'
import { mint as mintToken } from '../../support/world.js'
import { createBackend, type Client } from './backend.js'
import { createBrowser } from './browser.js'
import { createCalls, intents } from './calls.js'
import { createHeldClock } from './clock.js'
import { createOtherTab } from './otherTab.js'
import { createPoints } from './points.js'
import type { Schedule } from './schedule.js'
import { createSessions } from './sessions.js'
import { AppError, createWatch } from './watch.js'

/** How often a hook acts: enough to start an endless loop in core, too seldom to be one itself. */
const mostDeeds = 3

/**
 * Environment of core in which every answer of the outside world waits for the schedule,
 * and everything that core does is checked against the invariants.
 */
export function createWorld({ options, hooks }: Schedule) {
  const watch = createWatch()
  const clock = createHeldClock(watch)
  const points = createPoints()
  const sessions = createSessions(watch, hooks.length > 0)
  const calls = createCalls(watch)
  const wakers = new Set<() => void>()
  const deeds = new Map<object, number>()
  const providerCalls = new Set<AbortSignal>()
  const browser = createBrowser(points)
  const controls = {
    isOnline: true,
    isDisposed: false,
    /** Calls of `beforeSessionEnd`. */
    asked: 0,
    isStorageFaulty: false,
    /** Callbacks that were called. */
    places: new Set<string>(),
  }
  let random = 0.1

  function mint(userId: string, ageSeconds = 0): string {
    const iat = Math.floor(clock.now() / 1000) - ageSeconds
    const exp = options['ttl'] ? { exp: iat + Number(options['ttl']) } : {}
    return mintToken({ user_id: userId, iat, ...exp })
  }

  /** Runs the deed of the app in this callback. */
  function callBack(place: string, mayThrow = true): void {
    controls.places.add(place)
    for (const hook of hooks) {
      const done = deeds.get(hook) ?? 0
      if (hook.place !== place || done >= mostDeeds) continue
      deeds.set(hook, done + 1)
      if (hook.deed === 'throw') {
        if (!mayThrow) continue
        calls.hinder()
        controls.isStorageFaulty ||= place.endsWith('Item')
        throw new AppError(place)
      }
      if (hook.deed === 'unsub') unsubscribe()
      else if (hook.deed === 'sub') subscribe()
      else call(hook.deed, place)
    }
  }

  function assertWanted(what: string, userId: string): void {
    const state = auth.getState()
    const isLive = 'sessionId' in state
    watch.check(what !== 'open' || state.status !== 'paused', 'no open of a paused session')
    // Requests go out once an attempt to open the socket has failed: HTTP may work all the same.
    const maySend = state.status === 'connecting' && state.attempt > 0
    const isWanted = isLive || maySend || (state.status === 'connecting' && what !== 'send')
    watch.check(isWanted, `no ${what} of a session that is not there`, () => state.status)
    if (!('identity' in state) || state.identity.type !== 'user') return
    watch.check(state.identity.user.id === userId, `no ${what} for somebody else`)
  }

  function provider(request: TokenRequest): string | Promise<string> {
    const { userId, signal } = request
    watch.worked('providerCalls')
    assertWanted('provider call', userId)
    const others = [...providerCalls].filter(({ aborted }) => !aborted)
    watch.check(others.length === 0, 'at most one provider call in flight')
    // The platform reports an error of an event listener; no caller gets it.
    signal.addEventListener('abort', () => callBack('abort', false))
    callBack('provider')
    if (watch.isRunaway('providerCalls')) return new Promise(() => {})
    if (options['provider'] === 'sync') return mint(userId)
    providerCalls.add(signal)
    const good = () => mint(userId)
    const answer = points.add('token', good, () => void providerCalls.delete(signal))
    if (options['provider'] !== 'thenable') return answer
    return {
      // oxlint-disable-next-line unicorn/no-thenable -- promises of other libraries are just that
      then: (...args: Parameters<typeof answer.then>) => answer.then(...args),
    } as typeof answer
  }

  function ask(): void | boolean | Promise<boolean> {
    watch.worked('asks')
    controls.asked++
    callBack('before')
    if (options['before'] === 'held') return points.add('ask', () => true)
    return options['before'] !== 'no'
  }

  function confirm(): boolean | Promise<boolean> {
    watch.worked('asks')
    callBack('confirm')
    return options['confirm'] === 'held' ? points.add('confirm', () => true) : true
  }

  const items = new Map<string, string>()
  const kept = { user: { id: 'guest-kept' }, token: mint('guest-kept') }
  if (options['kept']) items.set('react-chat-auth guest fake', JSON.stringify(kept))
  function stored<T>(place: string, act: () => T): T | Promise<T> {
    watch.worked('storage')
    callBack(place)
    return options['storage'] === 'held' ? points.add('store', act) : act()
  }
  const storage: GuestStorage = {
    getItem: (key) => stored('getItem', () => items.get(key) ?? null),
    setItem: (key, value) => stored('setItem', () => void items.set(key, value)),
    removeItem: (key) => stored('removeItem', () => void items.delete(key)),
  }

  const environment: Environment = {
    now() {
      watch.worked('looks')
      return clock.now()
    },
    monotonicNow: clock.monotonicNow,
    setTimer: clock.setTimer,
    random: () => (random = (random + 0.618034) % 1),
    createAbortController: () => new AbortController(),
    isOnline: () => controls.isOnline,
    onWake(listener) {
      wakers.add(listener)
      return () => wakers.delete(listener)
    },
    ...(options['tabs'] ? { tabs: browser.tab(0) } : {}),
  }

  const backend = createBackend({
    watch,
    points,
    mint,
    assertWanted,
    callBack,
    holdsClose: options['close'] === 'held',
    namesLost: options['lost'] === 'named',
    onEarlyLoss: () => calls.hinderLater(),
  })

  const auth: ChatAuth<Client> = createChatAuth<Client>({
    connector: backend.connector,
    environment,
    tokenProvider: provider,
    guestStorage: options['storage'] || options['kept'] ? storage : 'none',
    retry: { maxAttempts: 4 },
    onEvent(event) {
      sessions.onEvent(event)
      callBack(event.type)
    },
    ...(options['confirm'] ? { confirmEnd: confirm } : {}),
    ...(options['before'] ? { beforeSessionEnd: ask } : {}),
    afterSessionEnd(ended) {
      watch.check(backend.isClosed(ended.sessionId), 'afterSessionEnd only after close')
      sessions.onAfter(ended)
      callBack('after')
    },
  })

  let heard: readonly string[] = []
  let isSubscribed = true
  const unsubscribeHooks = auth.subscribe(() => {
    watch.check(isSubscribed, 'a subscriber hears nothing once it has unsubscribed')
    const state = auth.getState()
    const before = heard
    heard = 'token' in state ? [state.status, state.token.status] : [state.status]
    for (const place of heard) if (!before.includes(place)) callBack(place)
  })
  const unsubscribe = () => {
    isSubscribed = false
    unsubscribeHooks()
  }
  auth.subscribe(() => sessions.onTold(auth.getState()))

  /** Adds a subscriber, which must hear of all later changes. */
  const late: { last: ChatAuthState }[] = []
  function subscribe(): void {
    const listener = { last: auth.getState() }
    late.push(listener)
    auth.subscribe(() => {
      listener.last = auth.getState()
    })
  }

  function call(name: string, place: string | null): void {
    const intent = intents[name]
    if (!intent) throw new Error(`No such intent: ${name}`)
    const state = auth.getState()
    calls.make({ name, place, state, lastTold: sessions.lastTold }, (signal) =>
      intent({ auth, mint, provider, signal }),
    )
    if (name !== 'dispose') return
    controls.isDisposed = true
  }

  return {
    watch,
    clock,
    points,
    sessions,
    calls,
    wakers,
    browser,
    backend,
    controls,
    auth,
    call,
    late,
    items,
    other: options['tabs'] ? createOtherTab(browser.tab(1), environment, mint) : null,
    liveProviderCalls: () => [...providerCalls].filter(({ aborted }) => !aborted).length,
    /** Runs all promise callbacks that can run. */
    async rest() {
      await new Promise<void>((resolve) => setImmediate(resolve))
      calls.newTurn()
      watch.newTurn()
    },
  }
}

export type World = ReturnType<typeof createWorld>
