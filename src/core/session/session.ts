import { assembleSession } from './assembleSession.js'
import type { SessionParts } from './sessionParts.js'
import type { ChatSession } from '../chatSession.js'
import { within } from '../tools/deadline.js'
import { createDeferred } from '../tools/deferred.js'
import { detailsOf, detailsOfIntent } from './declaredDetails.js'
import { elapsedSince, markNow, type Mark } from '../environment.js'
import { ChatAuthError, toChatAuthError } from '../errors.js'
import type { EventBody } from '../events.js'
import { fetchLater } from './fetchLater.js'
import { findGuest, ofGuest } from './findGuest.js'
import { createLife } from '../life.js'
import type { Pauses } from './pauses.js'
import { intentOf, type SessionIntent } from './sessionIntent.js'
import type { ChatAuthAction } from '../state.js'
import type { UserDetails } from '../connector.js'
import type { ChatIdentity, ChatUser, TokenProvider } from '../types.js'
import type { SessionOptions } from './sessionOptions.js'

/** Longest delay of the next session by the closing of the old connection, in milliseconds. */
const closeTimeoutMs = 1000

/** Least time between a failure and a wake that tries again, in milliseconds: wakes may come in storms. */
const revivalCooldownMs = 1000

/** Session of one identity, from connect to disconnect; superseded as a whole. */
export interface Session<Client = unknown> {
  /** Connects, once. Resolves when connected; rejects if the session fails or ends before that. */
  start(): Promise<ChatSession<Client>>
  /** Intent to restart this session from. A guest whom the backend has created stays the same guest. */
  intent(): SessionIntent
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /** Resolves once there is something to pause. */
  pauses(): Promise<Pauses>
  /** Takes a later declaration of this session's user. Sends what changed once connected. */
  declare(user: ChatUser): void
  /** Changes the user's profile. Resolves with the user as the backend then has them. */
  updateUser(changes: UserDetails): Promise<ChatUser>
  refreshToken(): Promise<void>
  /** See `TokenDoor.giveOut`. */
  giveToken(forUserId: string | undefined): Promise<string>
  /** Makes the next attempt now. */
  retry(): Promise<void>
  /**
   * Replaces the token source. A static token replaces another static token only.
   * @throws ChatAuthError if a static token is not for this user, or older than the current one
   */
  setTokens(tokens: string | TokenProvider): void
  /**
   * Ends the session synchronously: after that, its callers get nothing but `error`. Resolves when its
   * connection is closed.
   */
  end(error: ChatAuthError): Promise<void>
  /** Tells other tabs that the user of this ended session left for `next`, or for nobody. */
  depart(next: ChatIdentity | null): void
}

