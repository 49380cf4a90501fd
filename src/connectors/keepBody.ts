import { ChatAuthError } from '../core/errors.js'

type Body = RequestInit['body']

/**
 * The body in a form that can be sent twice, as it is now: what the caller could still change is
 * copied, a stream is read to its end, or until one of the signals is aborted.
 * @throws ChatAuthError `body-not-replayable` for a stream of more than `maxBytes`
 */
export function keepBody(
  body: Body,
  maxBytes: number,
  signals: readonly AbortSignal[] = [],
): Body | Promise<Body> {
  if (body instanceof ReadableStream) return readStream(body, maxBytes, signals)
  if (body instanceof ArrayBuffer) return body.slice(0)
  if (ArrayBuffer.isView(body)) {
    return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice()
  }
  if (body instanceof URLSearchParams) return new URLSearchParams(body)
  if (body instanceof FormData) {
    const copy = new FormData()
    for (const [name, value] of body) copy.append(name, value)
    return copy
  }
  return body
}

async function readStream(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
  signals: readonly AbortSignal[],
): Promise<Blob> {
  const reader = stream.getReader()
  // Not awaited: the caller's own `cancel` may fail, or take for ever.
  const cancel = (): void => void reader.cancel().catch(() => {})
  for (const signal of signals) signal.addEventListener('abort', cancel, { once: true })
  if (signals.some(({ aborted }) => aborted)) cancel()
  const chunks: BlobPart[] = []
  let bytes = 0
  try {
    for (;;) {
      // A cancelled stream reads as one that has ended.
      const { done, value } = await reader.read()
      for (const signal of signals) if (signal.aborted) throw signal.reason
      if (done) return new Blob(chunks)
      // As `fetch` itself does.
      if (!(value instanceof Uint8Array)) {
        throw new TypeError('A stream must consist of Uint8Arrays.')
      }
      bytes += value.byteLength
      if (bytes > maxBytes) throw new ChatAuthError('body-not-replayable')
      chunks.push(value.slice())
    }
  } catch (error) {
    cancel()
    throw error
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', cancel)
  }
}
