import { createPause } from './deadline.js'
import { elapsedSince, markNow, type Environment } from './environment.js'
import { toChatAuthError, type ChatAuthError } from './errors.js'
import type { EventBody } from './events.js'
import type { HeldToken } from './heldToken.js'
import type { Settings } from './options.js'
import { retryDelayMs } from './retry.js'
import type { Attempts } from './state.js'
import type { TokenSource } from './tokenSource.js'
import { RefusedError, type ChatUser } from './types.js'

export interface ConnectionLoopOptions {
  readonly tokens: TokenSource
  readonly environment: Environment
  readonly settings: Settings
  /** One attempt, in place of the connection that is up, if one is. */
  readonly open: (token: HeldToken) => Promise<ChatUser>
  readonly emit: (event: EventBody) => void
  /** The connection is up: for the first time, again, or with a newer token. */
  readonly onUp: (user: ChatUser) => void
  /** It is down: lost, or yet another attempt has failed. */
  readonly onDown: (attempts: Attempts) => void
  /** It can never be up. */
  readonly onFatal: (error: ChatAuthError) => void
}

/** Keeps the one connection of a session up, and opened with its newest token. */
export interface ConnectionLoop {
  /** Works until the connection is up with the newest token; one loop, however often it is called. */
  run(): Promise<void>
  lost(error: ChatAuthError | RefusedError): void
  /** Makes a waiting attempt now. */
  hurry(): void
  wake(): void
  stop(): void
}

export function createConnectionLoop(options: ConnectionLoopOptions): ConnectionLoop {
  const { tokens, environment, settings, emit } = options
  const pause = createPause(environment)
  let upWith: HeldToken | null = null
  let upSince = markNow(environment)
  let hasBeenUp = false
  let failures = 0
  let owedDelayMs = 0
  let isStopped = false
  let loop: Promise<void> | null = null

  function run(): Promise<void> {
    loop ??= keepUp().finally(() => {
      loop = null
    })
    return loop
  }

  async function keepUp(): Promise<void> {
    while (!isStopped) {
      await backOff()
      const token = await tokens.whenReady()
      if (!token || upWith === token) return
      const error = await attempt(token)
      if (error instanceof RefusedError) tokens.refused(token, error.refusal, 'connection')
      else if (error) afterFailure(error)
    }
  }

  async function attempt(token: HeldToken): Promise<ChatAuthError | RefusedError | null> {
    try {
      const user = await options.open(token)
      token.wasAccepted = true
      emit({ type: 'connection-opened', attempt: failures + 1 })
      upWith = token
      upSince = markNow(environment)
      hasBeenUp = true
      failures = 0
      options.onUp(user)
      return null
    } catch (error) {
      return error instanceof RefusedError ? error : toChatAuthError(error, 'connection-failed')
    }
  }

  function afterFailure(error: ChatAuthError): void {
    failures++
    const isFinal = !error.retryable || (!hasBeenUp && failures >= settings.retry.maxAttempts)
    if (isFinal) {
      report(error, null)
      return options.onFatal(error)
    }
    owe(error)
    report(error, owedDelayMs)
    // While the old connection still stands, this was a rotation, and nobody need notice.
    if (!upWith) down(error)
  }

  function report(error: ChatAuthError, retryInMs: number | null): void {
    emit({ type: 'connection-attempt-failed', attempt: failures, code: error.code, retryInMs })
  }

  function owe(error: ChatAuthError): void {
    const random = environment.random()
    owedDelayMs = retryDelayMs(Math.max(failures, 1), settings.retry, random, error.retryAfterMs)
  }

  /** Long enough that opening it again at once cannot become a loop. */
  function hasStood(): boolean {
    return elapsedSince(environment, upSince) >= settings.retry.minDelayMs
  }

  function down(error: ChatAuthError): void {
    const nextAttemptAt = environment.isOnline() ? new Date(environment.now() + owedDelayMs) : null
    options.onDown({ attempt: failures, nextAttemptAt, error })
  }

  async function backOff(): Promise<void> {
    if (owedDelayMs === 0) return
    const delayMs = owedDelayMs
    owedDelayMs = 0
    await (environment.isOnline() ? pause.wait(delayMs) : pause.waitForNetwork())
  }

  return {
    run,
    lost(error) {
      const lostToken = upWith
      if (!lostToken) return
      upWith = null
      const code = error instanceof RefusedError ? 'token-refused' : error.code
      emit({ type: 'connection-lost', code })
      if (error instanceof RefusedError) {
        // Over a token only: reopened at once, and the state stays what it was.
        tokens.refused(lostToken, error.refusal, 'connection')
      } else {
        if (error.code !== 'connection-closed' || !hasStood()) owe(error)
        down(error)
      }
      pause.end()
      void run()
    },
    hurry: () => pause.end(),
    wake: () => pause.check(),
    stop() {
      isStopped = true
      pause.end()
    },
  }
}
