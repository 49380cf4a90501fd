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

/** What the chat service takes at most of an upload: 100 MB. */
const maxUploadBytes = 104_857_600

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

  /** Fire-and-forget requests resolve empty when their session ends; a rejection would go unhandled. */
  function orNothing(error: unknown, config: Prepared): Answer {
    if (!context.signal.aborted || !isFireAndForget(config.url, config.data)) throw error
    return { data: '{}', status: 204, statusText: '', headers: {}, config }
  }

  async function send(prepared: Prepared, adapter: Adapter): Promise<Answer> {
    // What the client put there may be old, and is what errors would show.
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
        if (isWatchedQuery(upload.data)) watches.add(sending)
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
    // Browsers hide a redirect that is not followed behind a 0.
    if (status === 0 || (status !== null && status >= 300 && status < 400)) {
      throw new ChatAuthError('redirect-refused')
    }
    // Whatever its status: the client itself would send what is refused with a 40 again and again.
    const body = await said(outcome)
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

/** The body of a request so that it can be sent twice, and the headers that go with it. */
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
