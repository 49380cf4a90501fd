import { asOf, type ChatSession } from './chatSession.js'
import { createDepartures } from './session/departures.js'
import type { Environment } from './environment.js'
import { ChatAuthError } from './errors.js'
import { createGuestStore, findGuestStorage } from './session/guestStore.js'
import { createIntents, type Intent } from './session/intents.js'
import { assertTokens, resolveOptions, type ChatAuthOptions } from './options.js'
import type {
  ChatAuth,
  ConnectOptions,
  DisconnectOptions,
  GuestUpgrade,
  SwitchOptions,
} from './chatAuth.js'
import { createLeaveHint } from './session/leaveHint.js'
import { createReadiness } from './session/readiness.js'
import { createOutbox } from './outbox.js'
import type { Session } from './session/session.js'
import type { SessionIntent } from './session/sessionIntent.js'
import { createSessionSlot, type Occupant } from './session/sessionSlot.js'
import { isLive } from './state.js'
import { createStore } from './session/store.js'
import { createSetUpHint } from './session/setUpHint.js'
import { createSuccession } from './session/succession.js'
import { onAbort, abortReason, throwIfAborted } from './tools/onAbort.js'
import { takeChanges, takeUser } from './tools/takeUser.js'
import { isSameIdentity, type ChatUser, type TokenProvider } from './types.js'

/** Options of core, which has no platform of its own: `environment` is required. */
export type CoreOptions<Client> = ChatAuthOptions<Client> & { environment: Environment }

/**
 * Creates the handle of an app's authentication. Nothing is opened or sent until a connect method is
 * called.
 * @throws TypeError that names the option at fault
 */
