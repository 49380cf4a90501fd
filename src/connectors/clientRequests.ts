import type { StreamChat } from 'stream-chat'
import { ChatAuthError } from '../core/errors.js'
import type { Attempt, ConnectionContext, Credential } from '../core/types.js'
import { keepUpload } from './keepUpload.js'
import { isNotAllowed, readRefusal } from './wireError.js'

/** The argument of the interceptors of one kind: the types of axios without a dependency on it. */
type Intercepted<Kind extends 'request' | 'response'> = Parameters<
  NonNullable<Parameters<StreamChat['axiosInstance']['interceptors'][Kind]['use']>[0]>
>[0]
/** A request as axios hands it to what sends it. */
type Prepared = Intercepted<'request'>
type Answer = Intercepted<'response'>
type Adapter = NonNullable<Prepared['adapter']>

/** How a sending ended. An answer with a bad status is an error to axios, and has an answer. */
interface Outcome {
  readonly answer: Answer | undefined
  readonly error: unknown
}

export interface ClientRequests {
  /** Resolves when the client knows the answers to the watching queries that are under way now. */
  watchesSettled(): Promise<void>
}

/**
 * Sends the client's own requests through the session's gate: inside the call, so that the client's
 * retry never sees a refused token. What its callers get to see carries no token.
 */
export function gateRequests(client: StreamChat, context: ConnectionContext): ClientRequests {
  const { environment, identity, signal } = context
  const base = new URL(String(client.baseURL))
  // Its own: a replay must not pass the interceptors a second time.
  const transport = client.axiosInstance.create()
  const watches = new Set<Promise<Outcome>>()

  client.axiosInstance.interceptors.request.use((config) => {
    // What axios itself would send with: it is always set, be it by axios's own defaults.
    const adapter = config.adapter as Adapter
    config.adapter = (prepared) => send(prepared, adapter)
    return config
  })

  async function send(prepared: Prepared, adapter: Adapter): Promise<Answer> {
    // What the client put there may be old, and is what errors would show.
    prepared.headers.delete('Authorization')
    const { origin } = new URL(String(prepared.url), prepared.baseURL ?? base)
    if (origin !== base.origin) throw new ChatAuthError('foreign-origin')
    const { data, headers } = await keepUpload(prepared.data)
    const outcome = await context.send(
      async (credential, requestId) => {
        const sent = { ...authenticated(prepared, credential, requestId), data, adapter }
        sent.headers.set(headers)
        const sending = exchange(sent, prepared)
        if (isWatch(data)) watches.add(sending)
        const ended = await sending
        watches.delete(sending)
        return read(ended)
      },
      prepared.signal as AbortSignal | undefined,
    )
    if (outcome.error) throw outcome.error
    return outcome.answer as Answer
  }

  function authenticated(prepared: Prepared, { token }: Credential, requestId: string): Prepared {
    const headers = prepared.headers.concat({ 'x-client-request-id': requestId })
    if (token !== '') headers.set('Authorization', token)
    const params = { ...(prepared.params as Record<string, unknown> | undefined) }
    // It may have waited, and the socket that it was meant for be gone.
    if ('connection_id' in params) params['connection_id'] = client.wsConnection?.connectionID
    return { ...prepared, headers, params }
  }

  /** Never rejects; `shown` is what becomes of the request in answers and errors. */
  async function exchange(sent: Prepared, shown: Prepared): Promise<Outcome> {
    const controller = environment.createAbortController()
    const abort = (): void => controller.abort()
    const signals = [signal, sent.signal]
    for (const each of signals) each?.addEventListener?.('abort', abort)
    try {
      const answer: Answer = await transport.request({
        ...sent,
        signal: controller.signal,
        // Both are the outer request's to do.
        transformRequest: [],
        transformResponse: [],
        maxRedirects: 0,
      })
      Object.assign(answer, { config: shown, request: undefined })
      return { answer, error: null }
    } catch (error) {
      const { response } = error as { response?: Answer }
      if (response) Object.assign(response, { config: shown, request: undefined })
      Object.assign(error as object, { config: shown, request: undefined })
      return { answer: response, error }
    } finally {
      for (const each of signals) each?.removeEventListener?.('abort', abort)
    }
  }

  function read(outcome: Outcome): Attempt<Outcome> {
    const status = outcome.answer?.status ?? null
    // Browsers hide a redirect that is not followed behind a 0.
    if (status === 0 || (status !== null && status >= 300 && status < 400)) {
      throw new ChatAuthError('redirect-refused')
    }
    const isSuspect = status === 401 || status === 403
    const body = isSuspect ? parse(outcome.answer?.data) : null
    if (identity.type === 'anonymous' && isNotAllowed(body)) {
      throw new ChatAuthError('anonymous-not-allowed', { cause: outcome.error })
    }
    const refusal = status === 401 ? readRefusal(body) : null
    return refusal ? { refusal } : { refusal: null, value: outcome }
  }

  return {
    async watchesSettled() {
      await Promise.all(watches)
      // By the next task the client has taken them in.
      await new Promise<void>((resolve) => environment.setTimer(resolve, 0))
    },
  }
}

function isWatch(data: unknown): boolean {
  return typeof data === 'string' && data.includes('"watch":true')
}

function parse(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : data
  } catch {
    return null
  }
}
