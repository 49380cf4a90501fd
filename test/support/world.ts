import { createChatAuth } from '../../src/core/createChatAuth.js'
import type { Environment, TabEnvironment } from '../../src/core/environment.js'
import { ChatAuthError, type ChatAuthErrorCode } from '../../src/core/errors.js'
import type { ChatAuthEvent } from '../../src/core/events.js'
import type { ChatAuthOptions } from '../../src/core/options.js'
import {
  RefusedError,
  type Connection,
  type ConnectionContext,
  type Connector,
  type Credential,
  type RefusalCode,
} from '../../src/core/connector.js'
import { type ChatUser, type TokenRequest } from '../../src/core/types.js'
import {
  createManualClock,
  type ManualClock,
} from '../../src/testing/controls/createManualClock.js'
import { held } from './promises.js'

/** Stands in every token's signature: it must never be seen anywhere. */
export const canary = 'CANARY-s3cr3t'

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

let serial = 0

/** A token as a backend mints it, with a signature that nobody checks. Every one is different. */
export function mint(payload: Record<string, unknown>): string {
  return `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64({ ...payload, serial: ++serial })}.${canary}`
}

interface Payload {
  user_id?: string
  iat?: number
  exp?: number
  /** How every backend refuses the token, whoever sends it: 43 as for a wrong signature. */
  bad?: RefusalCode
}

