import { createDeadline, within } from '../../core/tools/deadline.js'
import { createDeferred, type Deferred } from '../../core/tools/deferred.js'
import { elapsedSince, markNow, type Environment } from '../../core/environment.js'
import { ChatAuthError } from '../../core/errors.js'
import { onAbort } from '../../core/tools/onAbort.js'
import type { Address } from './address.js'
import { resolveUrl } from './backendUrl.js'
import type { WebSocketLike } from './chatSocket.js'
import { isHarmless, sendPoll } from './pollAnswer.js'
import { createRequestUrl, encodeQuery, type RequestQuery } from './requestUrl.js'

export interface PollingOptions {
  readonly environment: Environment
  /** URL of the backend, which answers polls at `longpoll` below it. */
  readonly base: Address
  /** The global `fetch` if undefined. */
  readonly fetch: typeof globalThis.fetch | undefined
}

/** Event of a polling socket. An error event has the typed error of the request that failed. */
interface PollingEvent {
  readonly data: unknown
  readonly code?: number
  readonly error?: unknown
}

type Listener = (event: PollingEvent) => void
type EventType = 'message' | 'error' | 'close'

/** The part of a WebSocket that the connectors and the `stream-chat` client use, over polling. */
export interface PollingSocket extends WebSocketLike {
  readonly readyState: number
  readonly OPEN: number
  readonly CLOSED: number
  onmessage: Listener | null
  onerror: Listener | null
  onclose: Listener | null
  terminate(): void
}

export type PollingSocketConstructor = new (url: string) => PollingSocket

/**
 * Milliseconds until a poll without an answer is overdue, and until it is given up after that: 30 s in
 * all, as in the client. The backend answers a quiet poll after 20 s. The second wait lets an answer in
 * that arrived while the page was asleep.
 */
const overdueMs = 27_000
const graceMs = 3000

/**
 * Milliseconds from a ping to its pong at most. A poll that waits for so long has said everything,
 * because the backend answers it at the first event.
 */
const pongMs = 1000

/** Answers to polls after which a pong is due: the poll in flight at the ping, and the one after it. */
const pongAnswers = 2

/** Minimum milliseconds between two polls if the first brought nothing: a cache or a proxy answers at once. */
const emptyPollMs = 1000

/**
 * Creates a class with the interface of `WebSocket`, which takes the URL of the backend's WebSocket and
 * polls the backend over HTTP instead. An event may be lost with the answer that it was in, so a poll
 * that fails ends the socket.
 */
