import type { Environment } from '../environment.js'
import type { ChatSession } from '../chatSession.js'
import { ChatAuthError } from '../errors.js'
import type { ChatAuthOptions, Settings } from '../options.js'
import { isLive } from '../state.js'
import type { Connector } from '../connector.js'
import { createAskBeforeEnd } from './askBeforeEnd.js'
import type { Departures } from './departures.js'
import type { GuestStore } from './guestStore.js'
import type { Intent, Intents } from './intents.js'
import type { Outbox } from '../outbox.js'
import { createSession, type Session } from './session.js'
import type { SessionIntent } from './sessionIntent.js'
import type { Occupant, SessionSlot } from './sessionSlot.js'
import type { Successor } from './stays.js'
import type { Store } from './store.js'

export interface SuccessionOptions<Client> {
  /** Read at each call, because the React layer replaces callbacks in this object. */
  readonly callbacks: Pick<
    ChatAuthOptions<Client>,
    'tokenProvider' | 'onEvent' | 'beforeSessionEnd' | 'afterSessionEnd'
  >
  readonly connector: Connector<Client>
  readonly environment: Environment
  readonly settings: Settings
  readonly outbox: Outbox
  readonly store: Store<Client>
  readonly intents: Intents
  readonly guests: GuestStore
  readonly slot: SessionSlot<Client>
  readonly departures: Departures
}

/** Ends one session and begins the next, each for the latest intent only. */
export interface Succession<Client = unknown> {
  /**
   * Connects `intent` in place of whoever is connected. Resolves when connected.
   * @param asked the identity that the app asked for; the backend gives a guest another id
   * @param isTrial the previous identity may come back, so that other tabs are not told yet
   */
  begin(
    intent: SessionIntent,
    asked?: SessionIntent['identity'],
    isTrial?: boolean,
  ): Promise<ChatSession<Client>>
  /** Ends the session for all tabs. Resolves when its connection is closed. */
  logOut(): Promise<void>
  /**
   * Abandons the session that is connecting for the intent `mine`. Returns the intent that takes its
   * place; null if a later intent had begun.
   */
  abandon(mine: Intent): Intent | null
  /** Ends the session synchronously, without `beforeSessionEnd` and without telling other tabs. */
  end(error: ChatAuthError): void
  /** Keeps the rejection of a request unreported while `beforeSessionEnd`, which may have sent it, runs. */
  ofHook<T>(request: Promise<T>): Promise<T>
}

