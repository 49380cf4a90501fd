import { createAskBeforeEnd } from './askBeforeEnd.js'
import { createDeferred } from './deferred.js'
import type { Environment } from './environment.js'
import { ChatAuthError } from './errors.js'
import { createGuestStore, type GuestStorage } from './guestStore.js'
import { createIntents, type Intent } from './intents.js'
import {
  assertTokenProvider,
  resolveOptions,
  type ChatAuth,
  type ChatAuthOptions,
  type GuestUpgrade,
  type SwitchOptions,
} from './options.js'
import { createOutbox } from './outbox.js'
import { createSession, type Session } from './session.js'
import type { SessionIntent } from './sessionIntent.js'
import { isLive } from './state.js'
import { createStore } from './store.js'
import type { Successor } from './stays.js'
import { takeUser } from './takeUser.js'
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
  const outbox = createOutbox(environment)
  const store = createStore<Client>(outbox)
  const intents = createIntents()
  const guests = createGuestStore(findGuestStorage(options), connector.id, environment)
  const { beforeSessionEnd } = options
  const { beforeEndTimeoutMs: timeoutMs } = settings
  const askBeforeEnd =
    beforeSessionEnd && createAskBeforeEnd({ beforeSessionEnd, timeoutMs, environment, outbox })
  let current: Current | null = null
  /** The old connection, while it is closing: the serial queue of all changes of session. */
  let closing: Promise<void> | null = null
  /** Whose sessions ended here: other tabs are told once it is certain who comes next. */
  let leavers: Current[] = []

  /** Ends the session that is, before it returns; `closing` waits for its connection. */
  function endSession(error: ChatAuthError): void {
    if (!current) return
    // Taken out first: whoever is called on the way finds nobody here.
    const { session } = current
    const closed = createDeferred<void>()
    closing = closed.promise.then(() => {
      closing = null
    })
    leavers.push(current)
    current = null
    store.dispatch({ type: 'disconnecting' })
    void session.end(error).finally(closed.resolve)
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
  function leave(mine: Intent, isLogOut = false): Promise<void> | null {
    const state = store.getState()
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
    // Also one who was leaving already, for a user they have not become yet.
    const isGuest = leavers.some(({ asked }) => asked.type === 'guest')
    const forgetting = isLogOut && isGuest ? guests.forget() : null
    // At once, because the page may be gone before the connection is closed.
    if (isLogOut) tellTabs(null)
    return forgetting ? Promise.all([closing, forgetting]).then(() => {}) : closing
  }

  async function endIf(mine: Intent, isLogOut: boolean, asking: Promise<boolean>): Promise<void> {
    const mayEnd = await asking
    mine.ensureLatest()
    if (!mayEnd) throw new ChatAuthError('vetoed')
    await endNow(isLogOut)
  }

  /** After a log-out: nobody is there, unless a later intent has begun meanwhile. */
  async function becomeDisconnected(mine: Intent, leaving: Promise<void> | null): Promise<void> {
    await leaving
    if (mine.isLatest()) store.dispatch({ type: 'disconnected' })
  }

  /** The user of `session` left in another tab: nobody is asked here, and nobody told of them. */
  function follow(session: Session, next: Successor | null): Promise<void> {
    if (current?.session !== session) return Promise.resolve()
    if (current.asked.type === 'guest') void guests.forget()
    endSession(new ChatAuthError('session-ended'))
    leavers.pop()
    if (next && options.tokenProvider) {
      const identity = { type: 'user', user: { id: next.userId } } as const
      return begin({ identity, tokens: options.tokenProvider, stay: next.stay })
    }
    const mine = intents.begin()
    tellTabs(null)
    return becomeDisconnected(mine, closing)
  }

  /** @param isTrial whoever left for this may come back: other tabs are not told yet */
  async function begin(
    intent: SessionIntent,
    asked = intent.identity,
    isTrial = false,
  ): Promise<void> {
    const mine = intents.begin()
    const leaving = leave(mine)
    // Nobody is there to be left: what failed before is over as soon as the next one is wanted.
    if (!current && store.getState().status === 'failed') {
      store.dispatch({ type: 'connecting', identity: asked })
    }
    if (leaving) {
      await leaving
      mine.ensureLatest()
    }
    const session: Session = createSession({
      ...intent,
      guests,
      connector,
      environment,
      settings,
      outbox,
      dispatch: (action) => store.dispatch(action),
      emit: (event) => outbox.tell(() => options.onEvent?.(event)),
      // Whether that worked is in the state.
      onDeparture: (next) => void follow(session, next).catch(() => {}),
      onEnded: (ended) => outbox.tell(() => options.afterSessionEnd?.(ended)),
    })
    current = { session, asked }
    if (!isTrial) tellTabs(asked)
    await session.start()
  }

  function connect(intent: SessionIntent, isTrial = false): Promise<void> {
    intents.ensureOpen()
    const hasFailed = store.getState().status === 'failed'
    if (!current || hasFailed || !isSame(current.asked, intent.identity)) {
      return begin(intent, intent.identity, isTrial)
    }
    // Nothing new but the provider; and whatever would have ended this session gives way.
    intents.begin()
    if (intent.tokens !== null && typeof intent.tokens !== 'string') {
      current.session.setProvider(intent.tokens)
    }
    return current.session.start()
  }

  function connectUser(
    user: ChatUser,
    tokens: string | TokenProvider | undefined = options.tokenProvider,
    isTrial = false,
  ): Promise<void> {
    if (typeof tokens !== 'string') assertTokenProvider(tokens)
    return connect({ identity: { type: 'user', user }, tokens }, isTrial)
  }

  async function switchUser(
    user: ChatUser,
    tokens: string | TokenProvider | undefined,
    { goBack = false }: SwitchOptions,
  ): Promise<void> {
    const previous = current
    const switching = connectUser(user, tokens, goBack)
    const mine = intents.latest()
    try {
      await switching
      if (mine.isLatest()) tellTabs({ type: 'user', user })
    } catch (error) {
      if (goBack && previous && mine.isLatest()) await comeBack(previous)
      throw error
    }
  }

  /** Connects who was there before a switch that failed. */
  async function comeBack({ session, asked }: Current): Promise<void> {
    // A veto, or a veto's kind: nobody has left.
    if (store.getState().status !== 'failed') return
    const goingBack = begin(session.intent(), asked, true)
    // Neither has left: not who is back, nor who never came, and may be there in other tabs.
    leavers = []
    return goingBack.catch(() => {})
  }

  function currentSession(): Session {
    intents.ensureOpen()
    if (!current) throw new ChatAuthError('not-connected')
    return current.session
  }

  /** Runs a method of the handle; what its first, synchronous part changed is told before it returns. */
  function act<T>(method: () => Promise<T>): Promise<T> {
    const result = method()
    outbox.flush()
    return result
  }

  return {
    getState: () => store.getState(),
    subscribe: (listener) => store.subscribe(listener),
    connectUser: (user, tokens) => act(async () => connectUser(takeUser(user), tokens)),
    switchUser: (user, tokens, how = {}) =>
      act(async () => switchUser(takeUser(user), tokens, how)),
    upgradeGuest: (user, tokens) =>
      act(async (): Promise<GuestUpgrade> => {
        intents.ensureOpen()
        const state = store.getState()
        if (!isLive(state) || state.identity.type !== 'guest') {
          throw new ChatAuthError('not-a-guest')
        }
        const member = takeUser(user)
        const upgrade = { guestId: state.user.id, userId: member.id }
        await switchUser(member, tokens, { goBack: true })
        return guests.forget().then(() => upgrade)
      }),
    setGuestUser: (user) =>
      act(async () => connect({ identity: { type: 'guest', user: takeUser(user) }, tokens: null })),
    connectAnonymousUser: () =>
      act(async () => connect({ identity: { type: 'anonymous' }, tokens: null })),
    disconnectUser: () =>
      act(async () => {
        intents.ensureOpen()
        const mine = intents.begin()
        return becomeDisconnected(mine, leave(mine, true))
      }),
    refreshToken: () => act(async () => currentSession().refreshToken()),
    retry: () =>
      act(async () => {
        const hasFailed = store.getState().status === 'failed'
        if (current && hasFailed) return begin(current.session.intent(), current.asked)
        return currentSession().retry()
      }),
    fetch: (input, init) => act(async () => currentSession().fetch(input, init)),
    dispose() {
      intents.close()
      endSession(new ChatAuthError('disposed'))
      store.dispatch({ type: 'disconnected' })
      store.close()
      outbox.flush()
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
