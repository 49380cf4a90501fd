import { createDeferred } from './deferred.js'
import { createConnectionLoop, type ConnectionLoop } from './connectionLoop.js'
import { within } from './deadline.js'
import type { Environment } from './environment.js'
import {
  ChatAuthError,
  isChatAuthError,
  toChatAuthError,
  type ChatAuthErrorCode,
} from './errors.js'
import type { ChatAuthEvent, EventBody } from './events.js'
import type { GuestStore, StoredGuest } from './guestStore.js'
import type { HeldToken } from './heldToken.js'
import type { EndedSession, Settings } from './options.js'
import { createRequestGate } from './requestGate.js'
import type { ChatAuthAction } from './state.js'
import type { Successor } from './stays.js'
import { createTabLink, type TabLink } from './tabLink.js'
import { createTokenSource, type TokenSource } from './tokenSource.js'
import type {
  ChatIdentity,
  ChatUser,
  Connection,
  Connector,
  Credential,
  TokenProvider,
} from './types.js'

/** Who is to be connected, and where their token comes from. */
export interface SessionIntent {
  readonly identity: ChatIdentity
  /** null: none is needed (anonymous), or the backend will give one (a guest yet to be made). */
  readonly tokens: string | TokenProvider | null
  /** The user's stay in this browser that it belongs to; left out: the one when the session begins. */
  readonly stay?: string
}

export interface SessionOptions<Client> extends SessionIntent {
  readonly guests: GuestStore
  readonly connector: Connector<Client>
  readonly environment: Environment
  readonly settings: Settings
  readonly dispatch: (action: ChatAuthAction<Client>) => void
  readonly onEvent: (event: ChatAuthEvent) => void
  /** The user was logged out in another tab, or `next` took their place: to be ended at once. */
  readonly onDeparture: (next: Successor | null) => void
  /** A session that had connected is over, and its connection is closed. */
  readonly onEnded: (ended: EndedSession) => void
}

/** How a backend says no to the making of a guest. */
const guestsDisabledCodes = new Set<ChatAuthErrorCode>(['not-allowed', 'authentication-failed'])

/** What ends a session over its token; of a guest's, who has no other, there is more to say. */
const refusedCodes = new Set<ChatAuthErrorCode>([
  'token-expired',
  'token-refused',
  'token-signature-invalid',
  'authentication-failed',
])

/** How long closing the old connection may hold up the next session, in milliseconds. */
const closeTimeoutMs = 1000

/** One identity's life, from connect to disconnect; superseded as a whole. */
export interface Session {
  /** Connects, once. Resolves when connected; rejects when the session fails or is ended before. */
  start(): Promise<void>
  /** What a new session in this one's place is made from: a guest once made stays that guest. */
  intent(): SessionIntent
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  refreshToken(): Promise<void>
  /** Makes a waiting attempt now. */
  retry(): Promise<void>
  setProvider(provider: TokenProvider): void
  /**
   * Supersedes the session before it returns: after that nothing of it reaches anyone but `error`.
   * Resolves when its connection is closed.
   */
  end(error: ChatAuthError): Promise<void>
  /** Tells the other tabs that this user, whose session ended here, left: for `next`, or for nobody. */
  depart(next: ChatIdentity | null): void
}

/** What a session consists of once its identity is certain. */
interface Parts<Client> {
  readonly tokens: TokenSource
  readonly connection: Connection<Client>
  readonly loop: ConnectionLoop
  /** null: nothing is shared between tabs. */
  readonly tabs: TabLink | null
}

