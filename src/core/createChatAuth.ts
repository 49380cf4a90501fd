import { createAskBeforeEnd } from './askBeforeEnd.js'
import { callApp } from './callApp.js'
import type { Environment } from './environment.js'
import { ChatAuthError } from './errors.js'
import { createGuestStore, type GuestStorage } from './guestStore.js'
import {
  assertTokenProvider,
  assertUser,
  resolveOptions,
  type ChatAuth,
  type ChatAuthOptions,
  type SwitchOptions,
} from './options.js'
import { createSession, type Session, type SessionIntent } from './session.js'
import {
  disconnected,
  isLive,
  transition,
  type ChatAuthAction,
  type ChatAuthState,
} from './state.js'
import type { Successor } from './stays.js'
import type { ChatIdentity, ChatUser, TokenProvider } from './types.js'

interface Current {
  readonly session: Session
  /** Whom it was asked for: the backend gives a guest another id. */
  readonly asked: ChatIdentity
}

/** The options of core itself, which has no platform to fall back on. */
export type CoreOptions<Client> = ChatAuthOptions<Client> & { environment: Environment }

/**
 * Makes the one handle of an app's authentication. Does nothing until someone is connected.
 * @throws TypeError that names the option at fault
 */
export function createChatAuth<Client>(options: CoreOptions<Client>): ChatAuth<Client> {
  const settings = resolveOptions(options)
  const { connector, environment } = options
  const guests = createGuestStore(findGuestStorage(options), connector.id)
  const askBeforeEnd =
    options.beforeSessionEnd &&
    createAskBeforeEnd(options.beforeSessionEnd, settings.beforeEndTimeoutMs, environment)
  const listeners = new Set<() => void>()
  let state: ChatAuthState<Client> = disconnected
  let current: Current | null = null
  /** The latest intent; whoever finds another one than their own gives way. */
  let latest: object = {}
  /** The old connection, while it is closing: the serial queue of all changes of session. */
  let closing: Promise<void> | null = null
  /** Whose sessions ended here: other tabs are told once it is certain who comes next. */
  let leavers: Current[] = []
  let isDisposed = false

  function dispatch(action: ChatAuthAction<Client>): void {
    const next = transition(state, action)
    if (next === state) return
    state = next
    for (const listener of listeners) listener()
  }

  function giveWay(mine: object): void {
    if (mine !== latest) throw new ChatAuthError(isDisposed ? 'disposed' : 'superseded')
  }

  /** Ends the session that is, before it returns; `closing` waits for its connection. */
  function endSession(error: ChatAuthError): void {
    if (!current) return
    closing = current.session.end(error).finally(() => {
      closing = null
    })
    leavers.push(current)
    current = null
    dispatch({ type: 'disconnecting' })
  }

  function tellTabs(next: ChatIdentity | null): void {
    for (const { session, asked } of leavers) {
      if (!next || !isSame(asked, next)) session.depart(next)
    }
    leavers = []
  }

  /**
   * Ends the session for the intent `mine`: before it returns, unless the app wants to be asked. Null
   * where there is nothing to wait for, so that the next session begins in the same turn.
   */
  function leave(mine: object, isLogOut = false): Promise<void> | null {
    if (current && isLive(state) && askBeforeEnd) {
      const { identity, client, sessionId } = state
      const { session } = current
      const fetch: Session['fetch'] = (input, init) => session.fetch(input, init)
      return endIf(mine, isLogOut, askBeforeEnd({ identity, client, sessionId, fetch }))
    }
    return endNow(isLogOut)
  }

  function endNow(isLogOut: boolean): Promise<void> | null {
    endSession(new ChatAuthError('session-ended'))
    // At once, because the page may be gone before the connection is closed.
    if (isLogOut) tellTabs(null)
    return closing
  }

  async function endIf(mine: object, isLogOut: boolean, asking: Promise<boolean>): Promise<void> {
    const mayEnd = await asking
    giveWay(mine)
    if (!mayEnd) throw new ChatAuthError('vetoed')
    await endNow(isLogOut)
  }

  /** The user of `session` left in another tab: nobody is asked here, and nobody told of them. */
  async function follow(session: Session, next: Successor | null): Promise<void> {
    if (current?.session !== session) return
    if (current.asked.type === 'guest') void guests.forget()
    endSession(new ChatAuthError('session-ended'))
    leavers.pop()
    if (next && options.tokenProvider) {
      const identity = { type: 'user', user: { id: next.userId } } as const
      return begin({ identity, tokens: options.tokenProvider, stay: next.stay })
    }
    const mine = (latest = {})
    tellTabs(null)
    await closing
    if (mine === latest) dispatch({ type: 'disconnected' })
  }

  /** @param isTrial whoever left for this may come back: other tabs are not told yet */
  async function begin(
    intent: SessionIntent,
    asked = intent.identity,
    isTrial = false,
  ): Promise<void> {
    const mine = (latest = {})
    const leaving = leave(mine)
    if (leaving) await leaving
    giveWay(mine)
    const session: Session = createSession({
      ...intent,
      guests,
      connector,
      environment,
      settings,
      dispatch,
      onEvent: (event) => void callApp(environment, () => options.onEvent?.(event)),
      // Whether that worked is in the state.
      onDeparture: (next) => void follow(session, next).catch(() => {}),
      onEnded: (ended) => void callApp(environment, () => options.afterSessionEnd?.(ended)),
    })
    current = { session, asked }
    if (!isTrial) tellTabs(asked)
    await session.start()
  }

  async function connect(intent: SessionIntent, isTrial = false): Promise<void> {
    assertUsable()
    if (!current || state.status === 'failed' || !isSame(current.asked, intent.identity)) {
      return begin(intent, intent.identity, isTrial)
    }
    // Nothing new but the provider; and whatever would have ended this session gives way.
    latest = {}
    if (intent.tokens !== null && typeof intent.tokens !== 'string') {
      current.session.setProvider(intent.tokens)
    }
    return current.session.start()
  }

  async function connectUser(
    user: ChatUser,
    tokens: string | TokenProvider | undefined = options.tokenProvider,
    isTrial = false,
  ): Promise<void> {
    assertUser(user)
    if (typeof tokens !== 'string') assertTokenProvider(tokens)
    return connect({ identity: { type: 'user', user }, tokens }, isTrial)
  }

  async function switchUser(
    user: ChatUser,
    tokens?: string | TokenProvider,
    { goBack = false }: SwitchOptions = {},
  ): Promise<void> {
    const previous = current
    const switching = connectUser(user, tokens, goBack)
    const mine = latest
    try {
      await switching
      tellTabs({ type: 'user', user })
    } catch (error) {
      // Whoever came after the switch has decided who is to be there; and without one nobody has left.
      if (goBack && previous && mine === latest && state.status === 'failed') {
        const goingBack = begin(previous.session.intent(), previous.asked, true)
        // Neither has left: not who is back, nor who never came, and may be there in other tabs.
        leavers = []
        await goingBack.catch(() => {})
      }
      throw error
    }
  }

  function assertUsable(): void {
    if (isDisposed) throw new ChatAuthError('disposed')
  }

  function currentSession(): Session {
    assertUsable()
    if (!current) throw new ChatAuthError('not-connected')
    return current.session
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    connectUser: (user, tokens) => connectUser(user, tokens),
    switchUser,
    async upgradeGuest(user, tokens) {
      assertUsable()
      if (!isLive(state) || state.identity.type !== 'guest') throw new ChatAuthError('not-a-guest')
      const guestId = state.user.id
      await switchUser(user, tokens, { goBack: true })
      await guests.forget()
      return { guestId, userId: user.id }
    },
    async setGuestUser(user) {
      assertUser(user)
      return connect({ identity: { type: 'guest', user }, tokens: null })
    },
    async connectAnonymousUser() {
      return connect({ identity: { type: 'anonymous' }, tokens: null })
    },
    async disconnectUser() {
      assertUsable()
      const mine = (latest = {})
      const isGuest = current?.asked.type === 'guest'
      await leave(mine, true)
      if (isGuest) await guests.forget()
      if (mine === latest) dispatch({ type: 'disconnected' })
    },
    async refreshToken() {
      return currentSession().refreshToken()
    },
    async retry() {
      if (current && state.status === 'failed')
        return begin(current.session.intent(), current.asked)
      return currentSession().retry()
    },
    async fetch(input, init) {
      return currentSession().fetch(input, init)
    },
    dispose() {
      isDisposed = true
      latest = {}
      endSession(new ChatAuthError('disposed'))
      dispatch({ type: 'disconnected' })
      listeners.clear()
    },
  }
}

function isSame(a: ChatIdentity, b: ChatIdentity): boolean {
  return a.type === b.type && idOf(a) === idOf(b)
}

function idOf(identity: ChatIdentity): string | null {
  return identity.type === 'anonymous' ? null : identity.user.id
}

function findGuestStorage<Client>(options: CoreOptions<Client>): GuestStorage | null {
  const { guestStorage = 'none', environment } = options
  if (guestStorage === 'none') return null
  if (typeof guestStorage !== 'string') return guestStorage
  return environment.storage?.(guestStorage) ?? null
}
