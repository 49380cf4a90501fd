import { createDeadline, createPause } from './deadline.js'
import { elapsedSince, markNow, type Environment, type Mark } from './environment.js'
import { ChatAuthError, toChatAuthError } from './errors.js'
import type { EventBody } from './events.js'
import {
  isUsable,
  noToken,
  notableSkew,
  receiveToken,
  type HeldToken,
  type TokenOrigin,
} from './heldToken.js'
import type { Life } from './life.js'
import type { Settings } from './options.js'
import type { Outbox } from './outbox.js'
import { callProvider, type ProviderCall } from './providerCall.js'
import { judgeRefusal } from './refusal.js'
import { renewalDelayMs, renewalRetryDelayMs } from './renewal.js'
import { retryDelayMs } from './retry.js'
import type { TokenState } from './state.js'
import type { TokenSharing } from './tabLink.js'
import { serverLeadMs } from './token.js'
import type { Refusal, TokenProvider, TokenReason } from './types.js'

/** The least time between two provider calls that refusals cause: what a refusal loop is slowed to. */
const refusalCooldownMs = 1000

export interface TokenSourceOptions {
  readonly life: Life
  readonly outbox: Outbox
  readonly userId: string
  /** null: the token is static, or the session anonymous. */
  readonly provider: TokenProvider | null
  /** A token that needs no provider call; empty for an anonymous session. */
  readonly staticToken: string | null
  readonly environment: Environment
  readonly settings: Settings
  /** null: no other tab has a part in this. */
  readonly sharing: TokenSharing | null
  readonly emit: (event: EventBody) => void
  readonly onChange: (token: Partial<TokenState>) => void
  /** There is a good token again, or another one. */
  readonly onReady: () => void
  /** There will be no good token any more. */
  readonly onFatal: (error: ChatAuthError) => void
}

/** Holds a session's token and renews it: at most one provider call at a time, whoever asks. */
export interface TokenSource {
  /** The token to send now; null where there is none, which is then being fetched. */
  ready(): HeldToken | null
  /** Resolves with a good token. Rejects when the session is over. */
  whenReady(): Promise<HeldToken>
  /** Told of every refusal; one of a token that is already being replaced causes nothing. */
  refused(token: HeldToken, refusal: Refusal, by: 'request' | 'connection'): void
  /** Told when the backend has taken a token. */
  accepted(token: HeldToken): void
  /** Fetches a new token now. Rejects if that fails, also where the held one is still good. */
  refresh(): Promise<void>
  /** From now on this one is asked: at once where the one before has failed, or is about to. */
  setProvider(provider: TokenProvider): void
  /** Takes a token that the backend has accepted in another tab, if it is better than what is held. */
  adopt(value: unknown): void
  /** Makes a waiting attempt now, if there is one, and resolves when that worked. */
  retry(): Promise<void>
  /** Time may have passed unseen, or the network returned. */
  wake(): void
  /** To be called when the session is over. */
  dispose(error: ChatAuthError): void
}

