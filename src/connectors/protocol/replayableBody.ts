import { ChatAuthError } from '../../core/errors.js'
import { onAbort } from '../../core/tools/onAbort.js'
import {
  can,
  copyBytes,
  isAsyncIterable,
  isNodeStream,
  isWebStream,
  type NodeStream,
} from './bodyKinds.js'

/** What can be read once. */
interface Source {
  /** Resolves at its end. What `add` throws ends the reading. */
  read(add: (chunk: unknown) => void): Promise<void>
  cancel(): unknown
}

/**
 * A body in a form that can be sent twice: what can be read once is read to its end, or until one of
 * the signals is aborted. Anything else stays what it is.
 * @throws ChatAuthError `body-not-replayable` for more than `maxBytes` of it, or if its beginning is gone
 */
export function replayableBody(
  body: unknown,
  maxBytes: number,
  signals: readonly AbortSignal[] = [],
): unknown {
  if (wasReadFrom(body)) {
    const message = 'The body is a stream that was read from before; nothing was sent.'
    throw new ChatAuthError('body-not-replayable', { message })
  }
  if (isWebStream(body)) return readAll(() => webSource(body), maxBytes, signals)
  if (isAsyncIterable(body)) return readAll(() => iterableSource(body), maxBytes, signals)
  if (isNodeStream(body)) return readAll(() => nodeSource(body), maxBytes, signals)
  return body
}

/** Whether the beginning of a stream is gone, as the platform's own `fetch` would say. */
function wasReadFrom(body: unknown): boolean {
  if (isNodeStream(body)) return body.readableDidRead === true
  if (typeof ReadableStream !== 'function' || !(body instanceof ReadableStream)) return false
  if (body.locked) return false
  try {
    // Nothing else tells of a stream whose reader has let go of it.
    return new Response(body).bodyUsed
  } catch {
    return true
  }
}

function readAll(
  open: () => Source,
  maxBytes: number,
  signals: readonly AbortSignal[],
): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const source = open()
    const chunks: ArrayBuffer[] = []
    let byteCount = 0

    function add(chunk: unknown): void {
      const bytes = copyBytes(chunk)
      if (!bytes) throw new TypeError('A body that is a stream must consist of bytes.')
      byteCount += bytes.byteLength
      if (byteCount > maxBytes) throw new ChatAuthError('body-not-replayable')
      chunks.push(bytes)
    }

    function fail(error: unknown): void {
      for (const stop of stops) stop()
      reject(error as Error)
      // The caller's own `cancel` may throw, reject, or take for ever.
      const cancel = async () => source.cancel()
      cancel().catch(() => {})
    }

    const stops = signals.map((signal) => onAbort(signal, () => fail(signal.reason)))
    const aborted = signals.find((signal) => signal.aborted)
    if (aborted) return fail(aborted.reason)
    source.read(add).then(() => {
      for (const stop of stops) stop()
      resolve(joined(chunks, byteCount))
    }, fail)
  })
}

function joined(chunks: readonly ArrayBuffer[], byteCount: number): ArrayBuffer {
  const bytes = new Uint8Array(byteCount)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(new Uint8Array(chunk), offset)
    offset += chunk.byteLength
  }
  return bytes.buffer
}

function webSource(stream: ReadableStream<unknown>): Source {
  const reader = stream.getReader()
  return {
    async read(add) {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        add(value)
      }
    },
    cancel: () => reader.cancel(),
  }
}

/** Generators, and the streams of today's Node. */
function iterableSource(iterable: AsyncIterable<unknown>): Source {
  const iterator = iterable[Symbol.asyncIterator]()
  return {
    async read(add) {
      for (;;) {
        const { done, value } = await iterator.next()
        if (done) return
        add(encoded(value))
      }
    },
    // A generator that waits would hear of `return` only afterwards.
    cancel: () => (isDestroyable(iterable) ? iterable.destroy() : iterator.return?.()),
  }
}

function nodeSource(stream: NodeStream): Source {
  return {
    read: (add) =>
      new Promise((resolve, reject) => {
        stream.on('data', (chunk) => {
          try {
            add(encoded(chunk))
          } catch (error) {
            reject(error as Error)
          }
        })
        stream.on('end', resolve)
        stream.on('error', reject)
        stream.on('close', () => reject(new Error('The stream was closed before its end.')))
        stream.resume()
      }),
    cancel: () => stream.destroy?.(),
  }
}

/** Streams of Node and generators may speak in text. */
function encoded(chunk: unknown): unknown {
  return typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
}

function isDestroyable(value: unknown): value is { destroy(): unknown } {
  return can(value, 'destroy')
}
