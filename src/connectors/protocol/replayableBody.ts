import { ChatAuthError } from '../../core/errors.js'
import { onAbort, abortReason } from '../../core/tools/onAbort.js'
import { encodeUtf8 } from '../../core/tools/utf8.js'
import {
  can,
  copyBytes,
  isAsyncIterable,
  isNodeStream,
  isWebStream,
  type NodeStream,
} from './bodyKinds.js'

/** A body that can be read only once. */
interface Source {
  /** Reads to the end. Rejects with the source's error, or with what `add` throws. */
  read(add: (chunk: unknown) => void): Promise<void>
  cancel(): unknown
}

/**
 * Makes a body replayable. Streams and generators are read to their end, or until one of the signals
 * aborts; any other body is returned as it is.
 * @throws ChatAuthError `body-not-replayable` for a stream of more than `maxBytes`, or one already read from
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

/** Whether a stream was read from before, in which case the platform's `fetch` would refuse it too. */
function wasReadFrom(body: unknown): boolean {
  if (isNodeStream(body)) return body.readableDidRead === true
  if (typeof ReadableStream !== 'function' || !(body instanceof ReadableStream)) return false
  if (body.locked) return false
  try {
    // `bodyUsed` is the only sign of a stream that was read and then unlocked.
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
      // The caller's `cancel` may throw, reject or never settle, so it is neither awaited nor trusted.
      const cancel = async () => source.cancel()
      cancel().catch(() => {})
    }

    const stops = signals.map((signal) => onAbort(signal, () => fail(abortReason(signal))))
    const aborted = signals.find((signal) => signal.aborted)
    if (aborted) return fail(abortReason(aborted))
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

/** Reads generators, and the streams of current Node versions. */
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
    // `destroy` first: a pending read would delay `return` until it settles.
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

/** Encodes text as UTF-8, because Node streams and generators may yield strings. */
function encoded(chunk: unknown): unknown {
  return typeof chunk === 'string' ? encodeUtf8(chunk) : chunk
}

function isDestroyable(value: unknown): value is { destroy(): unknown } {
  return can(value, 'destroy')
}
