import {
  RefusedError,
  type ConnectionContext,
  type Connector,
  type Credential,
  type Refusal,
} from '../../core/connector.js'
import { ChatAuthError, isChatAuthError, toChatAuthError } from '../../core/errors.js'
import { abortReason } from '../../core/tools/onAbort.js'
import { isObject } from '../../core/tools/reading.js'
import { retryAfterOf } from '../../core/tools/retryAfter.js'
import { readBaseUrl, resolveUrl } from './backendUrl.js'
import { readLimits } from './limits.js'
import { readJson } from './readJson.js'
import { withLimit } from './requestLimit.js'
import { createRequestSignals, type RequestSignal } from './requestSignals.js'
import { createRequestUrl, type RequestUrl } from './requestUrl.js'
import { sendRequest } from './sendRequest.js'
import { createSessionFetch } from './sessionFetch.js'
import { takeRequest } from './takeRequest.js'

/** A request before it is sent; `authorize` changes its headers or its query. */
export interface UnsentRequest {
  readonly url: RequestUrl
  readonly headers: Headers
}

/** An answer of status 400 or above. */
export interface ErrorAnswer {
  readonly status: number
  readonly headers: Headers
  /** Its JSON, if that is an object of at most 64 kB; an empty object otherwise. */
  readonly body: Readonly<Record<string, unknown>>
}

/** How a connector's requests reach its backend. */
export interface ConnectorHttpOptions {
  /** URL of the backend, such as `https://chat.example.com/api`. Tokens are sent to its origin only. */
  baseUrl: string
  /**
   * Function for all HTTP requests.
   * @default the global `fetch`
   */
  fetch?: typeof globalThis.fetch | undefined
  /** Puts a credential on a request: into its headers or its query. */
  authorize(request: UnsentRequest, credential: Credential): void
  /**
   * Header for the id of a request, which is the same when the request is replayed.
   * @default 'X-Request-Id'
   */
  requestIdHeader?: string | undefined
  /**
   * Judges an error answer: returns the refusal of the token that was sent, or an error that the caller
   * gets. Null for anything else: `auth.fetch` then resolves with the answer as it is.
   */
  readError(answer: ErrorAnswer): Refusal | ChatAuthError | null
  /**
   * Milliseconds until `request` has to have the headers of an answer, and `postJson` its body.
   * `Infinity` is no limit.
   * @default 10000
   */
  connectTimeoutMs?: number | undefined
  /**
   * Milliseconds that the backend may take to answer a request of the app, up to the headers of its
   * answer; an upload has a second more for every 16 kB. `Infinity` is no limit.
   * @default 60000
   */
  requestTimeoutMs?: number | undefined
  /**
   * Maximum bytes of a stream or a generator, which is buffered to be replayable. A larger body is
   * rejected with `body-not-replayable` and never sent.
   * @default 1048576
   */
  maxBufferedBodyBytes?: number | undefined
}

/** What a request of the connector's own belongs to: a `ConnectionContext`, or what `createGuest` gets. */
export type RequestOwner = Parameters<Connector['createGuest']>[1]

/** The HTTP side of a connector. */
export interface ConnectorHttp {
  /**
   * Makes `Connection.fetch`: requests go through the gate, are replayed with their whole body, end with
   * their session, and never leave the backend's origin, not even by a redirect.
   */
  sessionFetch(
    context: ConnectionContext,
  ): (input: string | URL, init?: RequestInit) => Promise<Response>
  /**
   * Sends a request past the gate, for `open`. Resolves with an answer below 400, whose body ends with the
   * owner's session and with `init.signal`.
   * @param credential left out, the request carries none
   * @throws RefusedError, or a ChatAuthError whose `retryable` says whether another try may help
   */
  request(
    path: string,
    init: RequestInit,
    owner: RequestOwner,
    credential?: Credential,
  ): Promise<Response>
  /**
   * As `request`, with JSON both ways: for `createGuest`.
   * @throws ChatAuthError `unexpected-answer` if the answer is no JSON, or above 64 kB
   */
  postJson<Answer>(
    path: string,
    value: unknown,
    owner: RequestOwner,
    credential?: Credential,
  ): Promise<Answer>
  /** For `Connector.takeRequest`. */
  readonly takeRequest: NonNullable<Connector['takeRequest']>
}

