import { createAskBeforeEnd } from './session/askBeforeEnd.js'
import { createDepartures } from './session/departures.js'
import type { Environment, GuestStorage } from './environment.js'
import { ChatAuthError } from './errors.js'
import { createGuestStore } from './session/guestStore.js'
import { createIntents, type Intent } from './session/intents.js'
import {
  assertTokenProvider,
  resolveOptions,
  type ChatAuth,
  type ChatAuthOptions,
  type GuestUpgrade,
  type SwitchOptions,
} from './options.js'
import { createOutbox } from './session/outbox.js'
import { createSession, type Session } from './session/session.js'
import type { SessionIntent } from './session/sessionIntent.js'
import { createSessionSlot, type Occupant } from './session/sessionSlot.js'
import { isLive } from './state.js'
import { createStore } from './session/store.js'
import type { Successor } from './session/stays.js'
import { takeUser } from './tools/takeUser.js'
import { isSameIdentity, type ChatUser, type TokenProvider } from './types.js'

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
  const askBeforeEnd = createAskBeforeEnd<Client>({
    // By reference, as with every callback: the React layer puts the latest ones in.
    callbacks: options,
    timeoutMs: settings.beforeEndTimeoutMs,
    environment,
    outbox,
  })
  const slot = createSessionSlot()
  const departures = createDepartures()

  /** Ends the session that is, before it returns; `slot.closing` waits for its connection. */
  function endSession(error: ChatAuthError): Occupant | null {
    const leaver = slot.vacate(error)
    if (leaver) store.dispatch({ type: 'disconnecting' })
    return leaver
  }

  /**
   * Ends the session for the intent `mine`: before it returns, unless the app wants to be asked. Null
   * where there is nothing to wait for, so that the next session begins in the same turn.
   */
  function leave(mine: Intent, isLogOut = false): Promise<void> | null {
    const state = store.getState()
    const session = slot.occupant()?.session
    if (session && isLive(state) && options.beforeSessionEnd) {
      const { identity, client, sessionId } = state
      const fetch: Session['fetch'] = (input, init) => session.fetch(input, init)
      return endIf(mine, isLogOut, askBeforeEnd({ identity, client, sessionId, fetch }))
    }
    return endNow(isLogOut)
  }

  function endNow(isLogOut: boolean): Promise<void> | null {
    const leaver = endSession(new ChatAuthError('session-ended'))
    if (leaver) departures.add(leaver)
    if (!isLogOut) return slot.closing()
    // Also one who was leaving already, for a user they have not become yet.
    const forgetting = departures.hasGuest() ? guests.forget() : null
    // At once, because the page may be gone before the connection is closed.
    departures.announce(null)
    return forgetting ? Promise.all([slot.closing(), forgetting]).then(() => {}) : slot.closing()
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
    const occupant = slot.occupant()
    if (occupant?.session !== session) return Promise.resolve()
    if (occupant.asked.type === 'guest') void guests.forget()
    endSession(new ChatAuthError('session-ended'))
    if (next && options.tokenProvider) {
      const identity = { type: 'user', user: { id: next.userId } } as const
      return begin({ identity, tokens: options.tokenProvider, stay: next.stay })
    }
    const mine = intents.begin()
    departures.announce(null)
    return becomeDisconnected(mine, slot.closing())
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
    if (!slot.occupant() && store.getState().status === 'failed') {
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
    slot.put({ session, asked })
    if (!isTrial) departures.announce(asked)
    await session.start()
  }

  function connect(intent: SessionIntent, isTrial = false): Promise<void> {
    intents.ensureOpen()
    const occupant = slot.occupant()
    const hasFailed = store.getState().status === 'failed'
    if (!occupant || hasFailed || !isSameIdentity(occupant.asked, intent.identity)) {
      return begin(intent, intent.identity, isTrial)
    }
    // Nothing new but the provider; and whatever would have ended this session gives way.
    intents.begin()
    if (intent.tokens !== null && typeof intent.tokens !== 'string') {
      occupant.session.setProvider(intent.tokens)
    }
    return occupant.session.start()
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
    const previous = slot.occupant()
    const switching = connectUser(user, tokens, goBack)
    const mine = intents.latest()
    try {
      await switching
      if (mine.isLatest()) departures.announce({ type: 'user', user })
    } catch (error) {
      if (goBack && previous && mine.isLatest()) await comeBack(previous)
      throw error
    }
  }

  /** Connects who was there before a switch that failed. */
  async function comeBack({ session, asked }: Occupant): Promise<void> {
    // A veto, or a veto's kind: nobody has left.
    if (store.getState().status !== 'failed') return
    const goingBack = begin(session.intent(), asked, true)
    // Neither has left: not who is back, nor who never came, and may be there in other tabs.
    departures.withdraw()
    return goingBack.catch(() => {})
  }

  function currentSession(): Session {
    intents.ensureOpen()
    const session = slot.occupant()?.session
    if (!session) throw new ChatAuthError('not-connected')
    return session
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
        const occupant = slot.occupant()
        if (occupant && store.getState().status === 'failed') {
          return begin(occupant.session.intent(), occupant.asked)
        }
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

function findGuestStorage<Client>(options: CoreOptions<Client>): GuestStorage | null {
  const { guestStorage = 'none', environment } = options
  if (guestStorage === 'none') return null
  if (typeof guestStorage !== 'string') return guestStorage
  return environment.storage?.(guestStorage) ?? null
}
