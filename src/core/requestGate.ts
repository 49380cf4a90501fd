import { setLongTimer } from './deadline.js'
import { elapsedSince, markNow, type Environment, type Mark } from './environment.js'
import { ChatAuthError, isChatAuthError } from './errors.js'
import type { EventBody } from './events.js'
import type { HeldToken } from './heldToken.js'
import type { Settings } from './options.js'
import { saidByBackend } from './saidByBackend.js'
import type { Attempt, Refusal } from './types.js'

export interface RequestGateOptions {
  readonly sessionId: string
  readonly environment: Environment
  readonly settings: Settings
  /** The token to send now; null while there is none. */
  readonly ready: () => HeldToken | null
  readonly refused: (token: HeldToken, refusal: Refusal) => void
  readonly emit: (event: EventBody) => void
  readonly onHeldChange: (heldRequests: number) => void
}

type Send<T> = (token: HeldToken, requestId: string) => Promise<Attempt<T>>

/** Holds a session's requests while there is no good token, and replays a refused one once. */
export interface RequestGate {
  /**
   * Settles in every case: with what `send` made of the answer, or an error. `send` is called once,
   * and once more if its token was refused, each time with a good token and the same request id.
   */
  send<T>(send: Send<T>, signal?: AbortSignal | null): Promise<T>
  /** Lets requests through: the session has connected. */
  open(): void
  isOpen(): boolean
  /** Sends what is held, in order, as far as there is a good token. */
  release(): void
  /** Rejects everything under way, and whatever comes later. */
  close(error: ChatAuthError): void
}

interface Entry {
  readonly sequence: number
  readonly requestId: string
  readonly transmit: (token: HeldToken) => Promise<void>
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
  /** By sequence: a refused request goes again before those that came after it. */
  let queue: Entry[] = []
  let sequence = 0
  let isOpen = false
  let closedWith: ChatAuthError | null = null

  function enqueue(entry: Entry): void {
    const later = queue.findIndex((other) => other.sequence > entry.sequence)
    queue.splice(later === -1 ? queue.length : later, 0, entry)
    release()
  }

  function release(): void {
    for (let next = queue[0]; isOpen && next; next = queue[0]) {
      const token = options.ready()
      if (!token) break
      queue.shift()
      void pass(next, token)
    }
    for (const entry of queue.filter((waiting) => !waiting.heldSince)) hold(entry)
    options.onHeldChange(queue.length)
  }

  function hold(entry: Entry): void {
    const heldRequests = queue.indexOf(entry) + 1
    if (queue.length > settings.maxHeldRequests) {
      return entry.reject(new ChatAuthError('hold-overflow'))
    }
    entry.heldSince = markNow(environment)
    entry.cancelHoldTimeout = setLongTimer(
      environment,
      () => entry.reject(new ChatAuthError('hold-timeout')),
      entry.holdBudgetMs,
    )
    emit({ type: 'request-held', requestId: entry.requestId, heldRequests })
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

  function pass(entry: Entry, token: HeldToken): Promise<void> {
    stopHolding(entry)
    if (entry.hasBeenRefused) emit({ type: 'request-replayed', requestId: entry.requestId })
    return entry.transmit(token)
  }

  function forget(entry: Entry): boolean {
    if (!underWay.delete(entry)) return false
    entry.cancelHoldTimeout?.()
    queue = queue.filter((other) => other !== entry)
    options.onHeldChange(queue.length)
    return true
  }

  return {
    send<T>(send: Send<T>, signal?: AbortSignal | null) {
      return new Promise<T>((resolve, reject) => {
        if (closedWith) return reject(closedWith)
        if (signal?.aborted) return reject(signal.reason)

        const onAbort = (): void => entry.reject(signal?.reason)
        const entry: Entry = {
          sequence: ++sequence,
          requestId: `${sessionId}-${sequence}`,
          hasBeenRefused: false,
          heldSince: null,
          holdBudgetMs: settings.holdTimeoutMs,
          cancelHoldTimeout: null,
          async transmit(token) {
            const attempt = await send(token, entry.requestId).catch((error: unknown) => {
              entry.reject(error)
            })
            if (!attempt) return
            if (attempt.refusal) {
              options.refused(token, attempt.refusal)
              if (!underWay.has(entry)) return
              if (entry.hasBeenRefused) {
                const cause = saidByBackend(attempt.refusal)
                return entry.reject(new ChatAuthError('token-refused', { cause }))
              }
              entry.hasBeenRefused = true
              return enqueue(entry)
            }
            token.wasAccepted = true
            if (!forget(entry)) return
            signal?.removeEventListener('abort', onAbort)
            resolve(attempt.value)
          },
          reject(error) {
            if (!forget(entry)) return
            signal?.removeEventListener('abort', onAbort)
            const code = isChatAuthError(error) ? error.code : null
            emit({ type: 'request-rejected', requestId: entry.requestId, code })
            reject(error)
          },
        }
        signal?.addEventListener('abort', onAbort)
        underWay.add(entry)
        enqueue(entry)
      })
    },
    open() {
      isOpen = true
      release()
    },
    isOpen: () => isOpen,
    release,
    close(error) {
      closedWith = error
      for (const entry of underWay) entry.reject(error)
    },
  }
}
