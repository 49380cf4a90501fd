import type { ConnectionContext, Credential, Refusal, SendResult } from '../../core/connector.js'
import type { Environment } from '../../core/environment.js'
import { ChatAuthError, isChatAuthError } from '../../core/errors.js'
import { onAbort } from '../../core/tools/onAbort.js'
import type { Address } from './address.js'
import { resolveUrl } from './backendUrl.js'
import { readJson } from './readJson.js'
import { discard } from './readText.js'
import { replayableBody } from './replayableBody.js'
import { requestLimitMs, withLimit } from './requestLimit.js'
import { createRequestSignals, type RequestSignal } from './requestSignals.js'
import { createRequestUrl, type RequestUrl } from './requestUrl.js'
import { sendRequest } from './sendRequest.js'
import { takeRequest } from './takeRequest.js'

export interface SessionFetchOptions {
  readonly base: Address
  /** The global `fetch` if undefined. */
  readonly fetch: typeof globalThis.fetch | undefined
  /** Milliseconds that the headers of an answer may take. */
  readonly requestTimeoutMs: number
  readonly maxBufferedBodyBytes: number
  /** Puts a credential on a request: into its headers or its query. */
  authorize(
    request: { readonly url: RequestUrl; readonly headers: Headers },
    credential: Credential,
    requestId: string,
  ): void
  /**
   * Judges an answer of status 400 and above: the refusal of its token, or an error for the caller. Null
   * for all else.
   * @param body its JSON; null if it is none
   */
  readError(body: unknown, response: Response): Refusal | ChatAuthError | null
}

/** Milliseconds that the body of an error response may take to arrive before it is taken as no refusal. */
const refusalTimeoutMs = 5000

/** Makes `fetch` for one session: authenticated, gated, and limited to the backend's own origin. */
export function createSessionFetch(context: ConnectionContext, options: SessionFetchOptions) {
  const { environment } = context
  const signalOf = createRequestSignals(environment, context.signal)

  async function exchange(
    address: Address,
    init: RequestInit,
    credential: Credential,
    requestId: string,
  ): Promise<Response> {
    const url = createRequestUrl(address)
    const headers = new Headers(init.headers)
    options.authorize({ url, headers }, credential, requestId)
    return sendRequest(options.fetch, url, { ...init, headers })
  }

  async function judge(response: Response, signal: AbortSignal): Promise<SendResult<Response>> {
    // Every error status is checked, because proxies turn a 401 into other statuses.
    if (response.status < 400) return { refusal: null, value: response }
    const said = options.readError(await peek(response, environment, signal), response)
    if (!said) return { refusal: null, value: response }
    discard(response)
    if (isChatAuthError(said)) throw said
    return { refusal: said }
  }

  async function attempt(
    sending: RequestSignal,
    limitMs: number,
    send: (signal: AbortSignal) => Promise<Response>,
  ): Promise<SendResult<Response>> {
    try {
      const response = await withLimit(environment, limitMs, send(sending.signal), () => {
        const error = new ChatAuthError('request-timeout')
        sending.abort(error)
        return error
      })
      const judged = await judge(response, sending.signal)
      // The caller may keep only the response or only its body, so either keeps the signal alive.
      if (!judged.refusal && response.body) sending.goesOnIn(response, response.body)
      else sending.release()
      return judged
    } catch (error) {
      sending.release()
      throw error
    }
  }

  return async (input: string | URL, init?: RequestInit): Promise<Response> => {
    const taken = takeRequest(input, init)
    const url = resolveUrl(taken.input, options.base)
    const callerSignal = taken.init.signal
    const signals = callerSignal ? [context.signal, callerSignal] : [context.signal]
    const kept = replayableBody(taken.init.body, options.maxBufferedBodyBytes, signals)
    // Awaits streams only: an extra microtask would let later calls overtake this one.
    const body = (kept instanceof Promise ? await kept : kept) as BodyInit | null
    const limitMs = requestLimitMs(options.requestTimeoutMs, body)
    return context.send(
      (credential, requestId) =>
        attempt(signalOf(callerSignal), limitMs, (signal) =>
          exchange(url, { ...taken.init, body, signal }, credential, requestId),
        ),
      callerSignal,
    )
  }
}

/**
 * Reads the JSON of an error response and leaves the response unread for the caller.
 * @returns null if the body is no JSON, larger than `maxAnswerBytes`, or not in within 5 s
 */
async function peek(
  response: Response,
  environment: Environment,
  signal: AbortSignal,
): Promise<unknown> {
  const controller = environment.createAbortController()
  const stop = onAbort(signal, () => controller.abort())
  const cancelTimeout = environment.setTimer(() => controller.abort(), refusalTimeoutMs)
  try {
    return await readJson(response.clone(), controller.signal)
  } finally {
    cancelTimeout()
    stop()
  }
}
