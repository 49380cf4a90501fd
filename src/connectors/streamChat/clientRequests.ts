import type { StreamChat } from 'stream-chat'
import { ChatAuthError } from '../../core/errors.js'
import type { SendResult, ConnectionContext } from '../../core/connector.js'
import { createDelivery, said, type Answer, type Outcome, type Prepared } from './clientDelivery.js'
import { replayableBody } from '../protocol/replayableBody.js'
import { createRequestSignals } from '../protocol/requestSignals.js'
import { takeBody } from '../protocol/takeBody.js'
import { isFireAndForget } from './fireAndForget.js'
import { isWatchedQuery } from './watchedQuery.js'
import { isNotAllowed, readRefusal } from '../protocol/wireError.js'

type Adapter = NonNullable<Prepared['adapter']>

/** Maximum bytes of an upload: 100 MiB, the chat service's limit. */
const maxUploadBytes = 104_857_600

export interface ClientRequests {
  /** Resolves once the client has processed the answers of all watching queries now in flight. */
  watchesSettled(): Promise<void>
  /** Whether the client has sent a watching query at all. */
  hasWatched(): boolean
}

/**
 * Sends the client's own requests through the session's gate. The gate works inside the axios call, so
 * the client's retry never sees a refused token. Answers and errors carry no token.
 */
export function gateRequests(client: StreamChat, context: ConnectionContext): ClientRequests {
  const { environment, identity } = context
  const signalOf = createRequestSignals(environment, context.signal)
  const base = new URL(String(client.baseURL))
  // A separate instance, so that a replay passes the client's interceptors only once.
  const transport = client.axiosInstance.create()
  const watches = new Set<Promise<Outcome>>()
  /** Set by the first watching query. */
  let hasWatched = false

  client.axiosInstance.interceptors.request.use((config) => {
    // The adapter is always set, at least by axios's defaults.
    const adapter = config.adapter as Adapter
    config.adapter = (prepared) =>
      send(prepared, adapter).catch((error: unknown) => orNothing(error, prepared))
    return config
  })

  /** Fire-and-forget requests resolve empty when their session ends; a rejection would go unhandled. */
  function orNothing(error: unknown, config: Prepared): Answer {
    if (!context.signal.aborted || !isFireAndForget(config.url, config.data)) throw error
    return { data: '{}', status: 204, statusText: '', headers: {}, config }
  }

  async function send(prepared: Prepared, adapter: Adapter): Promise<Answer> {
    // The client's own header may hold an old token, and errors would show it.
    prepared.headers.delete('Authorization')
    const { origin } = new URL(String(prepared.url), prepared.baseURL ?? base)
    if (origin !== base.origin) throw new ChatAuthError('foreign-origin')
    const upload = await keepUpload(prepared, context.signal)
    const deliver = createDelivery({ client, transport, signalOf, shown: prepared })
    const outcome = await context.send(
      async (credential, requestId) => {
        const headers = prepared.headers.concat(upload.headers, {
          Authorization: credential.token,
          'x-client-request-id': requestId,
        })
        const sending = deliver({ ...prepared, headers, data: upload.data, adapter })
        if (isWatchedQuery(upload.data)) {
          hasWatched = true
          watches.add(sending)
        }
        const ended = await sending
        watches.delete(sending)
        return read(ended)
      },
      prepared.signal as AbortSignal | undefined,
    )
    if (outcome.error) throw outcome.error
    return outcome.answer as Answer
  }

  async function read(outcome: Outcome): Promise<SendResult<Outcome>> {
    const status = outcome.answer?.status ?? null
    // Browsers report an unfollowed redirect as status 0.
    if (status === 0 || (status !== null && status >= 300 && status < 400)) {
      throw new ChatAuthError('redirect-refused')
    }
    // Any status may carry a refusal. The client itself would resend after a code 40 without end.
    const body = await said(outcome)
    if (identity.type === 'anonymous' && isNotAllowed(body)) {
      throw new ChatAuthError('anonymous-not-allowed', { cause: outcome.error })
    }
    const refusal = readRefusal(body)
    return refusal ? { refusal } : { refusal: null, value: outcome }
  }

  return {
    hasWatched: () => hasWatched,
    async watchesSettled() {
      await Promise.all(watches)
      // The client processes answers in microtasks, so it is done by the next task.
      await new Promise<void>((resolve) => environment.setTimer(resolve, 0))
    },
  }
}

/** Makes a request's body replayable; returns it with the headers that describe it. */
async function keepUpload(
  { data, signal }: Prepared,
  sessionSignal: AbortSignal,
): Promise<{ readonly data: unknown; readonly headers: Record<string, string> }> {
  const { body, contentType } = takeBody(data) ?? { body: data as unknown, contentType: null }
  const signals = signal ? [sessionSignal, signal as AbortSignal] : [sessionSignal]
  return {
    data: await replayableBody(body, maxUploadBytes, signals),
    headers: contentType === null ? {} : { 'Content-Type': contentType },
  }
}
