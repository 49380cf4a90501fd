import type { StreamChat } from 'stream-chat'
import { copyBytes, isBlobLike, isNodeStream, isWebStream } from '../protocol/bodyKinds.js'
import type { RequestSignal } from '../protocol/requestSignals.js'
import { answerOnly, isWatchedQuery } from './watchedQuery.js'

/** The argument of the interceptors of one kind: the types of axios without a dependency on it. */
export type Intercepted<Kind extends 'request' | 'response'> = Parameters<
  NonNullable<Parameters<StreamChat['axiosInstance']['interceptors'][Kind]['use']>[0]>
>[0]
/** A request as axios hands it to what sends it. */
export type Prepared = Intercepted<'request'>
export type Answer = Intercepted<'response'>

/** How a sending ended. An answer with a bad status is an error to axios, and has an answer. */
export interface Outcome {
  readonly answer: Answer | undefined
  readonly error: unknown
}

/** The protocol's code for a socket that a request names and that is not there. */
const unknownConnection = 46

/** More than any answer of the service has, in bytes: axios reads an answer whole, of any status. */
const maxAnswerBytes = 33_554_432

/** Sends one request of the client's. Never rejects. */
export type Deliver = (request: Prepared) => Promise<Outcome>

export interface DeliveryOptions {
  readonly client: StreamChat
  /** What sends: an axios of its own, for a replay must not pass the interceptors a second time. */
  readonly transport: StreamChat['axiosInstance']
  readonly signalOf: (callerSignal: Prepared['signal']) => RequestSignal
  /** What becomes of the request in answers and errors. */
  readonly shown: Prepared
}

/**
 * Sends a request for the socket that is live now, and once more, of all its sendings, if that socket
 * is gone when the request arrives: the backend knows first.
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
      // Both are the outer request's to do.
      transformRequest: [],
      transformResponse: [],
      maxRedirects: 0,
      maxContentLength: limit < 0 ? maxAnswerBytes : limit,
    })
    Object.assign(answer, { config: shown, request: undefined })
    // A stream, as apps in Node may ask for.
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

/** What an answer that is an error says; null where that is no JSON. */
export async function said({ answer, error }: Outcome): Promise<unknown> {
  if (!error) return null
  const data: unknown = answer?.data
  try {
    const bytes = isBlobLike(data) ? await data.arrayBuffer() : copyBytes(data)
    const text: unknown = bytes ? new TextDecoder().decode(bytes) : data
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
