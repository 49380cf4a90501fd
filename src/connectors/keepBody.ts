import { ChatAuthError } from '../core/errors.js'

type Body = RequestInit['body']

/**
 * The body in a form that can be sent twice, as it is now: what the caller could still change is
 * copied, a stream is read to its end.
 * @throws ChatAuthError `body-not-replayable` for a stream of more than `maxBytes`
 */
export function keepBody(body: Body, maxBytes: number): Body | Promise<Body> {
  if (body instanceof ReadableStream) return readStream(body, maxBytes)
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

async function readStream(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Blob> {
  const reader = stream.getReader()
  const chunks: BlobPart[] = []
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return new Blob(chunks)
    bytes += value.byteLength
    if (bytes > maxBytes) {
      await reader.cancel()
      throw new ChatAuthError('body-not-replayable')
    }
    chunks.push(value.slice())
  }
}
