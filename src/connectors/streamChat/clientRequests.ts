import type { StreamChat } from 'stream-chat'
import { within } from '../../core/tools/deadline.js'
import { ChatAuthError } from '../../core/errors.js'
import type { SendResult, ConnectionContext } from '../../core/connector.js'
import { createDelivery, said, type Answer, type Outcome, type Prepared } from './clientDelivery.js'
import { readAddress, type Address } from '../protocol/address.js'
import { readBaseUrl, resolveUrl } from '../protocol/backendUrl.js'
import { replayableBody } from '../protocol/replayableBody.js'
import { createRequestSignals, type RequestSignal } from '../protocol/requestSignals.js'
import { takeBody } from '../protocol/takeBody.js'
import { channelOf, endingOf, isDraft, type ClientCall } from './unattended.js'
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
  /** Call before the client is told of an event. */
  eventComes(): void
  /** Ends all requests: drafts that were sent before are waited for, as long as that takes little. */
  end(): Promise<void>
}

/** Milliseconds that the drafts of a session that is over may still take to be saved. */
const draftTimeoutMs = 2000

/** The latest sending of one request, and null before the first. */
interface Progress {
  sending: Promise<Outcome> | null
}

/**
 * Sends the client's own requests through the session's gate. The gate works inside the axios call, so
 * the client's retry never sees a refused token. Answers and errors carry no token.
 */
export function gateRequests(
  client: StreamChat,
  context: ConnectionContext,
  /** One for all clients of a session: each attempt to connect makes a client. */
  signalOf: (callerSignal: Prepared['signal']) => RequestSignal,
): ClientRequests {
  const { environment, identity } = context
  const base = readBaseUrl(String(client.baseURL), 'options.baseURL')
  // A separate instance, so that a replay passes the client's interceptors only once.
  const transport = client.axiosInstance.create()
  const watches = new Set<Promise<Outcome>>()
  /** Set by the first watching query. */
  let hasWatched = false

  const drafts = new Set<Promise<unknown>>()
  const parting = environment.createAbortController()
  /** As `signalOf`, for drafts: the end of their session does not abort them, `end` does. */
  const draftSignalOf = createRequestSignals(environment, parting.signal)
  /** Whether the client was told of an event in this task. Reset by a timer. */
  let isAtEvent = false

  client.axiosInstance.interceptors.request.use((config) => {
    // The adapter is always set, at least by axios's defaults.
    const adapter = config.adapter as Adapter
    const wasAtEvent = isAtEvent
    config.adapter = async (prepared) => {
      const progress: Progress = { sending: null }
      try {
        return await send(prepared, adapter, progress)
      } catch (error) {
        if (!context.signal.aborted) throw error
        const { method, url, data: body } = prepared
        const call = { method, url, body: body as unknown, isAtEvent: wasAtEvent }
        return afterEnd(call, error, progress, prepared)
      }
    }
    return config
  })

  /** Settles a request whose session is over. Nobody catches the rejection of what nobody awaits. */
  async function afterEnd(
    call: ClientCall,
    error: unknown,
    { sending }: Progress,
    config: Prepared,
  ): Promise<Answer> {
    const ending = endingOf(call)
    if (ending === 'rejects') throw error
    if (ending === 'silent') return new Promise(() => {})
    if (isDraft(call)) {
      const outcome = await sending
      if (outcome?.answer && !outcome.error) return outcome.answer
      context.draftLost(channelOf(call).cid)
    }
    const lists = { messages: [], members: [], watchers: [], read: [] }
    const answer = ending === 'empty' ? {} : { channel: channelOf(call), ...lists }
    return { data: JSON.stringify(answer), status: 204, statusText: '', headers: {}, config }
  }

  async function send(prepared: Prepared, adapter: Adapter, progress: Progress): Promise<Answer> {
    // The client's own header may hold an old token, and errors would show it.
    prepared.headers.delete('Authorization')
    const { href: url } = addressFor(prepared, base)
    const upload = await keepUpload(prepared, context.signal)
    const isOfDraft = isDraft(prepared)
    const deliver = createDelivery({
      client,
      transport,
      signalOf: isOfDraft ? draftSignalOf : signalOf,
      shown: prepared,
    })
    const outcome = await context.send(
      async (credential, requestId) => {
        const headers = prepared.headers.concat(upload.headers, {
          Authorization: credential.token,
          'x-client-request-id': requestId,
        })
        const sending = deliver({ ...prepared, url, headers, data: upload.data, adapter })
        if (isWatchedQuery(upload.data)) {
          hasWatched = true
          watches.add(sending)
        }
        if (isOfDraft) drafts.add(sending)
        progress.sending = sending
        const ended = await sending
        watches.delete(sending)
        drafts.delete(sending)
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
    eventComes() {
      if (isAtEvent || context.signal.aborted) return
      isAtEvent = true
      environment.setTimer(() => (isAtEvent = false), 0)
    },
    async end() {
      if (drafts.size > 0) await within(environment, draftTimeoutMs, Promise.all(drafts))
      parting.abort()
    },
    async watchesSettled() {
      await Promise.all(watches)
      // The client processes answers in microtasks, so it is done by the next task.
      await new Promise<void>((resolve) => environment.setTimer(resolve, 0))
    },
  }
}

/**
 * The address of a request without its params. Axios is given that, so that it has none to put together.
 * @throws ChatAuthError `foreign-origin` for any origin but the client's own
 */
function addressFor({ url, baseURL }: Prepared, own: Address): Address {
  const base = baseURL === undefined ? own : readAddress(baseURL)
  if (base?.origin !== own.origin) throw new ChatAuthError('foreign-origin')
  return resolveUrl(String(url ?? ''), { ...base, pathname: base.pathname.replace(/\/?$/, '/') })
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
