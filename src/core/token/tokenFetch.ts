import { createPause } from '../tools/deadline.js'
import { elapsedSince, markNow, type Environment, type Mark } from '../environment.js'
import { ChatAuthError, toChatAuthError } from '../errors.js'
import type { EventBody } from '../events.js'
import type { Life } from '../life.js'
import type { Settings } from '../options.js'
import type { Outbox } from '../outbox.js'
import { callProvider, type ProviderCall } from './providerCall.js'
import { wasToldToWait } from '../retry.js'
import type { TokenState } from '../state.js'
import type { TokenSharing } from './tokenSharing.js'
import type { TokenHolder } from './tokenHolder.js'
import { asOfLiveSession, tokenRetryDelayMs } from './tokenRetry.js'
import type { TokenProvider, TokenReason } from '../types.js'

/**
 * The least time between two provider calls that refusals cause, and between two that new providers
 * cause: what a loop of either is slowed to.
 */
const cooldownMs = 1000

type Urgency = 'refusal' | 'new-provider'

export interface TokenFetchOptions {
  readonly life: Life
  readonly outbox: Outbox
  readonly userId: string
  readonly provider: TokenProvider | null
  readonly environment: Environment
  readonly settings: Settings
  readonly sharing: TokenSharing | null
  readonly holder: TokenHolder
  readonly emit: (event: EventBody) => void
  readonly onChange: (token: Partial<TokenState>) => void
  /** A run begins: no renewal need be planned. */
  readonly onBegin: () => void
  /** Whether anybody waits for a token. */
  readonly isWanted: () => boolean
  /** Takes the token of another tab's that is kept aside. @returns false where none is worth it */
  readonly takeKept: () => boolean
  /** The provider's answer. @throws ChatAuthError where it is no token for this user */
  readonly onValue: (value: unknown, reason: TokenReason) => void
  /** It is over, and there is a token. */
  readonly onDone: () => void
  /** It failed while the token in use is good: the next renewal is due then. */
  readonly onPostponed: (retryInMs: number) => void
  /** It failed, and nothing needs to follow: a token waits for its moment, or nobody for a token. */
  readonly onSpared: () => void
  readonly onFatal: (error: ChatAuthError) => void
}

/** Asks the token provider, again and again where it fails; for one caller or many, once at a time. */
export interface TokenFetch {
  /** Joins the fetch under way, or begins one. Rejects where it fails, also while a token is good. */
  run(reason: TokenReason): Promise<void>
  /** As `run`, where nobody waits for it. */
  start(reason: TokenReason): void
  isUnderWay(): boolean
  /** Whether another tab's token would do in place of a call that is due, or under way. */
  wantsToken(): boolean
  /** Whether the provider was called since the last token: it has failed, or is being asked. */
  hasFailed(): boolean
  isRenewable(): boolean
  /** From now on this one is asked: at once where the one before has failed, or is about to. */
  setProvider(provider: TokenProvider): void
  /** A token has come: the failures before are forgotten. */
  reset(): void
  /** A token has come from another tab: drops the call under way, unless it was asked for by name. */
  yieldTo(): void
  /** Makes a waiting attempt now. */
  hurry(): void
  wake(): void
  /** To be called when the session is over. */
  end(error: ChatAuthError): void
}

