import { setLongTimer } from '../../core/tools/deadline.js'
import type { Environment } from '../../core/environment.js'
import { ChatAuthError } from '../../core/errors.js'
import { onAbort, abortReason } from '../../core/tools/onAbort.js'
import { backendMessage } from '../../core/tools/backendMessage.js'
import { retryAfterOf } from '../../core/tools/retryAfter.js'
import { RefusedError, type ConnectionContext, type Connector } from '../../core/connector.js'
import { type ChatUser } from '../../core/types.js'
import type { Address } from './address.js'
import { resolveUrl } from './backendUrl.js'
import { readJson } from './readJson.js'
import { isUser } from './monitorSocket.js'
import { encodeQuery } from './requestUrl.js'
import { sendRequest } from './sendRequest.js'
import { createSessionFetch } from './sessionFetch.js'
import { isNotAllowed, readRefusal, readWireError } from './wireError.js'

export interface ChatHttpOptions {
  readonly apiKey: string
  readonly base: Address
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

/** Client name that the protocol wants with every request, as `X-Stream-Client`. */
export const clientName = 'react-chat-auth'

export function createChatHttp(options: ChatHttpOptions): ChatHttp {
  const { apiKey, base } = options

  function sessionFetch(context: ConnectionContext, connectionId: () => string | null) {
    const isAnonymous = context.identity.type === 'anonymous'
    return createSessionFetch(context, {
      base,
      fetch: options.fetch,
      requestTimeoutMs: options.requestTimeoutMs,
      maxBufferedBodyBytes: options.maxBufferedBodyBytes,
      authorize({ url, headers }, { userId, authType, token }, requestId) {
        url.searchParams.set('user_id', userId)
        url.searchParams.set('api_key', apiKey)
        const socket = connectionId()
        if (socket !== null) url.searchParams.set('connection_id', socket)
        headers.set('Authorization', token)
        headers.set('stream-auth-type', authType)
        headers.set('X-Stream-Client', clientName)
        headers.set('x-client-request-id', requestId)
      },
      readError: (body) =>
        isAnonymous && isNotAllowed(body)
          ? new ChatAuthError('anonymous-not-allowed')
          : readRefusal(body),
    })
  }

  async function createGuest(
    user: ChatUser,
    { environment, signal }: { readonly environment: Environment; readonly signal: AbortSignal },
  ): Promise<{ user: ChatUser; token: string }> {
    const query = encodeQuery({ api_key: apiKey })
    const url = resolveUrl(`guest?${query}`, base)
    const controller = environment.createAbortController()
    const stop = onAbort(signal, () => controller.abort(abortReason(signal)))
    const cancelTimeout = setLongTimer(
      environment,
      () => controller.abort(new ChatAuthError('connection-timeout')),
      options.connectTimeoutMs,
    )
    try {
      const response = await sendRequest(options.fetch, url, {
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
      if (controller.signal.aborted) throw abortReason(controller.signal)
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
