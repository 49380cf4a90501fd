import { setLongTimer } from '../tools/deadline.js'
import { elapsedSince, markNow, type Environment, type Mark } from '../environment.js'
import { ChatAuthError, isChatAuthError } from '../errors.js'
import type { EventBody } from '../events.js'
import type { HeldToken } from '../token/heldToken.js'
import { earlyCodes } from '../token/refusal.js'
import { onAbort, abortReason } from '../tools/onAbort.js'
import type { Settings } from '../options.js'
import { backendMessage } from '../tools/backendMessage.js'
import type { SendResult, Refusal } from '../connector.js'

export interface RequestGateOptions {
  readonly sessionId: string
  readonly environment: Environment
  readonly settings: Settings
  /** The token to send now; null while there is none. */
  readonly ready: () => HeldToken | null
  /** The token that nothing but requests can try; null without. */
  readonly untried: () => HeldToken | null
  /** Lets all requests carry that token. */
  readonly endProbation: () => void
  /** Sends one request of the connector's own. One that is sent in this call tries the token. */
  readonly probe: () => Promise<unknown>
  readonly refused: (token: HeldToken, refusal: Refusal) => void
  readonly accepted: (token: HeldToken) => void
  readonly emit: (event: EventBody) => void
  readonly onHeldChange: (heldRequests: number) => void
}

type Send<T> = (token: HeldToken, requestId: string) => Promise<SendResult<T>>

/** Holds a session's requests while there is no good token, and replays a refused one once. */
export interface RequestGate {
  /**
   * Settles in every case: with what `send` made of the answer, or an error. `send` is called once,
   * and once more if its token was refused, each time with a good token and the same request id.
   */
  send<T>(send: Send<T>, signal?: AbortSignal | null): Promise<T>
  /** Lets requests through: the session has connected, or its socket may be blocked where HTTP is not. */
  open(): void
  /** Sends what is held, in order, as far as there is a good token. */
  release(): void
  heldRequests(): number
  /** Rejects everything under way, and whatever comes later. */
  close(error: ChatAuthError): void
}

/** A request from its call until it settles. */
interface Entry {
  readonly sequence: number
  readonly requestId: string
  readonly transmit: (token: HeldToken) => void
  readonly reject: (error: unknown) => void
  hasBeenRefused: boolean
  heldSince: Mark | null
  /** What is left of holdTimeoutMs, over both waits that a request may have. */
  holdBudgetMs: number
  cancelHoldTimeout: (() => void) | null
}