export function createSession<Client>(options: SessionOptions<Client>): Session<Client> {
  const { connector, environment, settings, outbox } = options
  const sessionId = Math.floor(environment.random() * 2 ** 52).toString(36)
  const life = createLife(environment, outbox)
  let intent = intentOf(options)
  const details = detailsOfIntent(intent)
  let parts: SessionParts<Client> | null = null
  const started = createDeferred<ChatSession<Client>>()
  const assembled = createDeferred<SessionParts<Client>>()
  /** Set by `onLive`. */
  let hasBeenLive = false
  /** Set by `begin`, null until then. */
  let stopListening: (() => void) | null = null
  /** When the session failed in a way that another attempt may mend. Set by `fail`. */
  let revivableSince: Mark | null = null
  /** Set by `onDeparture`. */
  let endedBy: 'this-tab' | 'another-tab' = 'this-tab'

  /** Emits an event unless the session is over. Only `draft-lost` may follow the event of its end. */
  function emit(event: EventBody): void {
    if (!life.isOver()) tell(event)
  }

  function tell(event: EventBody): void {
    options.emit({ ...event, atMs: environment.now(), sessionId })
  }

  function dispatch(action: ChatAuthAction<Client>): void {
    if (!life.isOver()) options.dispatch(action)
  }

  async function connect(): Promise<void> {
    if (intent.identity.type === 'guest' && intent.tokens === null) {
      const { guests } = options
      const context = { life, guests, connector, environment }
      const { user, token } = await findGuest(intent.identity.user, context)
      // guest requested → log-out → guest created: without this, their connection is made for nobody.
      life.ensureAlive()
      intent = { ...intent, identity: { type: 'guest', user }, tokens: token }
    }
    parts = assemble()
    if (parts.tabs) intent = { ...intent, stay: parts.tabs.stay }
    assembled.resolve(parts)
    parts.tabs?.check()
    await parts.loop.run()
  }

  function assemble(): SessionParts<Client> {
    return assembleSession({
      intent,
      sessionId,
      details,
      life,
      connector,
      environment,
      settings,
      outbox,
      emit,
      draftLost: (cid) => tell({ type: 'draft-lost', cid }),
      dispatch,
      onLive(session) {
        hasBeenLive = true
        outbox.tell(() => started.resolve(session))
      },
      onFatal: fail,
      onDeparture(next) {
        endedBy = 'another-tab'
        options.onDeparture(next)
      },
    })
  }

  function fail(reason: ChatAuthError): void {
    if (life.isOver()) return
    const error = intent.identity.type === 'guest' ? ofGuest(reason) : reason
    emit({ type: 'session-failed', code: error.code })
    dispatch({ type: 'failed', identity: intent.identity, error })
    outbox.tell(() => started.reject(error))
    if (error.retryable) revivableSince = markNow(environment)
    void finish(error)
  }

  /** Ends all parts synchronously, so that the next session may begin at once. */
  function finish(error: ChatAuthError): Promise<void> {
    life.end(error)
    // A failed session keeps listening for its user's log-out in another tab, and for a wake-up.
    if (!parts?.tabs && !revivableSince) stopListening?.()
    assembled.reject(error)
    parts?.end(error)
    return closed().then(() => {
      if (hasBeenLive) options.onEnded({ identity: intent.identity, sessionId, error })
    })
  }

  /** Resolves when the connection is closed, or after a timeout: the next user must not wait for it. */
  async function closed(): Promise<void> {
    if (parts) await within(environment, closeTimeoutMs, parts.close())
  }

  function begin(): void {
    emit({ type: 'session-started', identityType: intent.identity.type })
    dispatch({ type: 'connecting', identity: intent.identity, isOnline: environment.isOnline() })
    const stopWaking = environment.onWake(wake)
    const stopNetwork = environment.onNetworkChange?.(noteNetwork)
    stopListening = () => {
      stopWaking()
      stopNetwork?.()
    }
    connect().catch((error: unknown) => fail(toChatAuthError(error, 'connection-failed')))
  }

  function wake(): void {
    parts?.tabs?.check()
    if (life.isOver()) {
      const since = revivableSince
      if (since && elapsedSince(environment, since) >= revivalCooldownMs) options.onRevival()
      return
    }
    noteNetwork()
    parts?.wake()
  }

  function noteNetwork(): void {
    dispatch({ type: 'network-changed', isOnline: environment.isOnline() })
  }

  return {
    start() {
      if (!stopListening) begin()
      return started.promise
    },
    intent: () => ({
      ...details.within(intent),
      paused: parts?.pauses.isPausedBy('app') ?? intent.paused ?? false,
    }),
    async pauses() {
      const { pauses } = await assembled.promise
      return pauses
    },
    declare: (user) => void (parts?.profile ?? details).declare(detailsOf(user)),
    async updateUser(changes) {
      const { profile } = await assembled.promise
      life.ensureAlive()
      return profile.update(changes)
    },
    fetch: (input, init) =>
      parts?.connection.fetch(input, init) ??
      fetchLater({ connector, assembled: assembled.promise, input, init }),
    async refreshToken() {
      const { tokens } = await assembled.promise
      life.ensureAlive()
      await tokens.refresh()
    },
    giveToken: (forUserId) => assembled.promise.then(({ door }) => door.giveOut(forUserId)),
    async retry() {
      const { tokens, loop } = await assembled.promise
      life.ensureAlive()
      // First: a provider that fails again must not keep the socket waiting.
      loop.hurry()
      await tokens.retry()
      life.ensureAlive()
      loop.hurry()
      // An `open` of a connector may never settle; the caller must not wait beyond the session.
      await Promise.race([loop.run(), life.over])
      life.ensureAlive()
    },
    setTokens(tokens) {
      // A token provider is not replaced by a static token, which could not be renewed.
      if (typeof tokens === 'string' && typeof intent.tokens !== 'string') return
      parts?.tokens.setTokens(tokens)
      intent = { ...intent, tokens }
    },
    async end(error) {
      stopListening?.()
      parts?.tabs?.close()
      if (life.isOver()) return closed()
      emit({ type: 'session-ended', code: error.code, by: endedBy })
      outbox.tell(() =>
        started.reject(error.code === 'disposed' ? error : new ChatAuthError('superseded')),
      )
      await finish(error)
    },
    depart(next) {
      parts?.tabs?.depart(next?.type === 'user' ? next.user.id : null)
    },
  }
}