export function createSuccession<Client>(options: SuccessionOptions<Client>): Succession<Client> {
  const { callbacks, connector, environment, settings, outbox } = options
  const { store, intents, guests, slot, departures } = options
  const hook = createAskBeforeEnd<Client>({
    callbacks,
    timeoutMs: settings.beforeEndTimeoutMs,
    environment,
    outbox,
    isCurrent(sessionId) {
      const state = store.getState()
      return isLive(state) && state.sessionId === sessionId
    },
  })

  /** Ends the current session synchronously. `slot.closing` resolves once its connection is closed. */
  function endSession(error: ChatAuthError): Occupant<Client> | null {
    const leaver = slot.vacate(error)
    if (leaver) store.dispatch({ type: 'disconnecting' })
    hook.sessionOver()
    return leaver
  }

  /**
   * Ends the session for the intent `mine`: synchronously, unless the app has a `beforeSessionEnd`. Null
   * if there is nothing to wait for, so that the next session begins synchronously too.
   */
  function leave(mine: Intent, isLogOut = false): Promise<void> | null {
    const state = store.getState()
    const session = slot.occupant()?.session
    if (session && isLive(state) && callbacks.beforeSessionEnd) {
      const { identity, client, sessionId } = state
      const fetch: Session['fetch'] = (input, init) => session.fetch(input, init)
      return endIf(mine, isLogOut, hook.ask({ identity, client, sessionId, fetch }))
    }
    return endNow(isLogOut)
  }

  function endNow(isLogOut: boolean): Promise<void> | null {
    const leaver = endSession(new ChatAuthError('session-ended'))
    if (leaver) departures.add(leaver)
    if (!isLogOut) return slot.closing()
    // Includes a guest who left earlier, in a switch that this log-out supersedes.
    const forgetting = departures.hasGuest() ? guests.forget() : null
    // Announced now, because the page may be gone before the connection is closed.
    departures.announce(null)
    return forgetting ? Promise.all([slot.closing(), forgetting]).then(() => {}) : slot.closing()
  }

  async function endIf(mine: Intent, isLogOut: boolean, asking: Promise<boolean>): Promise<void> {
    const mayEnd = await asking
    // log-out → hook asked → the same user connects again → hook answers: without this, they are out.
    mine.ensureLatest()
    if (!mayEnd) throw new ChatAuthError('vetoed')
    await endNow(isLogOut)
  }

  /** Completes a log-out, unless a later intent has begun meanwhile. */
  async function becomeDisconnected(mine: Intent, leaving: Promise<void> | null): Promise<void> {
    await leaving
    // log-out → connect B → A's connection closes: without this, B shows as disconnected.
    if (mine.isLatest()) store.dispatch({ type: 'disconnected' })
  }

  /** Ends `session` because its user left in another tab. Calls no hook, and tells no tab of that user. */
  function follow(session: Session, next: Successor | null): Promise<unknown> {
    const occupant = slot.occupant()
    if (occupant?.session !== session) return Promise.resolve()
    if (occupant.asked.type === 'guest') void guests.forget()
    endSession(new ChatAuthError('session-ended'))
    if (next && callbacks.tokenProvider) {
      const identity = { type: 'user', user: { id: next.userId } } as const
      return begin({ identity, tokens: callbacks.tokenProvider, stay: next.stay })
    }
    const mine = intents.begin()
    departures.announce(null)
    return becomeDisconnected(mine, slot.closing())
  }

  /** Restarts a session whose failure time may have mended. */
  async function revive(session: Session): Promise<void> {
    const occupant = slot.occupant()
    if (occupant?.session === session) await begin(session.intent(), occupant.asked)
  }

  async function begin(
    intent: SessionIntent,
    asked = intent.identity,
    isTrial = false,
  ): Promise<ChatSession<Client>> {
    const mine = intents.begin()
    const leaving = leave(mine)
    // After a failure, `failed` ends now, and not only once the old connection has closed.
    if (!slot.occupant() && store.getState().status === 'failed') {
      store.dispatch({ type: 'connecting', identity: asked, isOnline: environment.isOnline() })
    }
    if (leaving) {
      await leaving
      // connect A → connect B → connect C → A's connection closes: without this, B connects as well.
      mine.ensureLatest()
    }
    const session: Session<Client> = createSession<Client>({
      ...intent,
      guests,
      connector,
      environment,
      settings,
      outbox,
      dispatch: (action) => store.dispatch(action),
      emit: (event) => outbox.tell(() => callbacks.onEvent?.(event)),
      // Rejections are dropped: the state tells the outcome.
      onDeparture: (next) => void follow(session, next).catch(() => {}),
      onRevival: () => void revive(session).catch(() => {}),
      onEnded: (ended) => outbox.tell(() => callbacks.afterSessionEnd?.(ended)),
    })
    slot.put({ session, asked })
    if (!isTrial) departures.announce(asked)
    return await session.start()
  }

  return {
    begin,
    async logOut() {
      const mine = intents.begin()
      return becomeDisconnected(mine, leave(mine, true))
    },
    abandon(mine) {
      if (!mine.isLatest()) return null
      const later = intents.begin()
      // The previous session is still live: `beforeSessionEnd` is being asked.
      if (isLive(store.getState())) return later
      endSession(new ChatAuthError('session-ended'))
      void becomeDisconnected(later, slot.closing())
      return later
    },
    end: (error) => void endSession(error),
    ofHook: (request) => hook.ofHook(request),
  }
}
