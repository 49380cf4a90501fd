import { createBackoff } from './backoff.js'
import { createPause } from '../tools/deadline.js'
import { elapsedSince, markNow, type Environment } from '../environment.js'
import { toChatAuthError, type ChatAuthError, type ChatAuthErrorCode } from '../errors.js'
import type { EventBody } from '../events.js'
import type { HeldToken } from '../token/heldToken.js'
import type { Life } from '../life.js'
import type { Settings } from '../options.js'
import { refusalOf } from '../refusedError.js'
import type { Attempts } from '../state.js'
import { createTokenDoubt } from './tokenDoubt.js'
import type { TokenSource } from '../token/tokenSource.js'
import type { Credential, RefusedError } from '../connector.js'
import type { ChatUser } from '../types.js'

export interface ConnectionLoopOptions {
  readonly life: Life
  readonly tokens: TokenSource
  readonly environment: Environment
  readonly settings: Settings
  readonly credentialOf: (token: HeldToken) => Credential
  /** One attempt, in place of the connection that is up, if one is. */
  readonly open: (credential: Credential) => Promise<ChatUser>
  readonly emit: (event: EventBody) => void
  /** The connection is up: for the first time, again, or with a newer token. */
  readonly onUp: (user: ChatUser) => void
  /** It is down: lost, or yet another attempt has failed. */
  readonly onDown: (attempts: Attempts) => void
  /** An attempt did not reach the backend, which HTTP may reach all the same. Called at each. */
  readonly onUnreached: () => void
  /** It can never be up. */
  readonly onFatal: (error: ChatAuthError) => void
}

/** Keeps the one connection of a session up, and opened with its newest token. */
export interface ConnectionLoop {
  /** Works until the connection is up with the newest token; one loop, however often it is called. */
  run(): Promise<void>
  /** As `run`, where nobody waits for it. */
  start(): void
  /** @param credential that the lost connection was opened with; left out, any may be it, and all count as lost */
  lost(error: ChatAuthError | RefusedError, credential?: Credential): void
  /** The token that the next attempt needs is late: what was up is down for longer than a moment. */
  delayed(attempts: Attempts): void
  /** Makes a waiting attempt now. */
  hurry(): void
  wake(): void
  stop(): void
}

type Loss = ChatAuthError | RefusedError

/** Failures in which the backend itself has said nothing: a firewall may block WebSockets only. */
const unreached: ReadonlySet<ChatAuthErrorCode> = new Set([
  'connection-failed',
  'connection-timeout',
  'handshake-refused',
])

/** A connection from its first attempt on. */
interface Link {
  readonly token: HeldToken
  readonly credential: Credential
  /** Why it is lost. Kept until it is looked at: it may be lost before `open` has told that it is up. */
  lostWith: Loss | null
}

export function createConnectionLoop(options: ConnectionLoopOptions): ConnectionLoop {
  const { life, tokens, environment, settings, emit } = options
  const pause = createPause(environment)
  const backoff = createBackoff(environment, settings.retry)
  const doubt = createTokenDoubt(environment)
  /** The connection that is up. */
  let up: Link | null = null
  /** The connection that is being opened. */
  let opening: Link | null = null
  let upSince = markNow(environment)
  let hasBeenUp = false
  let loop: Promise<void> | null = null

  function run(): Promise<void> {
    loop ??= keepUp()
    return loop
  }

  function start(): void {
    // It rejects only when the session is over.
    run().catch(() => {})
  }

  async function keepUp(): Promise<void> {
    try {
      for (;;) {
        const delayMs = backoff.pay()
        if (delayMs > 0) await pause.wait(delayMs)
        life.ensureAlive()
        const token = await tokens.whenReady()
        life.ensureAlive()
        if (up?.token === token) return
        await attempt(token)
        life.ensureAlive()
      }
    } finally {
      // In the same step as the return: a loss in the next microtask starts a loop of its own.
      loop = null
    }
  }

  async function attempt(token: HeldToken): Promise<void> {
    const link: Link = { token, credential: options.credentialOf(token), lostWith: null }
    opening = link
    try {
      const user = await options.open(link.credential)
      life.ensureAlive()
      opening = null
      // welcome → refusal in the same segment → `open` resolves here: without this, up without a socket.
      if (link.lostWith) {
        // It took the place of the one that was up, which is gone as well.
        up = null
        throw link.lostWith
      }
      accept(link, user)
    } catch (error) {
      life.ensureAlive()
      opening = null
      const refusal = refusalOf(error)
      if (refusal) tokens.refused(token, refusal, 'connection')
      else afterFailure(token, toChatAuthError(error, 'connection-failed'))
    }
  }

  function accept(link: Link, user: ChatUser): void {
    tokens.accepted(link.token)
    emit({ type: 'connection-opened', attempt: backoff.failures() + 1 })
    up = link
    upSince = markNow(environment)
    hasBeenUp = true
    backoff.reset()
    doubt.reset()
    options.onUp(user)
  }

  function afterLoss(reason: Loss): void {
    if (!up) return
    const { token } = up
    up = null
    const refusal = refusalOf(reason)
    const error = toChatAuthError(reason, 'connection-failed')
    emit({ type: 'connection-lost', code: refusal ? 'token-refused' : error.code })
    if (refusal) {
      // Over a token only: reopened at once, and the state stays what it was.
      tokens.refused(token, refusal, 'connection')
    } else {
      const isOwed = error.code !== 'connection-closed' || !hasStood()
      down(error, isOwed ? backoff.owe(error) : 0)
    }
    pause.end()
    start()
  }

  function afterFailure(token: HeldToken, error: ChatAuthError): void {
    backoff.count(error)
    const isSpent = !hasBeenUp && backoff.isSpent()
    // While the old connection still stands, this was a rotation, and nobody need notice.
    if (!up && (isSpent || !error.retryable)) {
      report(error, null)
      return options.onFatal(error)
    }
    const retryInMs = backoff.owe(error)
    report(error, retryInMs)
    if (!up) down(error, retryInMs)
    // The rejection is told by the tokens' own events; a token that cannot be renewed is tried on.
    if (doubt.failed(token, error.code)) tokens.refresh().catch(() => {})
    // Last: requests go out here, and the app's own `fetch` may end the session.
    if (unreached.has(error.code)) options.onUnreached()
  }

  function report(error: ChatAuthError, retryInMs: number | null): void {
    emit({
      type: 'connection-attempt-failed',
      attempt: backoff.failures(),
      code: error.code,
      retryInMs,
    })
  }

  /** Long enough that opening it again at once cannot become a loop. */
  function hasStood(): boolean {
    return elapsedSince(environment, upSince) >= settings.retry.minDelayMs
  }

  function down(error: ChatAuthError, retryInMs: number): void {
    const nextAttemptAt = new Date(environment.now() + retryInMs)
    options.onDown({ attempt: backoff.failures(), nextAttemptAt, error })
  }

  return {
    run,
    start,
    lost(error, credential) {
      if (life.isOver()) return
      const link = credential
        ? [up, opening].find((one) => one?.credential === credential)
        : opening
      // With a second connection on its way, one that does not say which it was may be that one.
      if (link) link.lostWith = error
      if (up && (!credential || link === up)) afterLoss(error)
    },
    delayed(attempts) {
      if (hasBeenUp && !up) options.onDown(attempts)
    },
    hurry: () => pause.end(),
    wake: () => pause.check(),
    stop: () => pause.end(),
  }
}
