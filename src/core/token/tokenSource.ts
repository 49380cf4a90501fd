import { createDeadline } from '../tools/deadline.js'
import type { Environment } from '../environment.js'
import { ChatAuthError } from '../errors.js'
import type { EventBody } from '../events.js'
import type { HeldToken, TokenOrigin } from './heldToken.js'
import type { Life } from '../life.js'
import type { Settings } from '../options.js'
import type { Outbox } from '../outbox.js'
import { judgeRefusal } from './refusal.js'
import { renewalDelayMs } from './renewal.js'
import type { TokenState } from '../state.js'
import type { TokenSharing } from './tokenSharing.js'
import { createTokenFetch, type TokenFetch } from './tokenFetch.js'
import { createTokenHolder } from './tokenHolder.js'
import type { Refusal } from '../connector.js'
import type { TokenProvider, TokenReason } from '../types.js'

/** A token that comes too early for many times is replaced; this many refusals take half a minute. */
const refusalsPerFetch = 8

const nothingTried = { status: 'valid', attempt: 0, nextAttemptAt: null, error: null } as const

export interface TokenSourceOptions {
  readonly life: Life
  readonly outbox: Outbox
  readonly userId: string
  /** null: the token is static, or the session anonymous. */
  readonly provider: TokenProvider | null
  /** Whether the session needs no token. */
  readonly isAnonymous: boolean
  /** A token that needs no provider call. */
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
  /** The token to send requests with now; null where there is none, which is then being fetched. */
  ready(): HeldToken | null
  /** Resolves with a good token. Rejects when the session is over. */
  whenReady(): Promise<HeldToken>
  /** Told of every refusal; one of a token that is already being replaced causes nothing. */
  refused(token: HeldToken, refusal: Refusal, by: 'request' | 'connection'): void
  /** Told when the backend has taken a token. */
  accepted(token: HeldToken): void
  /** Fetches a new token now. Rejects if that fails, also where the held one is still good. */
  refresh(): Promise<void>
  /**
   * Tokens come from there from now on; a provider is asked at once where the one before has failed. A
   * static token takes the place of another.
   * @throws ChatAuthError if a static token is not one for this user, or older than the one held
   */
  setTokens(tokens: string | TokenProvider): void
  /**
   * Told of a token that the backend has accepted in another tab. It is kept aside while the own one is
   * good, and taken in place of a provider call.
   */
  adopt(value: unknown, leftMs?: unknown): void
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
  let waiters: (() => void)[] = []

  const renewal = createDeadline(environment, () => fetch.start('renewal'))
  const holder = createTokenHolder({
    userId,
    environment,
    isRenewable: () => fetch.isRenewable(),
  })
  const fetch: TokenFetch = createTokenFetch({
    ...options,
    holder,
    onBegin: () => renewal.clear(),
    takeKept,
    onValue: (value, reason) => hold(value, reason, 'provider'),
    onDone: announce,
    onPostponed: (retryInMs) => renewal.set(retryInMs),
  })
  const earlyMoment = createDeadline(environment, () => {
    const token = holder.resume()
    if (!token) return
    onChange({ expiresAt: expiryOf(token) })
    planRenewal(token.remainingMs, token.earlyMs)
    announce()
  })

  if (options.isAnonymous) holder.takeNone()
  else if (options.staticToken !== null) hold(options.staticToken, 'connect', 'app')

  /** The token to connect with now; null where there is none, which is then being fetched. */
  function find(): HeldToken | null {
    const token = holder.good()
    if (token) return token
    const held = holder.held()
    if (!holder.early()) fetch.start(held ? (held.refusedAs ?? 'expired') : 'connect')
    return null
  }

  function announce(): void {
    resumeWaiters()
    options.onReady()
  }

  function resumeWaiters(): void {
    const waiting = waiters
    waiters = []
    for (const resume of waiting) resume()
  }

  function hold(
    value: unknown,
    reason: TokenReason,
    origin: TokenOrigin,
    mostLeftMs?: number,
  ): void {
    const taken = holder.take(value, origin, reason, mostLeftMs)
    if (!taken) return
    const { token, skewMs, earlyMs } = taken
    if (skewMs !== null) emit({ type: 'clock-skew-detected', skewMs })
    fetch.reset()
    earlyMoment.clear()
    if (earlyMs > 0) {
      renewal.clear()
      earlyMoment.set(earlyMs)
    }
    const renewalInMs = earlyMs > 0 ? null : planRenewal(token.remainingMs)
    onChange({ ...nothingTried, expiresAt: expiryOf(token) })
    const by = origin === 'another-tab' ? origin : 'this-tab'
    const { expiresAtMs } = token.claims
    emit({ type: 'token-received', reason, by, expiresAtMs, renewalInMs })
  }

  function takeKept(): boolean {
    const kept = holder.kept()
    try {
      if (kept) hold(kept.token, 'renewal', 'another-tab', kept.leftMs)
      return kept !== null
    } catch {
      // Another token has proved meanwhile that this one is outdated, or dead.
      return false
    }
  }

