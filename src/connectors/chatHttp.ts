import { setLongTimer } from '../core/deadline.js'
import type { Environment } from '../core/environment.js'
import { ChatAuthError, toChatAuthError } from '../core/errors.js'
import { saidByBackend } from '../core/saidByBackend.js'
import {
  RefusedError,
  type ChatUser,
  type ConnectionContext,
  type Connector,
  type Credential,
} from '../core/types.js'
import { resolveUrl } from './addresses.js'
import { keepBody } from './keepBody.js'
import { createRequestSignals } from './requestSignals.js'
import { isUser } from './socketWatch.js'
import { isNotAllowed, readRefusal, readRetryAfterMs, readWireError } from './wireError.js'

export interface ChatHttpOptions {
  readonly apiKey: string
  readonly base: URL
  /** Left out: the global `fetch`. */
  readonly fetch: typeof globalThis.fetch | undefined
  readonly connectTimeoutMs: number
  readonly maxBufferedBodyBytes: number
}

/** The chat backend over plain HTTP, whatever keeps the live socket. */
export interface ChatHttp {
  /** `fetch` for one session: authenticated, through the gate, to the backend's own origin only. */
  sessionFetch(
    context: ConnectionContext,
    connectionId: () => string | null,
  ): (input: string | URL, init?: RequestInit) => Promise<Response>
  readonly createGuest: Connector['createGuest']
}

/** Told to the backend with every request, as the protocol asks. */
export const clientName = 'react-chat-auth'

export function createChatHttp(options: ChatHttpOptions): ChatHttp {
  const { apiKey, base } = options

  /** A request that no redirect can carry off, and that fails only with our errors. */
  async function request(url: URL, init: RequestInit): Promise<Response> {
    // Looked up at each call: a page may replace its own fetch after the connector was made.
    const send = options.fetch ?? globalThis.fetch
    try {
      const response = await send(url, { ...init, redirect: 'manual' })
      // Browsers hide the answer; elsewhere it is what it is. (A 201 has a Location as well.)
      const is3xx = response.status >= 300 && response.status < 400
      if (response.type === 'opaqueredirect' || (is3xx && response.headers.has('Location'))) {
        throw new ChatAuthError('redirect-refused')
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

      const { signal, release } = signalOf(init.signal)
      try {
        return await request(url, { ...init, headers, signal })
      } finally {
        release()
      }
    }

    return async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
      const url = resolveUrl(input, base)
      const signals = init.signal ? [context.signal, init.signal] : [context.signal]
      const kept = keepBody(init.body, options.maxBufferedBodyBytes, signals)
      // Awaited only where it must be: a body at hand keeps the order of the calls.
      const content = kept instanceof Promise ? await kept : kept
      return context.send(async (credential, requestId) => {
        const sent = { ...init, body: content ?? null }
        const response = await exchange(url, sent, credential, requestId)
        const isSuspect = response.status === 401 || response.status === 403
        const body: unknown = isSuspect ? await readJson(response.clone()) : null
        if (identity.type === 'anonymous' && isNotAllowed(body)) {
          throw new ChatAuthError('anonymous-not-allowed')
        }
        const refusal = response.status === 401 ? readRefusal(body) : null
        return refusal ? { refusal } : { refusal: null, value: response }
      }, init.signal)
    }
  }

  async function createGuest(
    user: ChatUser,
    { environment, signal }: { readonly environment: Environment; readonly signal: AbortSignal },
  ): Promise<{ user: ChatUser; token: string }> {
    const url = new URL('guest', base)
    url.searchParams.set('api_key', apiKey)
    const controller = environment.createAbortController()
    const abort = (): void => controller.abort(signal.reason)
    const cancelTimeout = setLongTimer(
      environment,
      () => controller.abort(new ChatAuthError('connection-timeout')),
      options.connectTimeoutMs,
    )
    signal.addEventListener('abort', abort)
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
      const body = await readJson(response)
      if (controller.signal.aborted) throw controller.signal.reason
      return readGuest(body, response, environment.now())
    } finally {
      cancelTimeout()
      signal.removeEventListener('abort', abort)
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
  const retryAfterMs = readRetryAfterMs(response.headers.get('Retry-After'), nowMs)
  const error = readWireError(body, response.ok ? undefined : response.status, retryAfterMs)
  // Nobody's token was refused here: it is the app that does not allow guests.
  throw error instanceof RefusedError
    ? new ChatAuthError('authentication-failed', { cause: saidByBackend(error.refusal) })
    : error
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return null
  }
}
