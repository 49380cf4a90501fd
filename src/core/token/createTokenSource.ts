import { ChatAuthError } from '../errors.js'
import { within } from '../tools/deadline.js'
import { createEarlyWait } from './earlyWait.js'
import { expiryOf, isEnding, type HeldToken, type TokenOrigin } from './heldToken.js'
import { judgeRefusal } from './refusal.js'
import { createRenewalPlan } from './renewalPlan.js'
import { nothingTried } from '../state.js'
import type { TokenSource, TokenSourceOptions } from './tokenSource.js'
import { createTokenFetch, type TokenFetch } from './tokenFetch.js'
import { createTokenHolder } from './createTokenHolder.js'
import type { TokenReason } from '../types.js'

/** A token that comes too early for many times is replaced; this many refusals take half a minute. */
const refusalsPerFetch = 8

/** Milliseconds that a caller waits for a newer token while the held one is good: a provider may hang. */
const renewalWaitMs = 3000

/** @throws ChatAuthError if the static token is not one for this user */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { userId, life, environment, settings, sharing, emit, onChange } = options
  let waiters: (() => void)[] = []

  const isRenewable = (): boolean => fetch.isRenewable()
  const renewal = createRenewalPlan({
    environment,
    settings,
    isRenewable,
    onDue: () => fetch.start('renewal'),
  })
  const holder = createTokenHolder({ userId, environment, isRenewable })
  const fetch: TokenFetch = createTokenFetch({
    ...options,
    holder,
    onBegin: () => renewal.clear(),
    takeKept,
    onValue: (value, reason) => hold(value, reason, 'provider'),
    onDone: announce,
    onSpared: () => (holder.early() ? early.tell() : onChange(nothingTried)),
    onPostponed: (retryInMs) => renewal.set(retryInMs),
  })
  const early = createEarlyWait({
    environment,
    holder,
    onChange,
    onMoment(token) {
      onChange({ expiresAt: expiryOf(token) })
      const leftMs = holder.leftMs()
      if (leftMs !== null) renewal.draw(leftMs, token.earlyMs)
      announce()
    },
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

  /** The token that a request may carry now; null where there is none. */
  function ready(): HeldToken | null {
    const token = find()
    // The connection tries it first, so that no request is refused twice.
    return token?.isOnProbation ? holder.standIn() : token
  }

  const readyOrUntried = (): HeldToken | null => ready() ?? holder.untried()

  async function when(look: () => HeldToken | null): Promise<HeldToken> {
    for (;;) {
      const token = look()
      if (token) return token
      await new Promise<void>((resume) => waiters.push(resume))
      life.ensureAlive()
    }
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
    if (!taken) {
      fetch.reset()
      return early.tell()
    }
    const { token, skewMs, earlyMs } = taken
    if (skewMs !== null) emit({ type: 'clock-skew-detected', skewMs })
    fetch.reset()
    early.clear()
    renewal.clear()
    if (earlyMs > 0) early.wait(earlyMs)
    const renewalInMs = earlyMs > 0 ? null : renewal.draw(token.remainingMs)
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

  /** A static token has got a provider, which gives the next one. */
  function beginRenewing(): void {
    const leftMs = holder.leftMs()
    if (leftMs !== null) renewal.draw(leftMs)
    else if (holder.early()) fetch.start('renewal')
    else find()
  }

  function postpone(token: HeldToken, error: ChatAuthError): void {
    renewal.clear()
    early.postpone(token, error)
    const isSpent = token.earlyRefusals >= settings.retry.maxAttempts
    if (isSpent && !holder.hasBeenAccepted()) return options.onFatal(error)
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
    fetch.start(as)
  }

  return {
    ready,
    whenReady: () => when(find),
    async whenLasting() {
      const token = await when(readyOrUntried)
      life.ensureAlive()
      const isDue = isRenewable() && !fetch.hasFailed() && isEnding(token, holder.leftMs())
      if (!fetch.isUnderWay() && !isDue) return token
      await within(
        environment,
        renewalWaitMs,
        fetch.run('renewal').catch(() => {}),
      )
      life.ensureAlive()
      return when(readyOrUntried)
    },
    refused(token, refusal, by) {
      if (life.isOver()) return
      const held = holder.held()
      if (held && token === held.standsInFor) held.standsInFor = null
      const wasReplaced = token !== held || token.refusedAs !== null
      emit({ type: 'token-refused', code: refusal.code, by, wasReplaced })
      if (wasReplaced || token.isEarly) return
      const verdict = judgeRefusal(token, refusal, fetch.isRenewable())
      if (verdict.action === 'fail') return options.onFatal(verdict.error)
      if (verdict.action === 'replace') return replace(token, verdict.as)
      // One that is also dead by now has no moment to wait for.
      if (holder.good() === token) postpone(token, verdict.error)
      else replace(token, 'expired')
    },
    unreached: () => holder.leaveToRequests(),
    untried: () => holder.untried(),
    endProbation: () => holder.endProbation(),
    accepted(token) {
      // dispose() → the answer to a request arrives: without this, its token would plan a renewal.
      if (life.isOver()) return
      // Refused as too early by one of the backend's machines, and taken by another.
      if (token.isEarly) early.hurry()
      const isNews = !token.wasAccepted && token === holder.held()
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
      early.hurry()
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
    pause: () => renewal.pause(),
    resume() {
      renewal.resume()
      const leftMs = holder.leftMs()
      if (leftMs === null) find()
      else renewal.draw(leftMs)
    },
    wake() {
      renewal.check()
      early.check()
      fetch.wake()
    },
    dispose(error) {
      renewal.clear()
      early.clear()
      fetch.end(error)
      resumeWaiters()
    },
  }
}