/**
 * Creates the HTTP side of a connector: bodies, replays, origin, redirects, time limits and the end of
 * the session. The backend's own words are up to `authorize` and `readError`.
 * @throws TypeError that names a missing or invalid option
 */
export function createConnectorHttp(options: ConnectorHttpOptions): ConnectorHttp {
  const base = readBaseUrl(options.baseUrl)
  const { connectTimeoutMs, requestTimeoutMs, maxBufferedBodyBytes } = readLimits(options)
  const { requestIdHeader = 'X-Request-Id' } = options

  const readError = (body: unknown, { status, headers }: Response) =>
    options.readError({ status, headers, body: isObject(body) ? { ...body } : {} })

  /** Made once a session, so that its signal has one listener however often it connects. */
  const signalsOfOwners = new WeakMap<AbortSignal, ReturnType<typeof createRequestSignals>>()

  function signalOf(owner: RequestOwner, callerSignal: AbortSignal | null | undefined) {
    const { environment, signal } = owner
    const signals = signalsOfOwners.get(signal) ?? createRequestSignals(environment, signal)
    signalsOfOwners.set(signal, signals)
    return signals(callerSignal)
  }

  /** Sends a request; `read` takes what it needs of the answer before the time is up. */
  async function exchange<T>(
    [path, init, owner, credential]: Parameters<ConnectorHttp['request']>,
    read: (response: Response, sending: RequestSignal) => T | Promise<T>,
  ): Promise<T> {
    if (owner.signal.aborted) throw abortReason(owner.signal)
    const url = createRequestUrl(resolveUrl(path, base))
    const headers = new Headers(init.headers)
    if (credential) options.authorize({ url, headers }, credential)
    const sending = signalOf(owner, init.signal)
    const answered = async () => {
      const sent = { ...init, headers, signal: sending.signal }
      const response = await sendRequest(options.fetch, url, sent)
      if (response.status >= 400) throw await errorOf(response, sending.signal, owner)
      const result = await read(response, sending)
      if (sending.signal.aborted) throw abortReason(sending.signal)
      return result
    }
    try {
      return await withLimit(owner.environment, connectTimeoutMs, answered(), () => {
        const error = new ChatAuthError('connection-timeout')
        sending.abort(error)
        return error
      })
    } catch (error) {
      sending.release()
      throw error instanceof RefusedError ? error : toChatAuthError(error, 'connection-failed')
    }
  }

  async function errorOf(
    response: Response,
    signal: AbortSignal,
    { environment }: RequestOwner,
  ): Promise<Error> {
    const said = readError(await readJson(response, signal), response)
    if (said) return isChatAuthError(said) ? said : new RefusedError(said)
    const retryAfterMs = retryAfterOf(response.headers, environment.now())
    if (response.status === 429) return new ChatAuthError('rate-limited', { retryAfterMs })
    if (response.status >= 500) return new ChatAuthError('server-error', { retryAfterMs })
    return new ChatAuthError('unexpected-answer', { retryable: false })
  }

  return {
    sessionFetch: (context) =>
      createSessionFetch(context, {
        base,
        fetch: options.fetch,
        requestTimeoutMs,
        maxBufferedBodyBytes,
        authorize(request, credential, requestId) {
          request.headers.set(requestIdHeader, requestId)
          options.authorize(request, credential)
        },
        readError,
      }),
    request: (...request) =>
      exchange(request, (response, sending) => {
        sending.goesOnIn(response, ...(response.body ? [response.body] : []))
        return response
      }),
    postJson: <Answer>(path: string, value: unknown, owner: RequestOwner, by?: Credential) => {
      const headers = { 'Content-Type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(value) }
      return exchange([path, init, owner, by], async (response, sending) => {
        const answer = await readJson(response, sending.signal)
        sending.release()
        if (answer === null && !sending.signal.aborted) throw new ChatAuthError('unexpected-answer')
        return answer as Answer
      })
    },
    takeRequest,
  }
}
