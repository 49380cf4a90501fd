import { onTestFinished } from 'vitest'
import { httpTokenProvider } from '../../../src/connectors/http/httpTokenProvider.js'
import { createChatAuth } from '../../../src/core/createChatAuth.js'
import type { ChatAuthError } from '../../../src/core/errors.js'
import type { ChatAuthEvent } from '../../../src/core/events.js'
import type { ChatAuthOptions } from '../../../src/core/options.js'
import type { ChatAuth } from '../../../src/core/chatAuth.js'
import type { ChatAuthState } from '../../../src/core/state.js'
import type { Connector } from '../../../src/core/connector.js'
import type { BackendCounters } from '../../../src/testing/controls/counters.js'
import { inMemory, overNetwork, type ConnectorTarget, type Host, type HostKind } from './hosts.js'

export type CreateConnector = (target: ConnectorTarget) => Connector

/** Everything that a test of the contract plays with. */
export interface Stage extends Host {
  readonly auth: ChatAuth
  readonly events: readonly ChatAuthEvent[]
  /** Each status that the session passed through, without repetitions in a row. */
  readonly statuses: readonly ChatAuthState['status'][]
  /** The number of open sockets after each change of it, as the backend counted. */
  readonly liveSockets: readonly number[]
  /** What core and connector hold of the platform at this moment. */
  readonly held: { readonly timers: number; readonly wakeListeners: number }
  /** Resolves once it is so; where time is manual, lets it pass until then. */
  readonly until: (isSo: (counters: BackendCounters) => boolean) => Promise<void>
  /** What the promise comes to; where time is manual, lets it pass until then. */
  readonly settle: <T>(promise: Promise<T>) => Promise<T>
  /** As `settle`, of a promise that rejects. */
  readonly failure: (promise: Promise<unknown>) => Promise<ChatAuthError>
  /** The platform says that time may have passed unseen. */
  readonly wake: () => void
  /** What the platform says of the network. */
  readonly setOnline: (isOnline: boolean) => void
}

export interface StageOptions extends Partial<ChatAuthOptions> {
  target?: Partial<ConnectorTarget>
  /** Chance, in [0, 1); never the same twice. */
  random?: () => number
}

export interface Contract {
  readonly hostName: string
  readonly hasClock: boolean
  readonly setUp: (options?: StageOptions) => Promise<Stage>
}

/** The places where the contract is tested. */
export function contractsOf(
  createConnector: CreateConnector,
  hosts: readonly HostKind[] = [inMemory, overNetwork],
): readonly Contract[] {
  return hosts.map((host) => ({
    hostName: host.name,
    hasClock: host.hasClock,
    setUp: async (options) => stage(await host.open(), createConnector, options),
  }))
}

/** A promise that is looked at later, and may have been rejected by then. */
export function later<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

/**
 * How long a client that others wrote may leave timers behind that nobody can cancel, and that do
 * nothing any more: `stream-chat` some of 0 ms, after a connect and a disconnect.
 */
const lingerMs = 50

/** What is left once the sockets are gone and, where time is real, the timers: that is waited for. */
export async function whatIsLeft({ backend, clock, held, platformTimers, tap, until }: Stage) {
  const calls = () => tap.socketTokens.length + tap.requests.length
  const pending = () => platformTimers?.pending ?? 0
  if (clock) await clock.advance(0)
  else await until(({ liveSockets }) => liveSockets === 0 && held.timers === 0)
  const { timers, wakeListeners } = held
  const callsBefore = calls()
  let isOverdue = false
  clock?.setTimer(() => (isOverdue = true), lingerMs)
  await until(({ liveSockets }) => isOverdue || (liveSockets === 0 && pending() === 0))
  return {
    timers,
    wakeListeners,
    platformTimers: pending(),
    liveSockets: backend.counters.liveSockets,
    // Where time is real, what was sent before may still arrive.
    laterCalls: clock ? calls() - callsBefore : 0,
  }
}

export const nothing = {
  timers: 0,
  wakeListeners: 0,
  platformTimers: 0,
  liveSockets: 0,
  laterCalls: 0,
}

/** Longer than anything that the library waits for. */
const patienceMs = 600_000

function stage(host: Host, createConnector: CreateConnector, options: StageOptions = {}): Stage {
  const { backend, clock } = host
  const { target: targetChanges, random, onEvent, ...authOptions } = options
  const target = { ...host.target, ...targetChanges }
  /** Whoever waits looks again when any of this changes. */
  const watchers = new Set<() => void>()
  const changed = () => {
    watchers.forEach((look) => look())
  }
  const platform = countingEnvironment(host, changed, random)
  const events: ChatAuthEvent[] = []
  const statuses: ChatAuthState['status'][] = []
  const liveSockets: number[] = []

  const auth = createChatAuth({
    connector: createConnector(target),
    tokenProvider: httpTokenProvider({
      url: target.baseUrl + backend.tokenEndpoint.path,
      fetch: target.fetch,
    }),
    environment: platform.environment,
    onEvent(event) {
      events.push(event)
      onEvent?.(event)
      changed()
    },
    ...authOptions,
  } as ChatAuthOptions & { environment: typeof platform.environment })

  auth.subscribe(() => {
    const { status } = auth.getState()
    if (status !== statuses.at(-1)) statuses.push(status)
    changed()
  })
  backend.subscribe(() => {
    const { liveSockets: now } = backend.counters
    if (now !== (liveSockets.at(-1) ?? 0)) liveSockets.push(now)
    changed()
  })
  host.tap.onChange(changed)
  onTestFinished(async () => {
    auth.dispose()
    await host.close()
  })

  async function until(isSo: (counters: BackendCounters) => boolean): Promise<void> {
    if (!clock) return onceSo(() => isSo(backend.counters))
    await clock.advance(0)
    for (let waitedMs = 0; !isSo(backend.counters); waitedMs += 50) {
      if (waitedMs > patienceMs) throw new Error('It never came to be.')
      await clock.advance(50)
    }
  }

  function onceSo(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return
        watchers.delete(look)
        resolve()
      }
      watchers.add(look)
      look()
    })
  }

  async function settle<T>(promise: Promise<T>): Promise<T> {
    if (!clock) return promise
    let isSettled = false
    const settled = later(promise.finally(() => (isSettled = true)))
    await until(() => isSettled)
    return settled
  }

  return {
    ...host,
    target,
    auth,
    events,
    statuses,
    liveSockets,
    held: platform.held,
    until,
    settle,
    failure: (promise) =>
      settle(
        promise.then(
          () => Promise.reject(new Error('It succeeded.')),
          (error: ChatAuthError) => error,
        ),
      ),
    wake: platform.wake,
    setOnline: platform.setOnline,
  }
}

function countingEnvironment(host: Host, changed: () => void, random?: () => number) {
  const { environment: base } = host
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
