import type { ConnectionLoop } from './connectionLoop.js'
import { createConnectionLoop } from './createConnectionLoop.js'
import { ChatAuthError, isChatAuthError } from '../errors.js'
import type { HeldToken } from '../token/heldToken.js'
import { createPauses, type Pauses } from './pauses.js'
import { createProfile } from './profile.js'
import { createRequestGate } from './requestGate.js'
import { createTabLink, type TabLink } from './tabLink.js'
import { createTokenDoor } from '../token/tokenDoor.js'
import type { TokenSource } from '../token/tokenSource.js'
import { createTokenSource } from '../token/createTokenSource.js'
import type { Connection, Credential } from '../connector.js'
import type { AssembleOptions, SessionParts } from './sessionParts.js'

/**
 * Makes the parts of a session, and says who calls whom.
 * @throws ChatAuthError if the static token is not one for this user
 */
export function assembleSession<Client>(options: AssembleOptions<Client>): SessionParts<Client> {
  const { identity } = options.intent
  const userId = identity.type === 'anonymous' ? `anonymous-${options.sessionId}` : identity.user.id
  const tabs = identity.type === 'anonymous' ? null : linkTabs()
  let parts: SessionParts<Client> | null = null

  function linkTabs(): TabLink | null {
    const { environment, settings, connector } = options
    if (!settings.crossTab || !environment.tabs) return null
    return createTabLink({
      tabs: environment.tabs,
      environment,
      connectorId: connector.id,
      userId,
      stay: options.intent.stay,
      turnTimeoutMs: settings.providerTimeoutMs,
      onToken: (token, leftMs) => parts?.tokens.adopt(token, leftMs),
      onDeparture: options.onDeparture,
    })
  }

  try {
    parts = wire(options, userId, tabs)
    return parts
  } catch (error) {
    // A session that could not be assembled leaves no channel open.
    tabs?.close()
    throw error
  }
}

function wire<Client>(
  options: AssembleOptions<Client>,
  userId: string,
  tabs: TabLink | null,
): SessionParts<Client> {
  const { sessionId, details, life, connector, environment, settings, outbox, emit } = options
  const { identity, tokens: source } = options.intent
  const isAnonymous = identity.type === 'anonymous'
  const authType = isAnonymous ? 'anonymous' : 'jwt'
  /** Set by the first connection that is up; requests may have gone out before. */
  let hasConnected = false
  /** Set by `since`, once the session is live. */
  let liveSince: Date | null = null
  const since = (): Date => (liveSince ??= new Date(environment.now()))
  function arrive(): void {
    if (identity.type === 'user') tabs?.arrive()
  }
  const credentialOf = ({ value }: HeldToken): Credential => ({ userId, authType, token: value })

  const probe = async (): Promise<unknown> => connection.probe?.()

  const tokens: TokenSource = createTokenSource({
    life,
    outbox,
    userId,
    provider: typeof source === 'string' ? null : source,
    isAnonymous,
    staticToken: typeof source === 'string' ? source : null,
    environment,
    settings,
    sharing: tabs,
    emit,
    onChange(token) {
      options.dispatch({ type: 'token-changed', token })
      const { status, attempt = 0, nextAttemptAt = null, error = null } = token
      if (status === 'retrying') loop.delayed({ attempt, nextAttemptAt, error })
    },
    isWanted: () => !loop.isResting() || gate.heldRequests() > 0 || door.isAwaited(),
    onReady() {
      gate.release()
      loop.start()
    },
    onFatal: options.onFatal,
  })

  const gate = createRequestGate({
    sessionId,
    environment,
    settings,
    ready: () => tokens.ready(),
    untried: () => tokens.untried(),
    endProbation: () => tokens.endProbation(),
    probe,
    refused: (token, refusal) => tokens.refused(token, refusal, 'request'),
    accepted: (token) => tokens.accepted(token),
    emit,
    onHeldChange: (heldRequests) =>
      options.dispatch({ type: 'token-changed', token: { heldRequests } }),
  })

  const connection = connector.createConnection({
    sessionId,
    identity,
    environment,
    signal: life.signal,
    send: (send, signal) =>
      gate.send((token, requestId) => send(credentialOf(token), requestId), signal),
    connectionLost: (error, credential) => loop.lost(error, credential),
    pause: () => pauses.pause('client').catch(() => {}),
    resume: () => pauses.resume(['client']).catch(() => {}),
    userUpdated(user) {
      if (user.id === userId && !life.isOver()) profile.told(user)
    },
    framesIgnored: (reason, frames) => emit({ type: 'frame-ignored', reason, frames }),
    draftLost: options.draftLost,
  })

  const profile = createProfile({
    life,
    details,
    async send(changes) {
      if (isAnonymous) throw new ChatAuthError('anonymous-not-allowed')
      if (!connection.updateUser) throw new ChatAuthError('update-unsupported')
      return connection.updateUser(changes)
    },
    onChange: (user) => options.dispatch({ type: 'user-changed', user }),
    emit,
  })

  const loop: ConnectionLoop = createConnectionLoop({
    life,
    tokens,
    environment,
    settings,
    credentialOf,
    open: (credential) => connection.open(credential, details.forOpening()),
    prepare: () => restOf(connection).catch(throwIfFinal),
    rest: () => restOf(connection).catch(() => {}),
    emit,
    onUp(welcomed) {
      const { client } = connection
      const user = profile.welcomed(welcomed)
      const connectedAt = since()
      options.dispatch({ type: 'connected', identity, user, client, sessionId, connectedAt })
      if (hasConnected) return
      hasConnected = true
      emit({ type: 'session-connected', userId: user.id })
      options.onLive({ client, user, sessionId })
      arrive()
      gate.open()
      door.open()
    },
    onUnreached() {
      tokens.unreached()
      gate.open()
    },
    onPaused() {
      const user = isAnonymous ? { id: userId } : identity.user
      const { client } = connection
      if (liveSince === null) arrive()
      const connectedAt = since()
      options.dispatch({ type: 'paused', identity, user, client, sessionId, connectedAt })
      options.onLive({ client, user, sessionId })
      door.open()
    },
    onResumed: () => options.dispatch({ type: 'resumed' }),
    onDown(attempts) {
      profile.down()
      options.dispatch({ type: 'connection-down', ...attempts })
    },
    onFatal: options.onFatal,
  })

  const pauses: Pauses = createPauses({
    life,
    environment,
    afterHiddenMs: settings.pauseAfterHiddenMs,
    isPaused: options.intent.paused === true,
    canRest: connection.rest !== undefined,
    loop,
  })

  const door = createTokenDoor({
    life,
    environment,
    tokens,
    userId,
    isAnonymous,
    probe,
  })

  return {
    tokens,
    door,
    connection,
    loop,
    pauses,
    profile,
    tabs,
    wake() {
      pauses.check()
      tokens.wake()
      loop.wake()
    },
    end(error) {
      pauses.stop()
      gate.close(error)
      door.close(error)
      tokens.dispose(error)
      loop.stop()
    },
    async close() {
      try {
        await connection.close()
      } catch {
        // What cannot be closed must not keep the next user out.
      }
    },
  }
}

async function restOf(connection: Connection): Promise<void> {
  await connection.rest?.()
}

/** A socket that cannot be closed must not keep the session from its pause. */
function throwIfFinal(error: unknown): void {
  if (isChatAuthError(error) && !error.retryable) throw error
}
