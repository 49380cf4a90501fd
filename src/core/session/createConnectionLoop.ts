import { createBackoff } from './backoff.js'
import type { ConnectionLoop, ConnectionLoopOptions } from './connectionLoop.js'
import { createPause } from '../tools/deadline.js'
import { elapsedSince, markNow, type Mark } from '../environment.js'
import { toChatAuthError, type ChatAuthError, type ChatAuthErrorCode } from '../errors.js'
import type { HeldToken } from '../token/heldToken.js'
import { refusalOf } from '../refusedError.js'
import { createTokenDoubt } from './tokenDoubt.js'
import type { Credential, RefusedError } from '../connector.js'
import type { ChatUser, PauseReason } from '../types.js'

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
  /** When it came up; null before that. */
  upSince: Mark | null
  /** Why it is lost. Kept until it is looked at: it may be lost before `open` has told that it is up. */
  lostWith: Loss | null
}

export function createConnectionLoop(options: ConnectionLoopOptions): ConnectionLoop {
  const { life, tokens, environment, settings, emit } = options
  const waiting = createPause(environment)
  const backoff = createBackoff(environment, settings.retry)
  const doubt = createTokenDoubt(environment)
  /** The connection that is up. */
  let up: Link | null = null
  /** The connection that is being opened. */
  let opening: Link | null = null
  /** Whether requests may be sent: a connection has been up, or a pause took its place. */
  let isLive = false
  /** Set by `pause`, reset by `resume`. */
  let pausedBy: PauseReason | null = null
  let loop: Promise<void> | null = null

  function run(): Promise<void> {
    if (isResting()) {
      passRequests()
      return Promise.resolve()
    }
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
        if (delayMs > 0 && !pausedBy) await waiting.wait(delayMs)
        life.ensureAlive()
        if (isResting()) return
        const token = await tokens.whenReady()
        life.ensureAlive()
        if (isResting()) return
        if (pausedBy) {
          await prepare()
          life.ensureAlive()
          // prepare → resume: the loop goes on to open a connection.
          if (!pausedBy) continue
          return settleAsPaused(pausedBy)
        }
        if (up?.token === token) return
        await attempt(token)
        life.ensureAlive()
      }
    } finally {
      // In the same step as the return: a loss in the next microtask starts a loop of its own.
      loop = null
    }
  }

  /** Has the connection make its client where nothing was opened. */
  async function prepare(): Promise<void> {
    try {
      await options.prepare()
    } catch (error) {
      life.ensureAlive()
      options.onFatal(toChatAuthError(error, 'connection-failed'))
    }
  }

  function isResting(): boolean {
    return pausedBy !== null && isLive
  }

  /** Leaves to requests a token that may be too early: no connection tries it first. */
  function passRequests(): void {
    options.onUnreached()
  }

  function settleAsPaused(by: PauseReason): void {
    // rest → the connector's own code ends the session: without this, it counts as one that was live.
    if (life.isOver()) return
    isLive = true
    emit({ type: 'session-paused', by })
    options.onPaused()
    passRequests()
  }

  async function attempt(token: HeldToken): Promise<void> {
    const credential = options.credentialOf(token)
    const link: Link = { token, credential, upSince: null, lostWith: null }
    opening = link
    try {
      const user = await options.open(link.credential)
      life.ensureAlive()
      // open → pause → welcome: without this, a paused session has a socket.
      if (opening !== link) return void options.rest()
      // welcome → refusal in the same segment → `open` resolves here: without this, up without a socket.
      if (link.lostWith) {
        // It took the place of the one that was up, which is gone as well.
        up = null
        throw link.lostWith
      }
      opening = null
      accept(link, user)
    } catch (error) {
      life.ensureAlive()
      // open → pause → `open` rejects, because it was to: that is no failure.
      if (opening !== link && up !== link) return
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
    link.upSince = markNow(environment)
    isLive = true
    backoff.reset()
    doubt.reset()
    options.onUp(user)
  }

  function afterLoss(reason: Loss): void {
    if (!up) return
    const { token, upSince } = up
    up = null
    const refusal = refusalOf(reason)
    const error = toChatAuthError(reason, 'connection-failed')
    emit({ type: 'connection-lost', code: refusal ? 'token-refused' : error.code })
    if (refusal) {
      // Over a token only: reopened at once, and the state stays what it was.
      tokens.refused(token, refusal, 'connection')
    } else {
      const isOwed = error.code !== 'connection-closed' || !hasStood(upSince)
      down(error, isOwed ? backoff.owe(error) : 0)
    }
    waiting.end()
    start()
  }

  function afterFailure(token: HeldToken, error: ChatAuthError): void {
    backoff.count(error)
    const isSpent = !isLive && backoff.isSpent()
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
  function hasStood(upSince: Mark | null): boolean {
    return upSince !== null && elapsedSince(environment, upSince) >= settings.retry.minDelayMs
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
      if (isLive && !up) options.onDown(attempts)
    },
    pause(by) {
      pausedBy = by
      tokens.pause()
      const closed = up || opening ? options.rest() : Promise.resolve()
      up = opening = null
      if (isLive) settleAsPaused(by)
      waiting.end()
      return closed
    },
    resume() {
      pausedBy = null
      // The pause has served as the wait that earlier attempts owe.
      backoff.pay()
      if (isLive) {
        emit({ type: 'session-resumed' })
        options.onResumed()
      }
      tokens.resume()
      start()
    },
    isResting,
    hurry: () => waiting.end(),
    wake: () => waiting.check(),
    stop: () => waiting.end(),
  }
}
