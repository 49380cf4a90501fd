import type { Environment } from '../environment.js'
import type { ChatSession } from '../chatSession.js'
import { ChatAuthError } from '../errors.js'
import type { ChatAuthOptions, Settings } from '../options.js'
import { isLive } from '../state.js'
import type { Connector } from '../connector.js'
import { awaitReturn } from './awaitReturn.js'
import type { Departures } from './departures.js'
import { createEndings } from './endings.js'
import type { GuestStore } from './guestStore.js'
import type { Intent, Intents } from './intents.js'
import type { Outbox } from '../outbox.js'
import { createSession, type Session } from './session.js'
import type { SessionIntent } from './sessionIntent.js'
import { returnOf, type Occupant, type SessionSlot } from './sessionSlot.js'
import type { Successor } from './stays.js'
import type { Store } from './store.js'

export interface SuccessionOptions<Client> {
  /** Read at each call, because the React layer replaces callbacks in this object. */
  readonly callbacks: Pick<
    ChatAuthOptions<Client>,
    'tokenProvider' | 'onEvent' | 'confirmEnd' | 'unsaved' | 'beforeSessionEnd' | 'afterSessionEnd'
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

interface Beginning extends Omit<Occupant, 'session'> {
  readonly isTrial: boolean
}

/** Ends one session and begins the next, each for the latest intent only. */
export interface Succession<Client = unknown> {
  /**
   * Connects `intent` in place of whoever is connected. Resolves when connected.
   * @param what.asked the identity that the app asked for; the backend gives a guest another id
   * @param what.declared the user whom the app declares; null if it declares none
   * @param what.isTrial the previous identity may come back, so that other tabs are not told yet
   */
  begin(intent: SessionIntent, what?: Partial<Beginning>): Promise<ChatSession<Client>>
  /** Lets the session go on, in spite of earlier intents that would end it. */
  goOn(): Intent
  /**
   * Asks anew for the identity that failed, or for the declared user whose session was ended elsewhere.
   * Null if there is neither.
   */
  askAnew(): Promise<ChatSession<Client>> | null
  /** Ends the session for all tabs. Resolves when its connection is closed. Calls in flight share it. */
  logOut(): Promise<void>
  /** Ends this tab's session at once. Nobody is asked, and no other tab is told. */
  leaveTab(): Promise<void>
  /**
   * Abandons the session that is connecting for the intent `mine`. Returns the intent that takes its
   * place; null if a later intent had begun.
   */
  abandon(mine: Intent): Intent | null
  /** Ends the session at once and for good. Nobody is asked, and no other tab is told. */
  dispose(): void
  /** Keeps the rejection of a request unreported while `beforeSessionEnd`, which may have sent it, runs. */
  ofHook<T>(request: Promise<T>): Promise<T>
}

export function createSuccession<Client>(options: SuccessionOptions<Client>): Succession<Client> {
  const { callbacks, connector, environment, settings, outbox } = options
  const { store, intents, guests, slot, departures } = options
  const endings = createEndings<Client>({
    callbacks,
    environment,
    settings,
    outbox,
    store,
    guests,
    slot,
    departures,
  })
  /** The log-out in flight. Set by `logOut`, which resets it. */
  let loggingOut: { readonly intent: Intent; readonly done: Promise<void> } | null = null
  /** A declared user whose session has ended. Set by `awaitDeclared`, reset by `forgetDeclared`. */
  let awaited: { readonly declared: SessionIntent; readonly stop: () => void } | null = null

  /** Completes a log-out, unless a later intent has begun meanwhile. */
  async function becomeDisconnected(
    mine: Intent,
    leaving: Promise<void> | null,
    endedBy?: 'another-tab',
  ): Promise<void> {
    await leaving
    // log-out → connect B → A's connection closes: without this, B shows as disconnected.
    if (mine.isLatest()) store.dispatch({ type: 'disconnected', ...(endedBy && { endedBy }) })
  }

  /** Ends `session` because its user left in another tab. Calls no hook, and tells no tab of that user. */
  function follow(session: Session, next: Successor | null): Promise<unknown> {
    const occupant = slot.occupant()
    if (occupant?.session !== session) return Promise.resolve()
    const { asked } = occupant
    const declared = returnOf(occupant)
    if (asked.type === 'guest') void guests.forget()
    endings.end(new ChatAuthError('session-ended'))
    const tokens = callbacks.tokenProvider
    // A static token is for the user who left.
    if (next && tokens !== undefined && typeof tokens !== 'string') {
      const identity = { type: 'user', user: { id: next.userId } } as const
      return begin({ identity, tokens, stay: next.stay }, { declared })
    }
    const mine = intents.begin()
    departures.announce(null)
    awaitDeclared(declared, 0)
    return becomeDisconnected(mine, slot.closing(), 'another-tab')
  }

  function awaitDeclared(declared: SessionIntent | null, notBeforeMs: number): void {
    forgetDeclared()
    if (declared?.identity.type !== 'user') return
    const stop = awaitReturn({
      environment,
      connectorId: connector.id,
      userId: declared.identity.user.id,
      crossTab: settings.crossTab,
      notBeforeMs,
      // The rejection is dropped: the state tells the outcome.
      onReturn: () => void begin(declared, { declared }).catch(() => {}),
    })
    awaited = { declared, stop }
  }

  function forgetDeclared(): void {
    awaited?.stop()
    awaited = null
  }

  function askAnew(): Promise<ChatSession<Client>> | null {
    const occupant = slot.occupant()
    const hasFailed = occupant && store.getState().status === 'failed'
    if (hasFailed) return begin(occupant.session.intent(), occupant)
    return awaited && begin(awaited.declared, { declared: awaited.declared })
  }

  /** Restarts a session whose failure time may have mended. */
  async function revive(session: Session): Promise<void> {
    const occupant = slot.occupant()
    if (occupant?.session === session) await begin(session.intent(), occupant)
  }

  async function begin(
    intent: SessionIntent,
    what: Partial<Beginning> = {},
  ): Promise<ChatSession<Client>> {
    const { asked = intent.identity, declared = null, isTrial = false } = what
    const mine = intents.begin()
    forgetDeclared()
    const leaving = endings.leave(mine, asked)
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
      dispatch(action) {
        store.dispatch(action)
        if (action.type !== 'failed') return
        endings.withdraw()
        const occupant = slot.occupant()
        awaitDeclared(occupant && returnOf(occupant), settings.retry.minDelayMs)
      },
      emit: (event) => outbox.tell(() => callbacks.onEvent?.(event)),
      // Rejections are dropped: the state tells the outcome.
      onDeparture: (departed) => void follow(session, departed).catch(() => {}),
      onRevival: () => void revive(session).catch(() => {}),
      onEnded: (ended) => outbox.tell(() => callbacks.afterSessionEnd?.(ended)),
    })
    slot.put({ session, asked, declared })
    if (!isTrial) departures.announce(asked)
    return await session.start()
  }

  function goOn(): Intent {
    const mine = intents.begin()
    endings.withdraw()
    return mine
  }

  return {
    begin,
    goOn,
    askAnew,
    logOut() {
      if (loggingOut?.intent.isLatest()) return loggingOut.done
      const intent = intents.begin()
      forgetDeclared()
      const leaving = becomeDisconnected(intent, endings.leave(intent, null))
      const underway = {
        intent,
        done: leaving.finally(() => {
          if (loggingOut === underway) loggingOut = null
        }),
      }
      loggingOut = underway
      return underway.done
    },
    leaveTab() {
      forgetDeclared()
      endings.leaveTab(new ChatAuthError('session-ended'))
      const mine = intents.begin()
      return becomeDisconnected(mine, slot.closing())
    },
    abandon(mine) {
      if (!mine.isLatest()) return null
      // The previous session is still live: a person or `beforeSessionEnd` is being asked.
      if (isLive(store.getState())) return goOn()
      const later = intents.begin()
      endings.end(new ChatAuthError('session-ended'))
      void becomeDisconnected(later, slot.closing())
      return later
    },
    dispose() {
      forgetDeclared()
      endings.leaveTab(new ChatAuthError('disposed'))
      intents.close()
    },
    ofHook: (request) => endings.ofHook(request),
  }
}
