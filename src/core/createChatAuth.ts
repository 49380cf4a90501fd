import type { Environment } from './environment.js'
import { ChatAuthError } from './errors.js'
import type { ChatAuthEvent } from './events.js'
import {
  assertTokenProvider,
  assertUser,
  resolveOptions,
  type ChatAuth,
  type ChatAuthOptions,
} from './options.js'
import { createSession, type Session, type SessionIntent } from './session.js'
import { disconnected, transition, type ChatAuthAction, type ChatAuthState } from './state.js'
import type { ChatIdentity, ChatUser, TokenProvider } from './types.js'

/** The options of core itself, which has no platform to fall back on. */
export type CoreOptions<Client> = ChatAuthOptions<Client> & { environment: Environment }

/**
 * Makes the one handle of an app's authentication. Does nothing until someone is connected.
 * @throws TypeError that names the option at fault
 */
export function createChatAuth<Client>(options: CoreOptions<Client>): ChatAuth<Client> {
  const settings = resolveOptions(options)
  const { connector, environment } = options
  const listeners = new Set<() => void>()
  let state: ChatAuthState<Client> = disconnected
  let session: Session | null = null
  /** Whom the session was asked for: a guest may come back under another id. */
  let asked: ChatIdentity | null = null
  /** Counts every intent; whoever finds a later one gives way. */
  let latest = 0
  /** Old connections that are still closing: the serial queue of all changes of session. */
  let closing: Promise<void> | null = null
  let isDisposed = false

  function dispatch(action: ChatAuthAction<Client>): void {
    const next = transition(state, action)
    if (next === state) return
    state = next
    for (const listener of listeners) listener()
  }

  function onEvent(event: ChatAuthEvent): void {
    try {
      options.onEvent?.(event)
    } catch (error) {
      // The app's mistake must reach the app, and must not stop what is being done here.
      environment.setTimer(() => {
        throw error
      }, 0)
    }
  }

  /** Ends the session that is, before it returns; what it resolves with waits for its connection. */
  function endSession(error: ChatAuthError): number {
    const ending = session?.end(error)
    session = null
    asked = null
    if (ending) {
      const all = Promise.all([closing, ending]).then(() => {
        if (closing === all) closing = null
      })
      closing = all
      dispatch({ type: 'disconnecting' })
    }
    return ++latest
  }

  async function begin(intent: SessionIntent, askedAs = intent.identity): Promise<void> {
    const mine = endSession(new ChatAuthError('session-ended'))
    while (closing) await closing
    if (mine !== latest) throw new ChatAuthError(isDisposed ? 'disposed' : 'superseded')
    session = createSession({ ...intent, connector, environment, settings, dispatch, onEvent })
    asked = askedAs
    await session.start()
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
      return session.start()
    }
    return begin({ identity: { type: 'user', user }, tokens: tokenOrProvider })
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
    switchUser: connectUser,
    async setGuestUser(user) {
      assertUsable()
      assertUser(user)
      if (session && asked?.type === 'guest' && asked.user.id === user.id && isUnderWay()) {
        return session.start()
      }
      return begin({ identity: { type: 'guest', user }, tokens: null })
    },
    async connectAnonymousUser() {
      assertUsable()
      if (session && asked?.type === 'anonymous' && isUnderWay()) return session.start()
      return begin({ identity: { type: 'anonymous' }, tokens: null })
    },
    async disconnectUser() {
      assertUsable()
      const mine = endSession(new ChatAuthError('session-ended'))
      while (closing) await closing
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
      endSession(new ChatAuthError('disposed'))
      dispatch({ type: 'disconnected' })
      listeners.clear()
    },
  }
}