export function createPollingSocket(options: PollingOptions): PollingSocketConstructor {
  const { environment, base } = options

  return class implements PollingSocket {
    readonly OPEN = 1
    readonly CLOSED = 3
    readyState = 0
    onmessage: Listener | null = null
    onerror: Listener | null = null
    onclose: Listener | null = null
    /** Query of the WebSocket's address, which has the user, the key and the token. */
    readonly #query: RequestQuery
    readonly #listeners: (readonly [EventType, Listener])[] = []
    /** Aborted at the end of the socket. */
    readonly #life = environment.createAbortController()
    /** Aborted to give up the request that tells the backend of the end. */
    readonly #parting = environment.createAbortController()
    /** Set by the welcome. */
    #connectionId: unknown = null
    #isOverdue = false
    /** Pings without a pong, with the answers that each still waits for. */
    readonly #pings = new Set<{ answersLeft: number; readonly pong: Deferred<void> }>()
    readonly #answerDue = createDeadline(environment, () => {
      if (this.#isOverdue) return this.#fail(new ChatAuthError('connection-failed'))
      this.#isOverdue = true
      this.#answerDue.set(graceMs)
    })
    readonly #stopWaking = environment.onWake(() => this.#answerDue.check())

    constructor(url: string) {
      const search = url.slice(url.indexOf('?'))
      this.#query = createRequestUrl({ origin: '', pathname: '', search, href: url }).searchParams
      this.#run().catch((error: unknown) => this.#fail(error))
    }

    addEventListener(type: EventType, listener: Listener): void {
      this.#listeners.push([type, listener])
    }

    /** Answers the ping: the clients send nothing else. */
    send(): void {
      const ping = { answersLeft: pongAnswers, pong: createDeferred<void>() }
      this.#pings.add(ping)
      void within(environment, pongMs, ping.pong.promise, this.#life.signal).then(() => {
        this.#pings.delete(ping)
        this.#receive({ type: 'health.check', connection_id: this.#connectionId })
      })
    }

    close(): void {
      if (this.readyState > this.OPEN) return
      this.readyState = 2
      this.#stopWaking()
      this.#answerDue.clear()
      this.#life.abort()
      void this.#leave().then(() => {
        this.readyState = this.CLOSED
        this.#emit('close', { data: null, code: 1006 })
      })
    }

    terminate(): void {
      this.#parting.abort()
    }

    async #run(): Promise<void> {
      const { signal } = this.#life
      const { event } = await this.#ask({ json: this.#query.get('json') ?? '' }, signal)
      this.readyState = this.OPEN
      this.#connectionId = (event as { connection_id?: unknown } | undefined)?.connection_id
      this.#receive(event)
      // The welcome in a listener → close → this line: without the check, the timer would stay.
      if (this.readyState === this.OPEN) this.#answerDue.set(overdueMs)
      while (this.readyState === this.OPEN) await this.#poll(signal)
    }

    async #poll(signal: AbortSignal): Promise<void> {
      const askedAt = markNow(environment)
      const events = await this.#askForEvents(signal)
      for (const event of events ?? []) this.#receive(event)
      if (events) for (const ping of this.#pings) if (--ping.answersLeft === 0) ping.pong.resolve()
      const leftMs = emptyPollMs - elapsedSince(environment, askedAt)
      if (events?.length || leftMs <= 0) return
      await within(environment, leftMs, new Promise(() => {}), signal)
    }

    /** Null if others than the backend answered, and so no event is lost. */
    async #askForEvents(signal: AbortSignal): Promise<readonly unknown[] | null> {
      try {
        const { events } = await this.#ask({ connection_id: String(this.#connectionId) }, signal)
        if (!Array.isArray(events)) throw new ChatAuthError('unexpected-answer')
        this.#isOverdue = false
        this.#answerDue.set(overdueMs)
        return events
      } catch (error) {
        // The line goes on for as long as an answer is not overdue.
        if (isHarmless(error)) return null
        throw error
      }
    }

    /** Tells the backend, which would keep the line for half a minute. */
    async #leave(): Promise<void> {
      if (typeof this.#connectionId !== 'string') return
      const end = { connection_id: this.#connectionId, close: 'true' }
      // Nobody is left to hear of a failure.
      await this.#ask(end, this.#parting.signal).catch(() => {})
    }

    /** Rejects at the end of `signal`, whether or not `fetch` heeds it. */
    #ask(
      query: Readonly<Record<string, string>>,
      signal: AbortSignal,
    ): Promise<Readonly<Record<string, unknown>>> {
      return new Promise((resolve, reject) => {
        // Of its own, because some platforms keep a listener on the signal for each request.
        const request = environment.createAbortController()
        const stop = onAbort(signal, () => {
          request.abort()
          reject(new ChatAuthError('connection-failed'))
        })
        this.#exchange(query, request.signal).then(resolve, reject).finally(stop)
      })
    }

    async #exchange(query: Readonly<Record<string, string>>, signal: AbortSignal) {
      const of = (name: string) => this.#query.get(name) ?? ''
      const { user_id: userId } = JSON.parse(of('json')) as { user_id?: unknown }
      const all = encodeQuery({ user_id: String(userId), api_key: of('api_key'), ...query })
      const url = resolveUrl(`longpoll?${all}`, base)
      const headers = {
        Authorization: of('authorization'),
        'stream-auth-type': of('stream-auth-type'),
        'X-Stream-Client': of('X-Stream-Client'),
      }
      return sendPoll({ fetch: options.fetch, url, headers, signal }, environment)
    }

    #receive(event: unknown): void {
      // close in a listener → the rest of the same answer: without this, it would still be heard.
      if (this.readyState === this.OPEN) this.#emit('message', { data: JSON.stringify(event) })
    }

    #fail(error: unknown): void {
      if (this.readyState > this.OPEN) return
      this.#emit('error', { data: null, error })
      this.close()
    }

    #emit(type: EventType, event: PollingEvent): void {
      this[`on${type}`]?.(event)
      for (const [of, listener] of this.#listeners) if (of === type) listener(event)
    }
  }
}