export function payloadOf(token: string): Payload {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

export interface ProviderCall extends TokenRequest {
  resolve(token: unknown): void
  reject(error: unknown): void
}

export interface FakeSocket {
  readonly userId: string
  readonly token: string
  isLive: boolean
  /** The backend drops it: with a refusal, or without a word. */
  drop(refusal?: RefusalCode | ChatAuthError, message?: string): void
}

export interface FakeRequest {
  readonly id: string
  readonly path: string
  readonly userId: string
  readonly token: string
  readonly authType: string
  readonly outcome: 'taken' | RefusalCode
}

/**
 * Core's surroundings, held still: a manual clock, a chance that is decided, a provider that answers
 * when told, and a backend that keeps its own time whatever the local clock says. All that the outside
 * world can do wrong is done by hand here.
 */
export function createWorld(
  options: Partial<ChatAuthOptions> & {
    ttlSeconds?: number | null
    /** Those of a browser that several worlds are tabs of; they then share its clock as well. */
    tabs?: TabEnvironment
    clock?: ManualClock
    /** Hears what a developer is told. */
    warn?: (message: string) => void
  } = {},
  /** What the connector can do. */
  { canRest = true, canProbe = true }: { canRest?: boolean; canProbe?: boolean } = {},
) {
  const clock = options.clock ?? createManualClock()
  const startMs = clock.now() - clock.monotonicNow()
  let sleptMs = 0
  const serverNow = () => startMs + clock.monotonicNow() + sleptMs

  const controls = {
    random: 0.5,
    isOnline: true,
    isVisible: true,
    /** `mint`: the provider answers at once; `hold`: when the test says so; or what it does instead. */
    provider: 'mint' as 'mint' | 'hold' | ((request: TokenRequest) => unknown),
    ttlSeconds: options.ttlSeconds === undefined ? 60 : options.ttlSeconds,
    /** How far the clock of the minting server is ahead of the backend's. */
    minterAheadMs: 0,
    /** How far the minting server sets `iat` back on purpose. */
    setBackSeconds: 0,
    /** What opening a connection meets instead of the backend's check. */
    openFault: null as null | (() => Promise<never>),
    /** How the next connection is lost once it is up, before `open` has told of it. */
    lossAtOpen: null as null | RefusalCode,
    /** What requests wait for before the backend looks at them. */
    requestGate: Promise.resolve() as Promise<unknown>,
    /** What a `fetch` of the app's does as it is called, before it returns. */
    onSend: (_path: string): void => {},
    /** What the backend answers to every token, whatever it is. */
    refuseAll: null as RefusalCode | null,
    refuseMessage: 'revoked',
    guestFault: null as null | Error,
    /** What the making of a guest waits for. */
    guestGate: Promise.resolve() as Promise<unknown>,
  }
  const calls: ProviderCall[] = []
  const sockets: FakeSocket[] = []
  const requests: FakeRequest[] = []
  const events: ChatAuthEvent[] = []
  const refused = new Set<string>()
  const wakers = new Set<() => void>()
  const networkListeners = new Set<() => void>()
  const visibilityListeners = new Set<() => void>()
  const focusListeners = new Set<() => void>()
  const guestSignals: AbortSignal[] = []
  let guests = 0
  const unanswered = new Set<ProviderCall>()

  const environment: Environment = {
    now: clock.now,
    monotonicNow: clock.monotonicNow,
    setTimer: clock.setTimer,
    random: () => controls.random,
    createAbortController: () => new AbortController(),
    isOnline: () => controls.isOnline,
    onWake(listener) {
      wakers.add(listener)
      return () => wakers.delete(listener)
    },
    onFocus(listener) {
      focusListeners.add(listener)
      return () => focusListeners.delete(listener)
    },
    onNetworkChange(listener) {
      networkListeners.add(listener)
      return () => networkListeners.delete(listener)
    },
    isVisible: () => controls.isVisible,
    onVisibilityChange(listener) {
      visibilityListeners.add(listener)
      return () => visibilityListeners.delete(listener)
    },
    ...(options.warn && { warn: options.warn }),
    ...(options.tabs && { tabs: options.tabs }),
  }

  const mintFor = (userId: string, ttlSeconds = controls.ttlSeconds) => {
    const now = Math.floor((serverNow() + controls.minterAheadMs) / 1000)
    const iat = now - controls.setBackSeconds
    return mint({ user_id: userId, iat, ...(ttlSeconds === null ? {} : { exp: now + ttlSeconds }) })
  }

  /** As `mintFor`, but refused by every backend. */
  const mintBad = (userId: string, bad: RefusalCode = 43) => {
    const iat = Math.floor(serverNow() / 1000)
    return mint({ user_id: userId, iat, exp: iat + 60, bad })
  }

  const provider = (request: TokenRequest) => {
    const answer = held<unknown>()
    const call = { ...request, resolve: answer.resolve, reject: answer.reject }
    calls.push(call)
    unanswered.add(call)
    if (controls.provider === 'mint') answer.resolve(mintFor(request.userId))
    if (typeof controls.provider === 'function') answer.resolve(controls.provider(request))
    return (answer.promise as Promise<string>).finally(() => unanswered.delete(call))
  }

  function verdict({ token, authType, userId }: Credential): RefusalCode | null {
    if (controls.refuseAll) return controls.refuseAll
    if (authType === 'anonymous') return null
    const { user_id, iat, exp, bad } = payloadOf(token)
    if (bad !== undefined) return bad
    if (user_id !== userId) return 5
    if (refused.has(token)) return 40
    if (iat !== undefined && iat * 1000 > serverNow()) return 42
    return exp !== undefined && exp * 1000 <= serverNow() ? 40 : null
  }

  const messageFor = ({ token }: Credential) =>
    refused.has(token) ? controls.refuseMessage : 'JWTAuth error: token is expired (exp)'

  function createConnection(context: ConnectionContext) {
    let live: FakeSocket | null = null
    return {
      client: { sessionId: context.sessionId },
      async open(credential: Credential): Promise<ChatUser> {
        if (controls.openFault) await controls.openFault()
        await Promise.resolve()
        const code = verdict(credential)
        if (code) throw new RefusedError({ code, message: messageFor(credential) })
        const socket: FakeSocket = {
          userId: credential.userId,
          token: credential.token,
          isLive: true,
          drop(reason, message = 'revoked') {
            socket.isLive = false
            if (live === socket) live = null
            context.connectionLost(
              typeof reason === 'number'
                ? new RefusedError({ code: reason, message })
                : (reason ?? new ChatAuthError('connection-failed')),
            )
          },
        }
        sockets.push(socket)
        if (live) live.isLive = false
        live = socket
        if (controls.lossAtOpen) {
          const refusal = { code: controls.lossAtOpen, message: 'revoked' }
          controls.lossAtOpen = null
          socket.isLive = false
          live = null
          context.connectionLost(new RefusedError(refusal), credential)
        }
        const { identity } = context
        return identity.type === 'anonymous' ? { id: '!anon' } : { ...identity.user }
      },
      fetch: (path: string | URL, init?: RequestInit) =>
        context.send(async (credential, id) => {
          controls.onSend(String(path))
          await controls.requestGate
          const code = verdict(credential)
          const { userId, token, authType } = credential
          requests.push({
            id,
            path: String(path),
            userId,
            token,
            authType,
            outcome: code ?? 'taken',
          })
          return code
            ? { refusal: { code, message: messageFor(credential) } }
            : { refusal: null, value: { status: 200, userId } as unknown as Response }
        }, init?.signal),
      ...(canRest && {
        async rest() {
          if (live) live.isLive = false
          live = null
        },
      }),
      ...(canProbe && {
        probe(this: Pick<Connection, 'fetch'>): Promise<unknown> {
          return this.fetch('/probe')
        },
      }),
      async close() {
        if (live) live.isLive = false
        live = null
      },
    }
  }

  const connector: Connector<{ sessionId: string }> = {
    id: 'fake',
    createConnection,
    async createGuest(user, { signal }) {
      guestSignals.push(signal)
      await controls.guestGate
      if (controls.guestFault) throw controls.guestFault
      const id = `guest-${++guests}-${user.id}`
      return { user: { ...user, id }, token: mint({ user_id: id }) }
    },
  }

  const auth = createChatAuth({
    tokenProvider: provider,
    onEvent: (event) => events.push(event),
    ...options,
    connector,
    environment,
  })

  return {
    auth,
    clock,
    controls,
    calls,
    events,
    requests,
    sockets,
    environment,
    connector,
    provider,
    mintFor,
    mintBad,
    serverNow,
    state: () => auth.getState(),
    live: () => sockets.filter((socket) => socket.isLive),
    /** The backend refuses all tokens that it has seen or minted so far of this user. */
    revoke(...tokens: string[]) {
      for (const token of tokens) refused.add(token)
    },
    /** Lifts every revocation. */
    pardon: () => refused.clear(),
    lastCall: () => calls[calls.length - 1] ?? fail('the provider was not called'),
    guestsMade: () => guests,
    guestSignals,
    /** Calls that someone still waits for. */
    unansweredCalls: () => [...unanswered].filter(({ signal }) => !signal.aborted),
    wake: () => [...wakers].forEach((waker) => waker()),
    wakers,
    focus: () => [...focusListeners].forEach((listener) => listener()),
    focusListeners,
    networkListeners,
    /** What the platform says of the network from now on. */
    setOnline(isOnline: boolean) {
      controls.isOnline = isOnline
      for (const listener of networkListeners) listener()
    },
    visibilityListeners,
    /** Shows or hides the app. */
    setVisible(isVisible: boolean) {
      controls.isVisible = isVisible
      for (const listener of visibilityListeners) listener()
    },
    sleep(ms: number) {
      sleptMs += ms
      clock.sleep(ms)
    },
    /** Lets everything run that needs no time to pass. */
    settle: () => clock.advance(0),
    typesOf: () => events.map((event) => event.type),
  }
}

export type World = ReturnType<typeof createWorld>
export type WorldOptions = Parameters<typeof createWorld>[0]

/** A world in which Jane is connected. */
export async function connectedWorld(...options: Parameters<typeof createWorld>): Promise<World> {
  const world = createWorld(...options)
  await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
  return world
}

/** A world in which Jane has connected, and is paused. */
export async function pausedWorld(...options: Parameters<typeof createWorld>): Promise<World> {
  const world = await connectedWorld(...options)
  await Promise.all([world.auth.pause(), world.settle()])
  return world
}

/** The user's id, or the status where there is no user. */
export function whoIs({ state }: Pick<World, 'state'>): string {
  const now = state()
  return 'user' in now ? now.user.id : now.status
}

/** The state of the session's token. */
export function tokenStateOf(world: World) {
  const state = world.state()
  if (!('token' in state)) throw new Error(`no session: ${state.status}`)
  return state.token
}

/** An error as a provider rejects with it, with properties that the library reads. */
export const failure = (properties: object) => Object.assign(new Error('no'), properties)

/** A fault that meets every attempt with an error of this code. */
export const failWith = (code: ChatAuthErrorCode) => () => Promise.reject(new ChatAuthError(code))

function fail(message: string): never {
  throw new Error(message)
}

/** Calls `act` once, when `isTime` first holds in a call of a subscriber. */
export function atState(world: World, isTime: () => boolean, act: () => void): void {
  const stop = world.auth.subscribe(() => {
    if (!isTime()) return
    stop()
    act()
  })
}
