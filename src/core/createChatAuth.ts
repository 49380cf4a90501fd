import { within } from './deadline.js'
import type { Environment } from './environment.js'
import { ChatAuthError } from './errors.js'
import type { ChatAuthEvent } from './events.js'
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
import type { ChatIdentity, ChatUser, TokenProvider } from './types.js'

type LiveState<Client> = Extract<ChatAuthState<Client>, { sessionId: string }>

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
  const listeners = new Set<() => void>()
  let state: ChatAuthState<Client> = disconnected
  let session: Session | null = null
  /** Whom the session was asked for: a guest may come back under another id. */
  let asked: ChatIdentity | null = null
  /** Counts every intent; whoever finds a later one gives way. */
  let latest = 0
  /** Old connections that are still closing: the serial queue of all changes of session. */
  let closing: Promise<void> | null = null
  let asking: { ending: Session; answer: Promise<boolean> } | null = null
  let isDisposed = false

  function dispatch(action: ChatAuthAction<Client>): void {
    const next = transition(state, action)
    if (next === state) return
    state = next
    for (const listener of listeners) listener()
  }

  function onEvent(event: ChatAuthEvent): void {
    reportErrorsOf(() => options.onEvent?.(event))
  }

  /** The app's mistakes must reach the app, and must not stop what is being done here. */
  async function reportErrorsOf<T>(callback: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await callback()
    } catch (error) {
      environment.setTimer(() => {
        throw error
      }, 0)
      return undefined
    }
  }

  function giveWay(mine: number): void {
    if (mine !== latest) throw new ChatAuthError(isDisposed ? 'disposed' : 'superseded')
  }

  /** Ends the session that is, before it returns; `closing` waits for its connection. */
  function endSession(error: ChatAuthError): void {
    const ending = session?.end(error)
    session = null
    asked = null
    if (!ending) return
    const all = Promise.all([closing, ending]).then(() => {
      if (closing === all) closing = null
    })
    closing = all
    dispatch({ type: 'disconnecting' })
  }

  /**
   * Ends the session for the intent `mine`: before it returns, unless the app wants to be asked. Null
   * where there is nothing to wait for, so that the next session begins in the same turn.
   */
  function leave(mine: number): Promise<void> | null {
    if (session && isLive(state) && options.beforeSessionEnd)
      return askToLeave(mine, session, state)
    endSession(new ChatAuthError('session-ended'))
    return closing && whenClosed()
  }

  async function askToLeave(mine: number, ending: Session, live: LiveState<Client>): Promise<void> {
    const mayEnd = await askBeforeEnd(ending, live)
    giveWay(mine)
    if (!mayEnd) throw new ChatAuthError('vetoed')
    endSession(new ChatAuthError('session-ended'))
    await whenClosed()
  }

  async function whenClosed(): Promise<void> {
    while (closing) await closing
  }

  /** Asked once, however many intents would end the session. */
  function askBeforeEnd(
    ending: Session,
    { identity, client }: LiveState<Client>,
  ): Promise<boolean> {
    if (asking?.ending === ending) return asking.answer
    const answered = reportErrorsOf(() =>
      options.beforeSessionEnd?.({ identity, client, fetch: ending.fetch }),
    )
    const answer = within(environment, settings.beforeEndTimeoutMs, answered).then((mayEnd) => {
      asking = null
      return mayEnd !== false
    })
    asking = { ending, answer }
    return answer
  }

  async function begin(intent: SessionIntent, askedAs = intent.identity): Promise<void> {
    const mine = ++latest
    const leaving = leave(mine)
    if (leaving) await leaving
    giveWay(mine)
    session = createSession({
      ...intent,
      guests,
      connector,
      environment,
      settings,
      dispatch,
      onEvent,
      onEnded: (ended) => void reportErrorsOf(() => options.afterSessionEnd?.(ended)),
    })
    asked = askedAs
    await session.start()
  }

  /** Nothing new: the same session it is, and whatever would have ended it gives way. */
  function stay(current: Session): Promise<void> {
    latest++
    return current.start()
  }

  async function connectUser(
    user: ChatUser,
    tokenOrProvider: string | TokenProvider | undefined = options.tokenProvider,
  ): Promise<void> {
    assertUsable()
    assertUser(user)
    if (tokenOrProvider === undefined) {
      throw new TypeError(
        '`tokenProvider` is missing: pass one to connectUser or to createChatAuth.',
      )
    }
    if (typeof tokenOrProvider !== 'string') assertTokenProvider(tokenOrProvider)
    if (session && asked?.type === 'user' && asked.user.id === user.id && isUnderWay()) {
      if (typeof tokenOrProvider !== 'string') session.setProvider(tokenOrProvider)
      return stay(session)
    }
    return begin({ identity: { type: 'user', user }, tokens: tokenOrProvider })
  }

  async function switchUser(
    user: ChatUser,
    tokenOrProvider?: string | TokenProvider,
    { goBack = false }: SwitchOptions = {},
  ): Promise<void> {
    const previous = session && isLive(state) ? { intent: session.intent(), asked } : null
    const switching = connectUser(user, tokenOrProvider)
    const mine = latest
    try {
      await switching
    } catch (error) {
      // Whoever came after the switch has decided who is to be there.
      if (goBack && previous && mine === latest && state.status === 'failed') {
        await begin(previous.intent, previous.asked ?? undefined).catch(() => {})
      }
      throw error
    }
  }

  function isUnderWay(): boolean {
    return state.status !== 'failed'
  }

  function assertUsable(): void {
    if (isDisposed) throw new ChatAuthError('disposed')
  }

  function current(): Session {
    assertUsable()
    if (state.status === 'failed') throw state.error
    if (!session) throw new ChatAuthError('not-connected')
    return session
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    connectUser,
    switchUser,
    async upgradeGuest(user, tokenOrProvider) {
      assertUsable()
      if (!isLive(state) || state.identity.type !== 'guest') throw new ChatAuthError('not-a-guest')
      const guestId = state.user.id
      await switchUser(user, tokenOrProvider, { goBack: true })
      await guests.forget()
      return { guestId, userId: user.id }
    },
    async setGuestUser(user) {
      assertUsable()
      assertUser(user)
      if (session && asked?.type === 'guest' && asked.user.id === user.id && isUnderWay()) {
        return stay(session)
      }
      return begin({ identity: { type: 'guest', user }, tokens: null })
    },
    async connectAnonymousUser() {
      assertUsable()
      if (session && asked?.type === 'anonymous' && isUnderWay()) return stay(session)
      return begin({ identity: { type: 'anonymous' }, tokens: null })
    },
    async disconnectUser() {
      assertUsable()
      const mine = ++latest
      const isGuest = 'identity' in state && state.identity.type === 'guest'
      await leave(mine)
      if (isGuest) await guests.forget()
      if (mine === latest) dispatch({ type: 'disconnected' })
    },
    async refreshToken() {
      return current().refreshToken()
    },
    async retry() {
      if (!isDisposed && session && state.status === 'failed') {
        return begin(session.intent(), asked ?? undefined)
      }
      return current().retry()
    },
    async fetch(input, init) {
      return current().fetch(input, init)
    },
    dispose() {
      if (isDisposed) return
      isDisposed = true
      latest++
      endSession(new ChatAuthError('disposed'))
      dispatch({ type: 'disconnected' })
      listeners.clear()
    },
  }
}

function findGuestStorage<Client>(options: CoreOptions<Client>): GuestStorage | null {
  const { guestStorage = 'none', environment } = options
  if (guestStorage === 'none') return null
  if (typeof guestStorage !== 'string') return guestStorage
  return environment.storage?.(guestStorage) ?? null
}