/** @throws ChatAuthError if the static token is not one for this user */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { userId, life, environment, settings, sharing, emit, onChange } = options
  let provider = options.provider
  let held: HeldToken | null = null
  /** The backend's clock, as learnt from the tokens so far: see serverLeadMs. */
  let leadMs: number | null = null
  let attempt = 0
  let lastRefusalCall: Mark | null = null
  let run: Promise<void> | null = null
  /** The run under way was asked for by name: no other tab's token would do. */
  let isManual = false
  let call: ProviderCall | null = null
  /** The provider of the last call: its failure is not that of one which has replaced it. */
  let asked: TokenProvider | null = null
  let waiters: (() => void)[] = []
  /** Tokens that were refused here: they are taken from no other tab. */
  const refusedHere = new Set<string>()

  const renewal = createDeadline(environment, () => start('renewal'))
  const retryPause = createPause(environment)
  const clockFaultEnd = createDeadline(environment, () => {
    if (held?.clockFault === 'awaited') held.clockFault = 'passed'
    announce()
  })

  if (options.staticToken === '') held = noToken(markNow(environment))
  else if (options.staticToken !== null) hold(options.staticToken, 'connect', 'app')

  function isGood(token: HeldToken): boolean {
    // A token that cannot be replaced is used until the backend says no: it knows better.
    return isUsable(token, provider ? elapsedSince(environment, token.receivedAt) : 0)
  }

  function ready(): HeldToken | null {
    if (held && isGood(held)) return held
    if (held?.clockFault !== 'awaited') start(held ? (held.refusedAs ?? 'expired') : 'connect')
    return null
  }

  function announce(): void {
    const waiting = waiters
    waiters = []
    for (const resume of waiting) resume()
    options.onReady()
  }

  function start(reason: TokenReason): void {
    // Nothing is lost with the rejection: whoever waits is told by onReady or onFatal.
    fetchOnce(reason).catch(() => {})
  }

  function fetchOnce(reason: TokenReason): Promise<void> {
    run ??= fetchToken(reason)
    return run
  }

  async function fetchToken(reason: TokenReason): Promise<void> {
    const before = held
    isManual = reason === 'manual'
    renewal.clear()
    if (reason === 'expired' || reason === 'refused') {
      await coolDown()
      life.ensureAlive()
    }
    for (let failures = 1; ; failures++) {
      if (held !== before && !isManual) {
        run = null
        // adopt X → X refused here → run ends: that refusal found the run still set, and began no other.
        return announce()
      }
      attempt++
      onChange({ status: 'refreshing', attempt, nextAttemptAt: null })
      const error = await attemptCall(reason)
      life.ensureAlive()
      if (!error) {
        // Over before anyone is told: whoever is not content with this token starts a run of their own.
        run = null
        return announce()
      }
      if (provider !== asked) {
        // What the provider before had to say is not the new one's fault.
        failures = attempt = 0
        continue
      }

      const goodToken = held && isGood(held) ? held : null
      const retryInMs = retryAfter(error, failures, goodToken, reason)
      emit({ type: 'token-request-failed', reason, attempt, code: error.code, retryInMs })
      if (retryInMs === null) {
        run = null
        options.onFatal(error)
        throw error
      }
      const nextAttemptAt = new Date(environment.now() + retryInMs)
      onChange({ status: 'retrying', attempt, nextAttemptAt, error })
      if (goodToken) {
        // The session goes on with the token that it has: only a dead one holds anything up.
        renewal.set(retryInMs)
        run = null
        throw error
      }
      await (environment.isOnline() ? retryPause.wait(retryInMs) : retryPause.waitForNetwork())
      life.ensureAlive()
      if (provider !== asked) failures = attempt = 0
    }
  }

  async function coolDown(): Promise<void> {
    const sinceMs = lastRefusalCall ? elapsedSince(environment, lastRefusalCall) : Infinity
    if (sinceMs < refusalCooldownMs) {
      await retryPause.wait(refusalCooldownMs - sinceMs)
      life.ensureAlive()
    }
    lastRefusalCall = markNow(environment)
  }

  async function attemptCall(reason: TokenReason): Promise<ChatAuthError | null> {
    const before = held
    asked = provider
    try {
      if (!provider) throw new ChatAuthError('token-not-renewable')
      const turn = sharing?.takeTurn()
      if (turn && !isManual) {
        await turn
        life.ensureAlive()
      }
      if (held !== before) return null
      asked = provider
      emit({ type: 'token-requested', reason, attempt })
      const request = { userId, reason, attempt }
      const timeoutMs = settings.providerTimeoutMs
      call = callProvider(provider, request, { timeoutMs, environment, outbox: options.outbox })
      const value = await call.result
      life.ensureAlive()
      hold(value, reason, 'provider')
      return null
    } catch (error) {
      life.ensureAlive()
      if (held !== before && !isManual) return null
      return toChatAuthError(error, 'token-provider-failed')
    } finally {
      call = null
      // The others are told once the backend has accepted it: until then it is still this tab's turn.
      if (held !== before && held?.origin === 'provider') sharing?.keepTurn()
      else sharing?.dropTurn()
    }
  }

  /** Milliseconds until the next try; null if this failure is final. */
  function retryAfter(
    error: ChatAuthError,
    failures: number,
    goodToken: HeldToken | null,
    reason: TokenReason,
  ): number | null {
    const { retryAfterMs } = error
    if (error.code === 'token-provider-denied') return null
    if (goodToken) {
      const { receivedAt, remainingMs } = goodToken
      // Someone who asks for a token by name has a reason not to wait for most of the old one's life.
      const leftMs =
        reason === 'manual' ? Infinity : remainingMs - elapsedSince(environment, receivedAt)
      const failed = { leftMs, attempt, retryAfterMs }
      return renewalRetryDelayMs(failed, settings, environment.random())
    }
    if (!error.retryable || failures >= settings.retry.maxAttempts) return null
    return retryDelayMs(failures, settings.retry, environment.random(), retryAfterMs)
  }

  function hold(value: unknown, reason: TokenReason, origin: TokenOrigin): void {
    const token = receiveToken(value, userId, held, leadMs, markNow(environment), origin)
    if (origin === 'another-tab' && held && isGood(held)) {
      token.standsInFor = held.wasAccepted ? held : held.standsInFor
    }
    const skewMs = notableSkew(token, leadMs)
    if (skewMs !== null) emit({ type: 'clock-skew-detected', skewMs })
    leadMs = serverLeadMs(token.claims, token.receivedAt, leadMs)
    held = token
    attempt = 0
    const renewalInMs = provider
      ? renewalDelayMs(token.remainingMs, settings.renewal, environment.random())
      : null
    if (renewalInMs !== null) renewal.set(renewalInMs)
    const { expiresAtMs } = token.claims
    const expiresAt = expiryOf(token)
    onChange({ status: 'valid', expiresAt, attempt, nextAttemptAt: null, error: null })
    const by = origin === 'another-tab' ? origin : 'this-tab'
    emit({ type: 'token-received', reason, by, expiresAtMs, renewalInMs })
  }

  /** Asks the provider for another token; meanwhile the one goes on that the refused one stood in for. */
  function replace(token: HeldToken, as: 'expired' | 'refused'): void {
    token.refusedAs = as
    refusedHere.add(token.value)
    // Others need not wait for what became of a token that is none.
    if (!run) sharing?.dropTurn()
    if (token.standsInFor && isGood(token.standsInFor)) {
      held = token.standsInFor
      onChange({ expiresAt: expiryOf(held) })
    }
    start(as)
  }

  return {
    ready,
    async whenReady() {
      for (;;) {
        const token = ready()
        if (token) return token
        await new Promise<void>((resume) => waiters.push(resume))
        life.ensureAlive()
      }
    },
    refused(token, refusal, by) {
      if (life.isOver()) return
      const wasReplaced = token !== held || token.refusedAs !== null
      emit({ type: 'token-refused', code: refusal.code, by, wasReplaced })
      if (wasReplaced || token.clockFault === 'awaited') return
      const verdict = judgeRefusal(token, refusal, provider !== null)
      if (verdict.action === 'fail') return options.onFatal(verdict.error)
      if (verdict.action === 'wait') {
        token.clockFault = 'awaited'
        clockFaultEnd.set(verdict.waitMs)
        return
      }
      replace(token, verdict.as)
    },
    accepted(token) {
      const isNews = !token.wasAccepted && token === held && !life.isOver()
      token.wasAccepted = true
      token.standsInFor = null
      if (isNews && token.origin === 'provider') sharing?.share(token.value)
    },
    refresh() {
      if (!provider) return Promise.reject(new ChatAuthError('token-not-renewable'))
      retryPause.end()
      return fetchOnce('manual')
    },
    async retry() {
      retryPause.end()
      if (attempt > 0) await fetchOnce('renewal')
    },
    setProvider(next) {
      if (provider === next) return
      provider = next
      if (attempt > 1) call?.abort(new ChatAuthError('superseded'))
      retryPause.end()
      if (attempt > 0) start('renewal')
    },
    adopt(value) {
      if (life.isOver() || !provider || refusedHere.has(String(value))) return
      try {
        hold(value, 'renewal', 'another-tab')
      } catch {
        // Not a token for this session, or no better than its own.
        return
      }
      sharing?.dropTurn()
      if (!isManual) call?.abort(new ChatAuthError('superseded'))
      retryPause.end()
      announce()
    },
    wake() {
      renewal.check()
      clockFaultEnd.check()
      retryPause.check()
    },
    dispose(error) {
      renewal.clear()
      clockFaultEnd.clear()
      sharing?.dropTurn()
      call?.abort(error)
      retryPause.end()
      for (const resume of waiters.splice(0)) resume()
    },
  }
}

function expiryOf({ claims: { expiresAtMs } }: HeldToken): Date | null {
  return expiresAtMs === null ? null : new Date(expiresAtMs)
}
