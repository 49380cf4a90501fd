import type { Connector } from '../../core/connector.js'
import { createChatAuth } from '../../core/createChatAuth.js'
import type { ChatAuthError } from '../../core/errors.js'
import type { ChatAuthEvent } from '../../core/events.js'
import type { ChatAuth } from '../../core/chatAuth.js'
import type { ChatAuthOptions } from '../../core/options.js'
import { isLive, type ChatAuthState } from '../../core/state.js'
import type { BackendCounters } from '../controls/counters.js'
import type { BodySample } from './bodySample.js'
import { countingEnvironment } from './countingEnvironment.js'
import type { AddCase, Cleanup } from './contractCase.js'
import type { ContractHost, ContractPlace, ProtocolHost } from './contractHost.js'

/** Everything that a case of the contract plays with. */
export type Stage<Host extends ContractHost = ContractHost> = Host & StageParts

export interface StageParts {
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
  /** The wall clock. */
  readonly now: () => number
  /** The platform says that time may have passed unseen. */
  readonly wake: () => void
  /** What the platform says of the network. */
  readonly setOnline: (isOnline: boolean) => void
}

export interface StageOptions extends Partial<ChatAuthOptions> {
  /** Changes to what the connector is made from. */
  target?: object
  /** Chance, in [0, 1); never the same twice. */
  random?: () => number
}

/** Opens a host, and makes a session's handle on it. */
export type SetUp<Host extends ContractHost = ContractHost> = (
  options?: StageOptions,
) => Promise<Stage<Host>>

/** An event as an app hears it, from whichever client. */
export interface Heard {
  readonly type: string
  readonly [field: string]: unknown
}

/** What the cases of the contract are written with. */
export interface Contract extends Pick<
  ContractPlace<unknown>,
  'hasClock' | 'paths' | 'requestIdHeader'
> {
  readonly test: AddCase<SetUp>
  /** Adds a case where the connector speaks the protocol of `stream-chat`. */
  readonly protocol: AddCase<SetUp<ProtocolHost>>
  readonly bodies: readonly BodySample[]
  /** Has a client's events heard; undefined where they cannot be. */
  readonly listen: ((client: unknown, hear: (event: Heard) => void) => void) | undefined
}

/** The client of the live session. */
export function clientOf(auth: ChatAuth): unknown {
  const state = auth.getState()
  if (!isLive(state)) throw new Error(`It is ${state.status}.`)
  return state.client
}

/** A stage on which Jane is connected. */
export async function connected<Host extends ContractHost>(
  setUp: SetUp<Host>,
  options?: StageOptions,
): Promise<Stage<Host>> {
  const stage = await setUp(options)
  await stage.settle(stage.auth.connectUser({ id: 'jane', name: 'Jane' }))
  return stage
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

/** Puts a session's handle on a host. Both end with `onEnd`. */
export function createStage<Target, Host extends ContractHost<Target>>(
  host: Host,
  createConnector: (target: Target) => Connector,
  onEnd: (cleanup: Cleanup) => void,
  options: StageOptions = {},
): Stage<Host> {
  const { backend, clock } = host
  const { target: changes, random, onEvent, ...authOptions } = options
  const target: Target = { ...host.target, ...changes }
  /** Whoever waits looks again when any of this changes. */
  const watchers = new Set<() => void>()
  const changed = () => {
    watchers.forEach((look) => look())
  }
  const counted = countingEnvironment(host, changed, random)
  const events: ChatAuthEvent[] = []
  const statuses: ChatAuthState['status'][] = []
  const liveSockets: number[] = []

  const auth = createChatAuth({
    connector: createConnector(target),
    tokenProvider: host.tokenProvider,
    environment: counted.environment,
    onEvent(event) {
      events.push(event)
      onEvent?.(event)
      changed()
    },
    ...authOptions,
  } as ChatAuthOptions & { environment: typeof counted.environment })

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
  onEnd(async () => {
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
    held: counted.held,
    until,
    settle,
    failure: (promise) =>
      settle(
        promise.then(
          () => Promise.reject(new Error('It succeeded.')),
          (error: ChatAuthError) => error,
        ),
      ),
    now: counted.environment.now,
    wake: counted.wake,
    setOnline: counted.setOnline,
  }
}
