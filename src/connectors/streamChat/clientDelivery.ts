import type { StreamChat } from 'stream-chat'
import { can, copyBytes, isNodeStream, isWebStream } from '../protocol/bodyKinds.js'
import { decodeUtf8 } from '../../core/tools/utf8.js'
import type { RequestSignal } from '../protocol/requestSignals.js'
import { answerOnly, isWatchedQuery } from './watchedQuery.js'

/** Argument of axios's interceptors of one kind, typed without a dependency on axios. */
export type Intercepted<Kind extends 'request' | 'response'> = Parameters<
  NonNullable<Parameters<StreamChat['axiosInstance']['interceptors'][Kind]['use']>[0]>
>[0]
/** A request as axios hands it to its adapter. */
export type Prepared = Intercepted<'request'>
export type Answer = Intercepted<'response'>

/** Outcome of sending a request once. An error status sets both, because axios throws with the answer. */
export interface Outcome {
  readonly answer: Answer | undefined
  readonly error: unknown
}

/** The protocol's code for a request that names an unknown socket. */
const unknownConnection = 46

/** Maximum bytes of an answer (32 MiB, above any of the service's), because axios buffers it whole. */
const maxAnswerBytes = 33_554_432

/** Sends a request of the client. Never rejects. */
export type Deliver = (request: Prepared) => Promise<Outcome>

export interface DeliveryOptions {
  readonly client: StreamChat
  /** Separate axios instance, so that a replay passes the client's interceptors only once. */
  readonly transport: StreamChat['axiosInstance']
  readonly signalOf: (callerSignal: Prepared['signal']) => RequestSignal
  /** Request to show in answers and errors in place of the sent one, which carries the token. */
  readonly shown: Prepared
}

/**
 * Makes a function that sends one request for the live socket. It sends the request again, once in all,
 * if the backend no longer knows that socket: the backend notices a lost socket first.
 */
export function createDelivery(options: DeliveryOptions): Deliver {
  const { client } = options
  let wasMisdirected = false

  return async function deliver(request) {
    const socketId = client.wsConnection?.connectionID
    const outcome = await exchange(throughSocket(request, socketId), options)
    const isMisdirected = codeOf(await said(outcome)) === unknownConnection
    if (wasMisdirected || !isMisdirected) return outcome
    wasMisdirected = true
    const nextId = client.wsConnection?.connectionID
    return exchange(throughSocket(request, nextId === socketId ? undefined : nextId), options)
  }
}

function throughSocket(request: Prepared, socketId: string | undefined): Prepared {
  const params: unknown = { ...(request.params as object | undefined), connection_id: socketId }
  const isDeaf = socketId === undefined && isWatchedQuery(request.data)
  return {
    ...request,
    params,
    data: isDeaf ? answerOnly(request.data as string) : (request.data as unknown),
  }
}

async function exchange(
  sent: Prepared,
  { transport, signalOf, shown }: DeliveryOptions,
): Promise<Outcome> {
  const sending = signalOf(sent.signal)
  const limit = sent.maxContentLength ?? -1
  try {
    const answer: Answer = await transport.request({
      ...sent,
      signal: sending.signal,
      // The outer request does both transformations.
      transformRequest: [],
      transformResponse: [],
      maxRedirects: 0,
      maxContentLength: limit < 0 ? maxAnswerBytes : limit,
    })
    Object.assign(answer, { config: shown, request: undefined })
    // Apps in Node may request a stream with `responseType`.
    if (isStream(answer.data)) sending.goesOnIn(answer.data)
    else sending.release()
    return { answer, error: null }
  } catch (error) {
    sending.release()
    const { response } = error as { response?: Answer }
    if (response) Object.assign(response, { config: shown, request: undefined })
    Object.assign(error as object, { config: shown, request: undefined })
    return { answer: response, error }
  }
}

/** Reads the JSON of an error answer; null for a success or a body that is no JSON. */
export async function said({ answer, error }: Outcome): Promise<unknown> {
  if (!error) return null
  const data: unknown = answer?.data
  try {
    const bytes = can(data, 'arrayBuffer') ? await (data as Blob).arrayBuffer() : copyBytes(data)
    const text: unknown = bytes ? decodeUtf8(new Uint8Array(bytes)) : data
    return typeof text === 'string' ? (JSON.parse(text) as unknown) : text
  } catch {
    return null
  }
}

function isStream(data: unknown): data is object {
  return isNodeStream(data) || isWebStream(data)
}

function codeOf(body: unknown): unknown {
  return (body as { code?: unknown } | null)?.code
}
