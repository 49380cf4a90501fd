import type { StreamChat } from 'stream-chat'
import { ChatAuthError } from '../core/errors.js'
import type { Attempt, ConnectionContext } from '../core/types.js'
import { keepUpload } from './keepUpload.js'
import { createRequestSignals } from './requestSignals.js'
import { isUnawaited } from './unawaited.js'
import { answerOnly, isWatchQuery } from './watchQuery.js'
import { isNotAllowed, readRefusal } from './wireError.js'

/** The argument of the interceptors of one kind: the types of axios without a dependency on it. */
type Intercepted<Kind extends 'request' | 'response'> = Parameters<
  NonNullable<Parameters<StreamChat['axiosInstance']['interceptors'][Kind]['use']>[0]>
>[0]
/** A request as axios hands it to what sends it. */
type Prepared = Intercepted<'request'>
type Answer = Intercepted<'response'>
type Adapter = NonNullable<Prepared['adapter']>

/** The protocol's code for a socket that a request names and that is not there. */
const unknownConnection = 46

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
  const { environment, identity } = context
  const signalOf = createRequestSignals(environment, context.signal)
  const base = new URL(String(client.baseURL))
  // Its own: a replay must not pass the interceptors a second time.
  const transport = client.axiosInstance.create()
  const watches = new Set<Promise<Outcome>>()

  client.axiosInstance.interceptors.request.use((config) => {
    // What axios itself would send with: it is always set, be it by axios's own defaults.
    const adapter = config.adapter as Adapter
    config.adapter = (prepared) =>
      send(prepared, adapter).catch((error: unknown) => orNothing(error, prepared))
    return config
  })

  /**
   * What nobody waits for ends with its session in silence: its rejection would be caught by nobody
   * either, and reported as the app's own.
   */
  function orNothing(error: unknown, config: Prepared): Answer {
    if (!context.signal.aborted || !isUnawaited(config.url, config.data)) throw error
    return { data: '{}', status: 204, statusText: '', headers: {}, config }
  }

  async function send(prepared: Prepared, adapter: Adapter): Promise<Answer> {
    // What the client put there may be old, and is what errors would show.
    prepared.headers.delete('Authorization')
    const { origin } = new URL(String(prepared.url), prepared.baseURL ?? base)
    if (origin !== base.origin) throw new ChatAuthError('foreign-origin')
    const upload = await keepUpload(prepared.data)
    const outcome = await context.send(
      async (credential, requestId) => {
        const headers = prepared.headers.concat(upload.headers, {
          Authorization: credential.token,
          'x-client-request-id': requestId,
        })
        const sending = deliver({ ...prepared, headers, data: upload.data, adapter }, prepared)
        if (isWatchQuery(upload.data)) watches.add(sending)
        const ended = await sending
        watches.delete(sending)
        return read(ended)
      },
      prepared.signal as AbortSignal | undefined,
    )
    if (outcome.error) throw outcome.error
    return outcome.answer as Answer
  }

  /** Sends it for the socket that is live now, and again if that one is gone when it arrives. */
  async function deliver(request: Prepared, shown: Prepared): Promise<Outcome> {
    const socketId = client.wsConnection?.connectionID
    const outcome = await exchange(throughSocket(request, socketId), shown)
    if (codeOf(outcome) !== unknownConnection) return outcome
    // The backend knows first: the client may not have heard yet.
    const nextId = client.wsConnection?.connectionID
    return exchange(throughSocket(request, nextId === socketId ? undefined : nextId), shown)
  }

  function throughSocket(request: Prepared, socketId: string | undefined): Prepared {
    const params: unknown = { ...(request.params as object | undefined), connection_id: socketId }
    const isDeaf = socketId === undefined && isWatchQuery(request.data)
    return {
      ...request,
      params,
      data: isDeaf ? answerOnly(request.data as string) : (request.data as unknown),
    }
  }

  /** Never rejects; `shown` is what becomes of the request in answers and errors. */
  async function exchange(sent: Prepared, shown: Prepared): Promise<Outcome> {
    const { signal, release } = signalOf(sent.signal)
    try {
      const answer: Answer = await transport.request({
        ...sent,
        signal,
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
      release()
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
    const refusal = readRefusal(body)
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

function codeOf({ answer, error }: Outcome): unknown {
  return error ? (parse(answer?.data) as { code?: unknown } | null)?.code : null
}

function parse(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : data
  } catch {
    return null
  }
}
