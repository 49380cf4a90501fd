import { setLongTimer } from '../../core/tools/deadline.js'
import type { Environment } from '../../core/environment.js'
import { ChatAuthError, toChatAuthError } from '../../core/errors.js'
import { onAbort } from '../../core/tools/onAbort.js'
import { backendMessage } from '../../core/tools/backendMessage.js'
import { retryAfterOf } from '../../core/tools/retryAfter.js'
import {
  RefusedError,
  type SendResult,
  type ConnectionContext,
  type Connector,
  type Credential,
} from '../../core/connector.js'
import { type ChatUser } from '../../core/types.js'
import { resolveUrl } from './backendUrl.js'
import { replayableBody } from './replayableBody.js'
import { discard, readText } from './readText.js'
import { requestLimitMs, withLimit } from './requestLimit.js'
import { createRequestSignals, type RequestSignal } from './requestSignals.js'
import { isUser } from './monitorSocket.js'
import { takeRequest } from './takeRequest.js'
import { isNotAllowed, readRefusal, readWireError } from './wireError.js'

export interface ChatHttpOptions {
  readonly apiKey: string
  readonly base: URL
  /** The global `fetch` if undefined. */
  readonly fetch: typeof globalThis.fetch | undefined
  readonly connectTimeoutMs: number
  /** Milliseconds that the headers of an answer may take. */
  readonly requestTimeoutMs: number
  readonly maxBufferedBodyBytes: number
}

/** Plain HTTP access to the chat backend, shared by all connectors. */
export interface ChatHttp {
  /** Makes `fetch` for one session: authenticated, gated, and limited to the backend's own origin. */
  sessionFetch(
    context: ConnectionContext,
    connectionId: () => string | null,
  ): (input: string | URL, init?: RequestInit) => Promise<Response>
  readonly createGuest: Connector['createGuest']
}

/** Milliseconds that the body of an error response may take to arrive before it is taken as no refusal. */
const refusalTimeoutMs = 5000

/** Client name that the protocol wants with every request, as `X-Stream-Client`. */
export const clientName = 'react-chat-auth'

export function createChatHttp(options: ChatHttpOptions): ChatHttp {
  const { apiKey, base } = options

  /** Sends a request without following redirects; rejects only with a `ChatAuthError`. */
  async function request(url: URL, init: RequestInit): Promise<Response> {
    // Looked up at each call, because a page may replace its `fetch` after making the connector.
    const send = options.fetch ?? globalThis.fetch
    try {
      const response = await send(url, { ...init, redirect: 'manual' })
      // Browsers report an opaque redirect, other platforms the 3xx itself. `Location` alone proves
      // nothing: a 201 has one as well.
      const is3xx = response.status >= 300 && response.status < 400
      if (response.type === 'opaqueredirect' || (is3xx && response.headers.has('Location'))) {
        discard(response)
        throw new ChatAuthError('redirect-refused')
      }
      // A custom `fetch` may ignore the signal.
      if (init.signal?.aborted) {
        discard(response)
        throw init.signal.reason
      }
      return response
    } catch (error) {
      throw toChatAuthError(error, 'connection-failed')
    }
  }

  function sessionFetch(context: ConnectionContext, connectionId: () => string | null) {
    const { environment, identity } = context
    const signalOf = createRequestSignals(environment, context.signal)

    async function exchange(
      address: URL,
      init: RequestInit,
      { userId, authType, token }: Credential,
      requestId: string,
    ): Promise<Response> {
      const url = new URL(address)
      url.searchParams.set('user_id', userId)
      url.searchParams.set('api_key', apiKey)
      const socket = connectionId()
      if (socket !== null) url.searchParams.set('connection_id', socket)
      const headers = new Headers(init.headers)
      headers.set('Authorization', token)
      headers.set('stream-auth-type', authType)
      headers.set('X-Stream-Client', clientName)
      headers.set('x-client-request-id', requestId)
      return request(url, { ...init, headers })
    }

    async function judge(response: Response, signal: AbortSignal): Promise<SendResult<Response>> {
      // Every error status is checked, because proxies turn a 401 into other statuses.
      const body = response.status >= 400 ? await peek(response, environment, signal) : null
      if (identity.type === 'anonymous' && isNotAllowed(body)) {
        discard(response)
        throw new ChatAuthError('anonymous-not-allowed')
      }
      const refusal = readRefusal(body)
      if (!refusal) return { refusal: null, value: response }
      discard(response)
      return { refusal }
    }

    async function attempt(
      sending: RequestSignal,
      limitMs: number,
      send: (signal: AbortSignal) => Promise<Response>,
    ) {
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
      const url = resolveUrl(taken.input, base)
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

  async function createGuest(
    user: ChatUser,
    { environment, signal }: { readonly environment: Environment; readonly signal: AbortSignal },
  ): Promise<{ user: ChatUser; token: string }> {
    const url = new URL('guest', base)
    url.searchParams.set('api_key', apiKey)
    const controller = environment.createAbortController()
    const stop = onAbort(signal, () => controller.abort(signal.reason))
    const cancelTimeout = setLongTimer(
      environment,
      () => controller.abort(new ChatAuthError('connection-timeout')),
      options.connectTimeoutMs,
    )
    try {
      const response = await request(url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'stream-auth-type': 'anonymous',
          'X-Stream-Client': clientName,
        },
        body: JSON.stringify({ user }),
        signal: controller.signal,
      })
      const body = await readJson(response, controller.signal)
      if (controller.signal.aborted) throw controller.signal.reason
      return readGuest(body, response, environment.now())
    } finally {
      cancelTimeout()
      stop()
    }
  }

  return { sessionFetch, createGuest }
}

function readGuest(
  body: unknown,
  response: Response,
  nowMs: number,
): { user: ChatUser; token: string } {
  const { user, access_token: token } = (body ?? {}) as { user?: unknown; access_token?: unknown }
  if (response.ok && isUser(user) && typeof token === 'string') return { user, token }
  const retryAfterMs = retryAfterOf(response.headers, nowMs)
  const error = readWireError(body, response.ok ? undefined : response.status, retryAfterMs)
  // No token was sent, so a refusal here means that the app does not allow guests.
  throw error instanceof RefusedError
    ? new ChatAuthError('authentication-failed', { cause: backendMessage(error.refusal) })
    : error
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

async function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  try {
    return JSON.parse((await readText(response, signal)) ?? 'null') as unknown
  } catch {
    return null
  }
}