export function createTokenFetch(options: TokenFetchOptions): TokenFetch {
  const { userId, life, environment, settings, sharing, holder, emit, onChange } = options
  const pause = createPause(environment)
  let provider = options.provider
  /** The provider of the last call: its failure is not that of one which has replaced it. */
  let asked: TokenProvider | null = null
  let call: ProviderCall | null = null
  /** Calls of this and earlier runs since the last token. */
  let attempt = 0
  const lastUrgentCall: Record<Urgency, Mark | null> = { refusal: null, 'new-provider': null }
  /** The one under way. `manual`: asked for by name, so that no other tab's token would do. */
  let underWay: { readonly reason: TokenReason; readonly done: Promise<void> } | null = null

  /** Whether a token was asked for by name, and none has come since: a failure is tried again soon. */
  const byName = { isOwed: false }

  const isManual = (): boolean => underWay?.reason === 'manual'

  function run(reason: TokenReason): Promise<void> {
    underWay ??= { reason, done: fetchToken(reason) }
    return underWay.done
  }

  function start(reason: TokenReason): void {
    // Nothing is lost with the rejection: whoever waits is told by onDone or onFatal.
    run(reason).catch(() => {})
  }

  /** Over before anyone is told: whoever is not content with what came begins a run of their own. */
  function finish(): void {
    underWay = null
    options.onDone()
  }

  async function fetchToken(reason: TokenReason): Promise<void> {
    const before = holder.held()
    if (reason === 'manual') byName.isOwed = true
    options.onBegin()
    if (reason !== 'manual' && holder.kept()) {
      // A step later: whoever refused the token has then done with it.
      await Promise.resolve()
      life.ensureAlive()
      if (options.takeKept()) return finish()
    }
    if (reason === 'expired' || reason === 'refused') {
      await coolDown('refusal')
      life.ensureAlive()
    }
    for (let failures = 0; ;) {
      if (asked !== null && provider !== asked) {
        // What the provider before had to say is not the new one's fault. An app may give another one at
        // every change of the state, and each call is one.
        failures = attempt = 0
        await coolDown('new-provider')
        life.ensureAlive()
      }
      // Another tab's token came meanwhile.
      if (holder.held() !== before && reason !== 'manual') return finish()
      attempt++
      onChange({ status: 'refreshing', attempt, nextAttemptAt: null })
      const failure = await attemptCall(reason)
      life.ensureAlive()
      if (!failure) return finish()
      const error = holder.hasBeenAccepted() ? asOfLiveSession(failure) : failure
      if (provider !== asked) continue
      if (!wasToldToWait(error)) failures++

      const leftMs = holder.leftMs()
      const pressesMs = byName.isOwed && leftMs !== null ? Infinity : leftMs
      const isOnline = environment.isOnline()
      const failed = { error, failures, attempt, leftMs: pressesMs, isOnline }
      // A token that waits for its moment needs no other one, and a paused session may need none.
      const isSpare = (holder.early() !== null || !options.isWanted()) && reason !== 'manual'
      const retryInMs = isSpare ? null : tokenRetryDelayMs(failed, settings, environment.random())
      emit({ type: 'token-request-failed', reason, attempt, code: error.code, retryInMs })
      if (retryInMs === null) {
        underWay = null
        if (!isSpare) options.onFatal(error)
        else {
          attempt = 0
          options.onSpared()
        }
        throw error
      }
      const nextAttemptAt = new Date(environment.now() + retryInMs)
      onChange({ status: 'retrying', attempt, nextAttemptAt, error })
      if (leftMs !== null) {
        // The session goes on with the token that it has: only a dead one holds anything up.
        underWay = null
        options.onPostponed(retryInMs)
        throw error
      }
      await pause.wait(retryInMs)
      life.ensureAlive()
    }
  }

  async function coolDown(urgency: Urgency): Promise<void> {
    const last = lastUrgentCall[urgency]
    // Not once: a new provider ends every wait.
    while (last && elapsedSince(environment, last) < cooldownMs) {
      await pause.wait(cooldownMs - elapsedSince(environment, last))
      life.ensureAlive()
    }
    lastUrgentCall[urgency] = markNow(environment)
  }

  /** One call, in this tab's turn; null where there is a token, from whomever. */
  async function attemptCall(reason: TokenReason): Promise<ChatAuthError | null> {
    const before = holder.held()
    asked = provider
    try {
      if (!provider) throw new ChatAuthError('token-not-renewable')
      const turn = sharing?.takeTurn(reason === 'connect' && attempt === 1)
      if (turn && reason !== 'manual') {
        await turn
        life.ensureAlive()
      }
      if (holder.held() !== before) return null
      asked = provider
      emit({ type: 'token-requested', reason, attempt })
      const request = { userId, reason, attempt }
      const timeoutMs = settings.providerTimeoutMs
      call = callProvider(provider, request, { timeoutMs, environment, outbox: options.outbox })
      const value = await call.result
      life.ensureAlive()
      options.onValue(value, reason)
      return null
    } catch (error) {
      life.ensureAlive()
      if (holder.held() !== before && reason !== 'manual') return null
      return toChatAuthError(error, 'token-provider-failed')
    } finally {
      call = null
      const held = holder.held()
      // The others are told once the backend has accepted it: until then it is still this tab's turn.
      const isNews = held !== before && held?.origin === 'provider'
      if (isNews && !life.isOver()) sharing?.keepTurn()
      else sharing?.dropTurn()
    }
  }

  return {
    run,
    start,
    isUnderWay: () => underWay !== null,
    wantsToken: () => (underWay ? !isManual() : attempt > 0),
    hasFailed: () => attempt > 0,
    isRenewable: () => provider !== null,
    setProvider(next) {
      if (provider === next) return
      provider = next
      if (attempt > 1) call?.abort(new ChatAuthError('superseded'))
      pause.end()
      if (attempt > 0) start('renewal')
    },
    reset() {
      byName.isOwed = false
      attempt = 0
    },
    yieldTo() {
      sharing?.dropTurn()
      if (!isManual()) call?.abort(new ChatAuthError('superseded'))
      pause.end()
    },
    hurry: () => pause.end(),
    wake: () => pause.check(),
    end(error) {
      sharing?.leave()
      call?.abort(error)
      pause.end()
    },
  }
}
