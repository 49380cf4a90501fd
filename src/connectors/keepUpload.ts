import { ChatAuthError } from '../core/errors.js'

/** The part of a Node stream that is used; `form-data`, which the client uploads with there, is one. */
interface NodeStream {
  on(event: 'data', listener: (chunk: Uint8Array | string) => void): unknown
  on(event: 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  resume(): unknown
  /** Of a form: its content type, with the boundary. */
  getHeaders?(): Record<string, string>
}

/** A body that can be sent twice, and the headers that go with it. */
export interface Upload {
  readonly data: unknown
  readonly headers: Record<string, string>
}

/** What the chat service takes at most: 100 MB. */
const maxBytes = 104_857_600

/**
 * Keeps a body of the client's so that it can be sent twice: a Node stream is read to its end; a copy of
 * a form keeps what is in it now; text and files stay what they are.
 * @throws ChatAuthError `body-not-replayable` for a stream of more than 100 MB
 */
export async function keepUpload(data: unknown): Promise<Upload> {
  if (isNodeStream(data)) {
    return { headers: data.getHeaders?.() ?? {}, data: await readNodeStream(data) }
  }
  if (!(data instanceof FormData)) return { headers: {}, data }
  const copy = new FormData()
  for (const [name, value] of data) copy.append(name, value)
  return { headers: {}, data: copy }
}

function isNodeStream(data: unknown): data is NodeStream {
  const { on, resume, pipe } = (data ?? {}) as Record<string, unknown>
  return [on, resume, pipe].every((method) => typeof method === 'function')
}

function readNodeStream(stream: NodeStream): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const chunks: BlobPart[] = []
    let bytes = 0
    stream.on('data', (chunk) => {
      const part = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
      bytes += part.byteLength
      if (bytes > maxBytes) reject(new ChatAuthError('body-not-replayable'))
      else chunks.push(new Uint8Array(part))
    })
    stream.on('error', reject)
    stream.on('end', () => resolve(new Blob(chunks).arrayBuffer()))
    stream.resume()
  })
}