export function createChatAuth<Client>(options: CoreOptions<Client>): ChatAuth<Client> {
  const settings = resolveOptions(options)
  const { connector, environment } = options
  const outbox = createOutbox(environment)
  const disposal = environment.createAbortController()
  const store = createStore<Client>(outbox)
  const warn = environment.warn && ((words: string) => environment.warn?.(words))
  if (warn) store.subscribe(createSetUpHint(store, warn))
  const leaveHint = warn && createLeaveHint(warn)
  const intents = createIntents()
  const guests = createGuestStore(
    findGuestStorage(options),
    connector.id,
    environment,
    disposal.signal,
  )
  const slot = createSessionSlot<Client>()
  const departures = createDepartures()
  const readiness = createReadiness({ store, intents, environment, disposal: disposal.signal })
  const succession = createSuccession<Client>({
    // Passed by reference, because the React layer replaces callbacks in this object.
    callbacks: options,
    connector,
    environment,
    settings,
    outbox,
    store,
    intents,
    guests,
    slot,
    departures,
  })

  /** A switch in flight that may go back, and to whom. Set by `switchUser`, which resets it. */
  let trial: { readonly intent: Intent; readonly previous: Occupant<Client> | null } | null = null

  function connect(intent: SessionIntent, isDeclared = false, isTrial = false) {
    intents.ensureOpen()
    leaveHint?.connecting(intent.identity)
    const occupant = slot.occupant()
    const hasFailed = store.getState().status === 'failed'
    if (!occupant || hasFailed || !isSameIdentity(occupant.asked, intent.identity)) {
      return succession.begin(intent, { declared: isDeclared ? intent : null, isTrial })
    }
    // The same identity: only the token source changes. The new intent also supersedes a pending
    // log-out or switch, so that this session goes on.
    succession.goOn()
    if (isDeclared) slot.put({ ...occupant, declared: intent })
    if (intent.tokens !== null) occupant.session.setTokens(intent.tokens)
    if (intent.identity.type !== 'anonymous') occupant.session.declare(intent.identity.user)
    // Its end is told by `start`.
    if (!intent.paused) resume(occupant.session).catch(() => {})
    return occupant.session.start().then((session) => asOf(store.getState(), session))
  }

  function connectUser(
    user: ChatUser,
    tokens: string | TokenProvider | undefined = options.tokenProvider,
    { declared = false, paused = false, isTrial = false }: ConnectOptions & { isTrial?: boolean },
  ): Promise<ChatSession<Client>> {
    assertTokens(tokens)
    return connect({ identity: { type: 'user', user }, tokens, paused }, declared, isTrial)
  }

  async function resume(session: Session): Promise<void> {
    const pauses = await session.pauses()
    return pauses.resume(['app', 'client'])
  }

  async function switchUser(
    user: ChatUser,
    tokens: string | TokenProvider | undefined,
    { goBack = false, signal }: SwitchOptions,
  ): Promise<ChatSession<Client>> {
    throwIfAborted(signal)
    // Jane → Bob on trial → the same, or Carol, before Bob has connected: the way back leads to Jane.
    const previous = trial?.intent.isLatest() ? trial.previous : slot.occupant()
    // switch A → B is abandoned → `abandon` begins a later intent → only that one may bring A back.
    const connecting = connectUser(user, tokens, { isTrial: goBack })
    const switching = unlessAborted(connecting, user, signal, (later) => {
      mine = later
    })
    let mine = intents.latest()
    const own = (trial = goBack ? { intent: mine, previous } : null)
    try {
      const session = await switching
      // switch A → B connects → connect C supersedes it in a callback: then C's intent announces.
      if (mine.isLatest()) departures.announce({ type: 'user', user })
      return session
    } catch (error) {
      if (goBack && previous && mine.isLatest()) await comeBack(previous)
      throw error
    } finally {
      if (trial === own) trial = null
    }
  }

  /** Reconnects the previous identity after a failed switch. */
  async function comeBack(previous: Occupant<Client>): Promise<void> {
    // Vetoed, or abandoned while `beforeSessionEnd` was asked: the previous session still lives.
    if (isLive(store.getState())) return
    const { session, asked, declared } = previous
    const goingBack = succession.begin(session.intent(), { asked, declared, isTrial: true })
    // No other tab is told: the previous user is back, and the new one never connected here.
    departures.withdraw()
    return goingBack.then(
      () => {},
      () => {},
    )
  }

  /** Settles as `connecting` does. An abort abandons the intent, and rejects with the signal's reason. */
  function unlessAborted(
    connecting: Promise<ChatSession<Client>>,
    user: ChatUser,
    signal: AbortSignal | undefined,
    onAbandoned = (_later: Intent): void => {},
  ): Promise<ChatSession<Client>> {
    const mine = intents.latest()
    return new Promise((resolve, reject) => {
      const stopFollowing = onAbort(signal, () => {
        // connected → a subscriber aborts → `connecting` resolves: it is too late for that.
        if (isConnectedAs(user)) return
        const later = succession.abandon(mine)
        if (later) onAbandoned(later)
        reject(abortReason(signal))
        outbox.flush()
      })
      connecting.then(resolve, reject).finally(stopFollowing)
    })
  }

  function isConnectedAs(user: ChatUser): boolean {
    const asked = slot.occupant()?.asked
    return (
      isLive(store.getState()) &&
      asked !== undefined &&
      isSameIdentity(asked, { type: 'user', user })
    )
  }

  function currentSession(): Session {
    intents.ensureOpen()
    const session = slot.occupant()?.session
    if (!session) throw new ChatAuthError('not-connected')
    return session
  }

  /** Runs a method of the handle. Subscribers hear of its synchronous changes before it returns. */
  function act<T>(method: () => Promise<T>): Promise<T> {
    const result = method()
    outbox.flush()
    return result
  }

  return {
    getState: () => store.getState(),
    // The store's own function, by which a component finds its handle: see `endAskers`.
    subscribe: store.subscribe,
    connectUser: (user, tokens, how = {}) =>
      act(async () => {
        throwIfAborted(how.signal)
        const who = takeUser(user)
        return unlessAborted(connectUser(who, tokens, how), who, how.signal)
      }),
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
    disconnectUser: (options?: DisconnectOptions) =>
      act(async () => {
        intents.ensureOpen()
        if (options?.thisTabOnly !== true) leaveHint?.loggingOut(slot.occupant()?.asked)
        const leaving = options?.thisTabOnly === true ? succession.leaveTab() : succession.logOut()
        return leaving.finally(() => readiness.loggedOut())
      }),
    getToken: ({ userId } = {}) =>
      act(async () => {
        // Between two sessions of a switch there is none.
        const isChanging = !slot.occupant() && store.getState().status !== 'disconnected'
        const give = () => currentSession().giveToken(userId)
        return isChanging ? readiness.ready().then(give) : give()
      }),
    ready: ({ signal } = {}) => act(async () => readiness.ready(signal)),
    updateUser: (fields) =>
      succession.ofHook(
        act(async () => {
          const changes = takeChanges(fields)
          return currentSession().updateUser(changes)
        }),
      ),
    refreshToken: () => act(async () => currentSession().refreshToken()),
    pause: () =>
      act(async () => {
        const pauses = await currentSession().pauses()
        return pauses.pause('app')
      }),
    resume: () => act(async () => resume(currentSession())),
    retry: () =>
      act(async () => {
        intents.ensureOpen()
        const anew = succession.askAnew()
        if (!anew) return currentSession().retry()
        await anew
      }),
    fetch: (input, init) => succession.ofHook(act(async () => currentSession().fetch(input, init))),
    dispose() {
      succession.dispose()
      disposal.abort()
      store.dispatch({ type: 'disconnected' })
      store.close()
      outbox.flush()
    },
  }
}
