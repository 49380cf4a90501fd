import type { Environment } from '../environment.js'
import { ChatAuthError } from '../errors.js'
import type { ChatAuthOptions, EndingSession, Settings } from '../options.js'
import type { Outbox } from '../outbox.js'
import { isLive } from '../state.js'
import type { ChatIdentity } from '../types.js'
import { createAskBeforeEnd } from './askBeforeEnd.js'
import { createConfirmEnd } from './confirmEnd.js'
import type { Departures } from './departures.js'
import type { GuestStore } from './guestStore.js'
import type { Intent } from './intents.js'
import type { Session } from './session.js'
import type { Occupant, SessionSlot } from './sessionSlot.js'
import type { Store } from './store.js'

export interface EndingsOptions<Client> {
  /** Read at each call, because the React layer replaces callbacks in this object. */
  readonly callbacks: Pick<
    ChatAuthOptions<Client>,
    'onEvent' | 'confirmEnd' | 'unsaved' | 'beforeSessionEnd'
  >
  readonly environment: Environment
  readonly settings: Settings
  readonly outbox: Outbox
  readonly store: Store<Client>
  readonly guests: GuestStore
  readonly slot: SessionSlot
  readonly departures: Departures
}

/** The ways in which a session ends at this tab's wish. */
export interface Endings {
  /**
   * Ends the session for the intent `mine`: synchronously, unless the app has a `confirmEnd` or a
   * `beforeSessionEnd`. Null if there is nothing to wait for, so that the next session begins
   * synchronously too.
   * @param next who takes the place of the session's user; null for a log-out
   * @throws ChatAuthError `vetoed` if the session goes on
   */
  leave(mine: Intent, next: ChatIdentity | null): Promise<void> | null
  /** Ends the session in this tab alone, at once. Completes a log-out that a person has confirmed. */
  leaveTab(error: ChatAuthError): void
  /** Ends the session at once, without asking anyone and without telling other tabs. */
  end(error: ChatAuthError): Occupant | null
  /** Withdraws the question to a person: the session goes on, or has failed. */
  withdraw(): void
  /** Keeps the rejection of a request unreported while `beforeSessionEnd`, which may have sent it, runs. */
  ofHook<T>(request: Promise<T>): Promise<T>
}

export function createEndings<Client>(options: EndingsOptions<Client>): Endings {
  const { callbacks, environment, settings, outbox, store, guests, slot, departures } = options
  const person = createConfirmEnd<Client>({ callbacks, environment, outbox, store })
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
  /** The last log-out that was confirmed, and for which `beforeSessionEnd` was asked. Set by `endIf`. */
  let confirmed: Intent | null = null

  /** `slot.closing` resolves once the connection is closed. */
  function end(error: ChatAuthError): Occupant | null {
    const leaver = slot.vacate(error)
    if (leaver) store.dispatch({ type: 'disconnecting' })
    person.withdraw()
    hook.sessionOver()
    return leaver
  }

  function endForAll(isLogOut: boolean, error = new ChatAuthError('session-ended')) {
    const leaver = end(error)
    if (leaver) departures.add(leaver)
    if (!isLogOut) return slot.closing()
    // Includes a guest who left earlier, in a switch that this log-out supersedes.
    const forgetting = departures.hasGuest() ? guests.forget() : null
    // Announced now, because the page may be gone before the connection is closed.
    departures.announce(null)
    return forgetting ? Promise.all([slot.closing(), forgetting]).then(() => {}) : slot.closing()
  }

  async function endIf(
    mine: Intent,
    isLogOut: boolean,
    ending: EndingSession<Client>,
    confirming: Promise<void> | null,
  ): Promise<void> {
    if (confirming) {
      await confirming
      // log-out → person asked → the same user connects again: without this, they are out.
      mine.ensureLatest()
    }
    const state = store.getState()
    const isStillLive = isLive(state) && state.sessionId === ending.sessionId
    if (isStillLive && callbacks.beforeSessionEnd) {
      if (isLogOut) confirmed = mine
      const mayEnd = await hook.ask(ending)
      // log-out → hook asked → the same user connects again → hook answers: without this, they are out.
      mine.ensureLatest()
      confirmed = null
      if (!mayEnd) {
        person.withdraw()
        throw new ChatAuthError('vetoed')
      }
    }
    await endForAll(isLogOut)
  }

  return {
    leave(mine, next) {
      const state = store.getState()
      const session = slot.occupant()?.session
      const isLogOut = next === null
      if (!session || !isLive(state)) return endForAll(isLogOut)
      const { identity, client, sessionId, token } = state
      const { heldRequests } = token
      const hasToAsk = person.hasToAsk(heldRequests)
      if (!hasToAsk && !callbacks.beforeSessionEnd) return endForAll(isLogOut)
      const fetch: Session['fetch'] = (input, init) => session.fetch(input, init)
      const action = isLogOut ? 'logOut' : 'switch'
      const confirming = hasToAsk
        ? person.ask({ action, identity, next, client, sessionId, heldRequests })
        : null
      return endIf(mine, isLogOut, { identity, client, sessionId, fetch }, confirming)
    },
    leaveTab(error) {
      // log-out confirmed → hook asked → the page leaves: without this, other tabs stay logged in.
      if (confirmed?.isLatest()) return void endForAll(true, error)
      end(error)
      departures.withdraw()
    },
    end,
    withdraw: () => person.withdraw(),
    ofHook: (request) => hook.ofHook(request),
  }
}