  /** @returns when another token is asked for, in milliseconds from now; null if never */
  function planRenewal(leftMs: number, earlyMs = 0): number | null {
    if (!fetch.isRenewable()) return null
    const plannedMs = renewalDelayMs(leftMs, settings.renewal, environment.random())
    if (plannedMs === null) return null
    // The next one will have to wait for its moment, too.
    const renewalInMs = Math.max(plannedMs - earlyMs, settings.renewal.minIntervalMs)
    renewal.set(renewalInMs)
    return renewalInMs
  }

  /** A static token has got a provider, which gives the next one. */
  function beginRenewing(): void {
    const leftMs = holder.leftMs()
    if (leftMs === null) find()
    else planRenewal(leftMs)
  }

  /** The backend does not take a token yet: the one before serves on, or else all wait for its moment. */
  function postpone(token: HeldToken, error: ChatAuthError): void {
    renewal.clear()
    const waitMs = holder.postpone(token)
    if (token.earlyRefusals >= settings.retry.maxAttempts) return options.onFatal(error)
    earlyMoment.set(waitMs)
    const held = holder.held()
    if (held && held !== token) onChange({ expiresAt: expiryOf(held) })
    else {
      const nextAttemptAt = new Date(environment.now() + waitMs)
      onChange({ status: 'retrying', attempt: token.earlyRefusals, nextAttemptAt, error })
    }
    // The clock may have been set right: a token of now would be valid at once.
    if (token.earlyRefusals % refusalsPerFetch === 0 && fetch.isRenewable()) fetch.start('refused')
  }

  /** Asks the provider for another token. The token that the refused one stood in for serves meanwhile. */
  function replace(token: HeldToken, as: 'expired' | 'refused'): void {
    token.refusedAs = as
    // A refused token is not shared, so that the other tabs need not wait for it.
    if (!fetch.isUnderWay()) sharing?.dropTurn()
    const previous = holder.fallBack(token)
    if (previous) onChange({ expiresAt: expiryOf(previous) })
    if (!holder.early()) fetch.start(as)
  }

  return {
    ready() {
      const token = find()
      // The connection tries it first, so that no request is refused twice.
      return token?.isOnProbation ? null : token
    },
    async whenReady() {
      for (;;) {
        const token = find()
        if (token) return token
        await new Promise<void>((resume) => waiters.push(resume))
        life.ensureAlive()
      }
    },
    refused(token, refusal, by) {
      if (life.isOver()) return
      const wasReplaced = token !== holder.held() || token.refusedAs !== null
      emit({ type: 'token-refused', code: refusal.code, by, wasReplaced })
      if (wasReplaced || token.isEarly) return
      const verdict = judgeRefusal(token, refusal, fetch.isRenewable())
      if (verdict.action === 'fail') return options.onFatal(verdict.error)
      if (verdict.action === 'replace') return replace(token, verdict.as)
      // One that is also dead by now has no moment to wait for.
      if (holder.good() === token) postpone(token, verdict.error)
      else replace(token, 'expired')
    },
    accepted(token) {
      const isNews = !token.wasAccepted && token === holder.held() && !life.isOver()
      const wasEarly = token === holder.held() && (token.isOnProbation || token.earlyRefusals > 0)
      holder.accept(token)
      if (wasEarly) {
        onChange(nothingTried)
        announce()
      }
      const lent = isNews && sharing ? holder.lendable() : null
      if (!lent) return
      sharing?.lend(() => holder.lendable())
      if (token.origin === 'provider') sharing?.share(lent)
    },
    refresh() {
      if (!fetch.isRenewable()) return Promise.reject(new ChatAuthError('token-not-renewable'))
      fetch.hurry()
      return fetch.run('manual')
    },
    async retry() {
      fetch.hurry()
      if (fetch.hasFailed()) await fetch.run('renewal')
    },
    setTokens(tokens) {
      if (typeof tokens !== 'string') {
        const wasStatic = !fetch.isRenewable()
        fetch.setProvider(tokens)
        if (wasStatic) beginRenewing()
        return
      }
      if (tokens === holder.held()?.value) return
      hold(tokens, 'connect', 'app')
      announce()
    },
    adopt(value, leftMs) {
      if (life.isOver() || !fetch.isRenewable() || !holder.keep(value, leftMs)) return
      if (holder.good() && !fetch.wantsToken()) return
      if (!takeKept()) return
      fetch.yieldTo()
      announce()
    },
    wake() {
      renewal.check()
      earlyMoment.check()
      fetch.wake()
    },
    dispose(error) {
      renewal.clear()
      earlyMoment.clear()
      fetch.end(error)
      resumeWaiters()
    },
  }
}

function expiryOf({ claims: { expiresAtMs } }: HeldToken): Date | null {
  return expiresAtMs === null ? null : new Date(expiresAtMs)
}