export function createRequestGate(options: RequestGateOptions): RequestGate {
  const { sessionId, environment, settings, emit } = options
  const underWay = new Set<Entry>()
  /** Refused requests that wait for the next token: all of them older than those that are new. */
  const refused = new Set<Entry>()
  /** Requests that have not been sent yet, oldest first. */
  const fresh = new Set<Entry>()
  let sequence = 0
  let isOpen = false
  let closedWith: ChatAuthError | null = null
  /** The token for the request that is sent in this very call. Set by `tryOut`, reset by `send`. */
  let trial: HeldToken | null = null
  /** Set by `tryOut` while its probe is in flight. */
  let isTrying = false

  const heldRequests = (): number => refused.size + fresh.size

  function release(): void {
    if (!isOpen) return
    const older = [...refused].sort((a, b) => a.sequence - b.sequence)
    // A `fetch` of the app's that logs out, or aborts another request, ends some of them meanwhile.
    if (older.every((entry) => !refused.has(entry) || tryToPass(entry))) {
      // What is added meanwhile, by a `fetch` of the app's that sends another request, is visited too.
      for (const entry of fresh) if (!tryToPass(entry)) break
    }
    options.onHeldChange(heldRequests())
    void tryOut()
  }

  /**
   * Sends a probe with a token that was refused as too early, where no connection can try it: a request
   * that was refused already would be rejected at its second refusal.
   */
  async function tryOut(): Promise<void> {
    const token = heldRequests() === 0 || isTrying ? null : options.untried()
    if (!token) return
    const refusals = token.earlyRefusals
    isTrying = true
    trial = token
    try {
      const answer = options.probe()
      // A connector without a probe, or one that sends it later.
      const wasSent = trial === null
      trial = null
      if (wasSent) await answer
    } catch {
      // Its refusal has been told. Any other failure is for the requests themselves to meet.
    } finally {
      isTrying = false
      if (!closedWith && options.untried() === token) {
        if (token.earlyRefusals === refusals) options.endProbation()
        release()
      }
    }
  }

  function tryToPass(entry: Entry): boolean {
    const token = options.ready()
    if (token) pass(entry, token)
    return token !== null
  }

  function pass(entry: Entry, token: HeldToken): void {
    refused.delete(entry)
    fresh.delete(entry)
    stopHolding(entry)
    if (entry.hasBeenRefused) emit({ type: 'request-replayed', requestId: entry.requestId })
    entry.transmit(token)
  }

  /** Sends it at once where nothing is before it, and a good token is there. */
  function sendOrHold(entry: Entry): void {
    const isFirst = heldRequests() === 0
    ;(entry.hasBeenRefused ? refused : fresh).add(entry)
    if (isOpen && isFirst) release()
    if (refused.has(entry) || fresh.has(entry)) hold(entry)
  }

  function hold(entry: Entry): void {
    // One that was let in before, and comes back refused, is not turned away.
    if (!entry.hasBeenRefused && heldRequests() > settings.maxHeldRequests) {
      return entry.reject(new ChatAuthError('hold-overflow'))
    }
    entry.heldSince = markNow(environment)
    entry.cancelHoldTimeout = setLongTimer(
      environment,
      () => entry.reject(new ChatAuthError('hold-timeout')),
      entry.holdBudgetMs,
    )
    emit({ type: 'request-held', requestId: entry.requestId, heldRequests: heldRequests() })
    options.onHeldChange(heldRequests())
  }

  function stopHolding(entry: Entry): void {
    entry.cancelHoldTimeout?.()
    entry.cancelHoldTimeout = null
    if (!entry.heldSince) return
    const heldMs = elapsedSince(environment, entry.heldSince)
    entry.heldSince = null
    entry.holdBudgetMs -= heldMs
    emit({ type: 'request-released', requestId: entry.requestId, heldMs })
  }

  /** @returns whether the request had not settled before */
  function forget(entry: Entry): boolean {
    if (!underWay.delete(entry)) return false
    entry.cancelHoldTimeout?.()
    if (refused.delete(entry) || fresh.delete(entry)) options.onHeldChange(heldRequests())
    return true
  }

  return {
    send<T>(send: Send<T>, signal?: AbortSignal | null) {
      const tried = trial
      trial = null
      return new Promise<T>((resolve, reject) => {
        if (closedWith) return reject(closedWith)
        if (signal?.aborted) return reject(abortReason(signal))

        const stopFollowing = onAbort(signal, () => entry.reject(abortReason(signal)))
        const entry: Entry = {
          sequence: ++sequence,
          requestId: `${sessionId}-${sequence}`,
          hasBeenRefused: tried !== null,
          heldSince: null,
          holdBudgetMs: settings.holdTimeoutMs,
          cancelHoldTimeout: null,
          transmit(token) {
            try {
              send(token, entry.requestId).then((attempt) => conclude(token, attempt), entry.reject)
            } catch (error) {
              entry.reject(error)
            }
          },
          reject(error) {
            if (!forget(entry)) return
            stopFollowing()
            const code = isChatAuthError(error) ? error.code : null
            if (!tried) emit({ type: 'request-rejected', requestId: entry.requestId, code })
            reject(error)
          },
        }

        /** Takes in an answer; the request may have been aborted, or rejected with its session. */
        function conclude(token: HeldToken, attempt: SendResult<T>): void {
          if (!attempt.refusal) {
            options.accepted(token)
            if (!forget(entry)) return
            stopFollowing()
            return resolve(attempt.value)
          }
          options.refused(token, attempt.refusal)
          if (!underWay.has(entry)) return
          if (entry.hasBeenRefused) {
            const cause = backendMessage(attempt.refusal)
            const code = earlyCodes.get(attempt.refusal.code) ?? 'token-refused'
            return entry.reject(new ChatAuthError(code, { cause }))
          }
          entry.hasBeenRefused = true
          sendOrHold(entry)
        }

        underWay.add(entry)
        if (tried) entry.transmit(tried)
        else sendOrHold(entry)
      })
    },
    open() {
      isOpen = true
      release()
    },
    release,
    heldRequests,
    close(error) {
      closedWith = error
      for (const entry of underWay) entry.reject(error)
    },
  }
}