export function createSession<Client>(options: SessionOptions<Client>): Session {
  const { connector, environment, settings } = options
  const sessionId = Math.floor(environment.random() * 2 ** 52).toString(36)
  const controller = environment.createAbortController()
  let intent: SessionIntent = options
  let parts: Parts<Client> | null = null
  const started = createDeferred<void>()
  const assembled = createDeferred<Parts<Client>>()
  let hasStarted = false
  let stopWaking = (): void => {}
  let endedWith: ChatAuthError | null = null
  let endedBy: 'this-tab' | 'another-tab' = 'this-tab'

  const gate = createRequestGate({
    sessionId,
    environment,
    settings,
    ready: () => parts?.tokens.ready() ?? null,
    refused: (token, refusal) => parts?.tokens.refused(token, refusal, 'request'),
    emit,
    onHeldChange: (heldRequests) => dispatch({ type: 'token-changed', token: { heldRequests } }),
  })

  /** The last event of a session is that of its end. */
  function emit(event: EventBody): void {
    if (!endedWith) options.onEvent({ ...event, atMs: environment.now(), sessionId })
  }

  function dispatch(action: ChatAuthAction<Client>): void {
    if (!endedWith) options.dispatch(action)
  }

  async function prepare(): Promise<Parts<Client>> {
    if (intent.identity.type === 'guest' && intent.tokens === null) {
      const { user, token } =
        (await options.guests.read()) ?? (await makeGuest(intent.identity.user))
      if (endedWith) throw endedWith
      intent = { identity: { type: 'guest', user }, tokens: token }
    }
    parts = assemble(intent.identity, intent.tokens)
    assembled.resolve(parts)
    return parts
  }

  async function makeGuest(user: ChatUser): Promise<StoredGuest> {
    if (endedWith) throw endedWith
    try {
      const guest = await connector.createGuest(user, { environment, signal: controller.signal })
      if (!endedWith) await options.guests.write(guest)
      return guest
    } catch (error) {
      const isDisabled = isChatAuthError(error) && guestsDisabledCodes.has(error.code)
      throw isDisabled ? new ChatAuthError('guests-disabled', { cause: error }) : error
    }
  }

  function assemble(identity: ChatIdentity, source: string | TokenProvider | null): Parts<Client> {
    const isAnonymous = identity.type === 'anonymous'
    const userId = isAnonymous ? `anonymous-${sessionId}` : identity.user.id
    const authType = isAnonymous ? 'anonymous' : 'jwt'
    const credentialOf = ({ value }: HeldToken): Credential => ({ userId, authType, token: value })

    const tabs = isAnonymous ? null : linkTabs(userId)
    if (tabs) intent = { ...intent, stay: tabs.stay }

    const tokens = createTokenSource({
      userId,
      provider: typeof source === 'string' ? null : source,
      staticToken: isAnonymous ? '' : typeof source === 'string' ? source : null,
      environment,
      settings,
      sharing: tabs,
      emit,
      onChange: (token) => dispatch({ type: 'token-changed', token }),
      onReady() {
        gate.release()
        void loop.run()
      },
      onFatal: fail,
    })
    const connection = connector.createConnection({
      sessionId,
      identity,
      environment,
      signal: controller.signal,
      send: (send, signal) =>
        gate.send((token, requestId) => send(credentialOf(token), requestId), signal),
      connectionLost: (error) => loop.lost(error),
    })
    const loop = createConnectionLoop({
      tokens,
      environment,
      settings,
      open: (token) => connection.open(credentialOf(token)),
      emit,
      onUp(user) {
        dispatch({ type: 'connected', identity, user, client: connection.client, sessionId })
        if (gate.isOpen()) return
        emit({ type: 'session-connected', userId: user.id })
        gate.open()
        started.resolve()
      },
      onDown: (attempts) => dispatch({ type: 'connection-down', ...attempts }),
      onFatal: fail,
    })
    return { tokens, connection, loop, tabs }
  }

  function linkTabs(userId: string): TabLink | null {
    const { tabs } = environment
    if (!settings.crossTab || !tabs) return null
    return createTabLink({
      tabs,
      environment,
      connectorId: connector.id,
      userId,
      stay: intent.stay,
      turnTimeoutMs: settings.providerTimeoutMs,
      onToken: (token) => parts?.tokens.adopt(token),
      onDeparture(next) {
        endedBy = 'another-tab'
        options.onDeparture(next)
      },
    })
  }

  function fail(reason: ChatAuthError): void {
    if (endedWith) return
    const isGuestRefused = intent.identity.type === 'guest' && refusedCodes.has(reason.code)
    const error = isGuestRefused ? new ChatAuthError('guest-refused', { cause: reason }) : reason
    emit({ type: 'session-failed', code: error.code })
    void finish(error)
    options.dispatch({ type: 'failed', identity: intent.identity, error })
    started.reject(error)
  }

  /** All that must be over before anyone else begins is over before the first `await`. */
  async function finish(error: ChatAuthError): Promise<void> {
    endedWith = error
    // A failed session goes on to hear that its user has left.
    if (!parts?.tabs) stopWaking()
    controller.abort(error)
    assembled.reject(error)
    gate.close(error)
    parts?.tokens.dispose(error)
    parts?.loop.stop()
    await closed()
    if (gate.isOpen()) options.onEnded({ identity: intent.identity, sessionId, error })
  }

  async function closed(): Promise<void> {
    if (!parts) return
    // A connection that cannot even be closed must not keep the next user out.
    await within(
      environment,
      closeTimeoutMs,
      parts.connection.close().catch(() => {}),
    )
  }

  /** At once where it can be: what is sent is as it was when it was asked for. */
  function fetch(input: string | URL, init?: RequestInit): Promise<Response> {
    if (parts) return parts.connection.fetch(input, init)
    const signal = init?.signal
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      assembled.promise
        .then(({ connection }) => connection.fetch(input, init))
        .then(resolve, reject)
    })
  }

  function begin(): void {
    hasStarted = true
    emit({ type: 'session-started', identityType: intent.identity.type })
    dispatch({ type: 'connecting', identity: intent.identity })
    stopWaking = environment.onWake(() => {
      parts?.tabs?.check()
      parts?.tokens.wake()
      parts?.loop.wake()
    })
    prepare()
      .then(({ loop, tabs }) => {
        tabs?.check()
        return loop.run()
      })
      .catch((error: unknown) => fail(toChatAuthError(error, 'connection-failed')))
  }

  return {
    start() {
      if (!hasStarted) begin()
      return started.promise
    },
    intent: () => intent,
    fetch,
    async refreshToken() {
      const { tokens } = await assembled.promise
      await tokens.refresh()
    },
    async retry() {
      const { tokens, loop } = await assembled.promise
      await tokens.retry()
      loop.hurry()
      await loop.run()
      if (endedWith) throw endedWith
    },
    setProvider(provider) {
      intent = { ...intent, tokens: provider }
      parts?.tokens.setProvider(provider)
    },
    async end(error) {
      stopWaking()
      parts?.tabs?.close()
      if (endedWith) return closed()
      emit({ type: 'session-ended', code: error.code, by: endedBy })
      const finished = finish(error)
      started.reject(error.code === 'disposed' ? error : new ChatAuthError('superseded'))
      await finished
    },
    depart(next) {
      parts?.tabs?.depart(next?.type === 'user' ? next.user.id : null)
    },
  }
}
