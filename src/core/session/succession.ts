import type { Environment } from '../environment.js'
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
  /** Read when they are due: the React layer puts the latest ones in. */
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
  readonly slot: SessionSlot
  readonly departures: Departures
}

/** Ends one session and begins the next, each for the latest intent only. */
export interface Succession {
  /**
   * Connects `intent` in place of whoever is connected. Resolves when connected.
   * @param asked whom the app asked for: the backend gives a guest another id
   * @param isTrial the one who leaves may come back, so that other tabs are not told yet
   */
  begin(intent: SessionIntent, asked?: SessionIntent['identity'], isTrial?: boolean): Promise<void>
  /** Ends the session for all tabs. Resolves when its connection is closed. */
  logOut(): Promise<void>
  /**
   * Gives up the session that is connecting for the intent `mine`. Returns the intent that takes its
   * place; null where a later one had begun.
   */
  abandon(mine: Intent): Intent | null
  /** Ends the session before it returns; asks nobody, and tells no other tab. */
  end(error: ChatAuthError): void
  /** Takes a request that `beforeSessionEnd` may have sent: its rejection goes unreported meanwhile. */
  ofHook<T>(request: Promise<T>): Promise<T>
}

export function createSuccession<Client>(options: SuccessionOptions<Client>): Succession {
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

  /** Ends the session that is, before it returns; `slot.closing` waits for its connection. */
  function endSession(error: ChatAuthError): Occupant | null {
    const leaver = slot.vacate(error)
    if (leaver) store.dispatch({ type: 'disconnecting' })
    hook.sessionOver()
    return leaver
  }

  /**
   * Ends the session for the intent `mine`: before it returns, unless the app wants to be asked. Null
   * where there is nothing to wait for, so that the next session begins in the same turn.
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
    if (next && callbacks.tokenProvider) {
      const identity = { type: 'user', user: { id: next.userId } } as const
      return begin({ identity, tokens: callbacks.tokenProvider, stay: next.stay })
    }
    const mine = intents.begin()
    departures.announce(null)
    return becomeDisconnected(mine, slot.closing())
  }

  /** Tries a session again that failed over what time may have mended. */
  async function revive(session: Session): Promise<void> {
    const occupant = slot.occupant()
    if (occupant?.session === session) await begin(session.intent(), occupant.asked)
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
      store.dispatch({ type: 'connecting', identity: asked, isOnline: environment.isOnline() })
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
      emit: (event) => outbox.tell(() => callbacks.onEvent?.(event)),
      // Whether that worked is in the state.
      onDeparture: (next) => void follow(session, next).catch(() => {}),
      onRevival: () => void revive(session).catch(() => {}),
      onEnded: (ended) => outbox.tell(() => callbacks.afterSessionEnd?.(ended)),
    })
    slot.put({ session, asked })
    if (!isTrial) departures.announce(asked)
    await session.start()
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
      // One who lives was not left yet: `beforeSessionEnd` is being asked.
      if (isLive(store.getState())) return later
      endSession(new ChatAuthError('session-ended'))
      void becomeDisconnected(later, slot.closing())
      return later
    },
    end: (error) => void endSession(error),
    ofHook: (request) => hook.ofHook(request),
  }
}
