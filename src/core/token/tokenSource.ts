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
    onValue: (value, reason) => hold(value, reason, 'provider'),
    onDone: announce,
    onPostponed: (retryInMs) => renewal.set(retryInMs),
  })
  const clockFaultEnd = createDeadline(environment, () => {
    const held = holder.held()
    if (held?.clockFault === 'awaited') held.clockFault = 'passed'
    announce()
  })

  if (options.isAnonymous) holder.takeNone()
  else if (options.staticToken !== null) hold(options.staticToken, 'connect', 'app')

  function ready(): HeldToken | null {
    const token = holder.good()
    if (token) return token
    const held = holder.held()
    if (held?.clockFault !== 'awaited')
      fetch.start(held ? (held.refusedAs ?? 'expired') : 'connect')
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

  function hold(value: unknown, reason: TokenReason, origin: TokenOrigin): void {
    const { token, skewMs } = holder.take(value, origin)
    if (skewMs !== null) emit({ type: 'clock-skew-detected', skewMs })
    fetch.reset()
    const renewalInMs = fetch.isRenewable()
      ? renewalDelayMs(token.remainingMs, settings.renewal, environment.random())
      : null
    if (renewalInMs !== null) renewal.set(renewalInMs)
    onChange({
      status: 'valid',
      expiresAt: expiryOf(token),
      attempt: 0,
      nextAttemptAt: null,
      error: null,
    })
    const by = origin === 'another-tab' ? origin : 'this-tab'
    const { expiresAtMs } = token.claims
    emit({ type: 'token-received', reason, by, expiresAtMs, renewalInMs })
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
      const wasReplaced = token !== holder.held() || token.refusedAs !== null
      emit({ type: 'token-refused', code: refusal.code, by, wasReplaced })
      if (wasReplaced || token.clockFault === 'awaited') return
      const verdict = judgeRefusal(token, refusal, fetch.isRenewable())
      if (verdict.action === 'fail') return options.onFatal(verdict.error)
      if (verdict.action === 'wait') {
        token.clockFault = 'awaited'
        clockFaultEnd.set(verdict.waitMs)
        return
      }
      replace(token, verdict.as)
    },
    accepted(token) {
      const isNews = !token.wasAccepted && token === holder.held() && !life.isOver()
      holder.accept(token)
      if (isNews && token.origin === 'provider') sharing?.share(token.value)
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
    setProvider: (provider) => fetch.setProvider(provider),
    adopt(value) {
      if (life.isOver() || !fetch.isRenewable() || holder.wasRefused(value)) return
      try {
        hold(value, 'renewal', 'another-tab')
      } catch {
        // Not a token for this session, or no better than its own.
        return
      }
      fetch.yieldTo()
      announce()
    },
    wake() {
      renewal.check()
      clockFaultEnd.check()
      fetch.wake()
    },
    dispose(error) {
      renewal.clear()
      clockFaultEnd.clear()
      fetch.end(error)
      resumeWaiters()
    },
  }
}

function expiryOf({ claims: { expiresAtMs } }: HeldToken): Date | null {
  return expiresAtMs === null ? null : new Date(expiresAtMs)
}
