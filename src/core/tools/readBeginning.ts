import { onAbort } from './onAbort.js'

/** The part of a `Response` that is read. React Native's has no stream. */
export interface ReadableAnswer {
  readonly body?: { getReader?(): ByteReader } | null
  text(): Promise<string>
}

interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
  cancel(): Promise<unknown>
}

/** An answer as text, as far as it was read. */
export interface Beginning {
  readonly text: string
  /** Whether there was no more, and `signal` was not aborted before its end. */
  readonly isWhole: boolean
}

/**
 * Reads an answer until its end, until `signal` is aborted, or until more than `maxBytes` have come. The
 * rest is cancelled, so that its connection is free. Rejects where the connection breaks.
 */
export function readBeginning(
  answer: ReadableAnswer,
  signal: AbortSignal,
  maxBytes: number,
): Promise<Beginning> {
  if (typeof answer.body?.getReader !== 'function') return readText(answer, signal)
  const reader = answer.body.getReader()
  const cancel = (): void => void reader.cancel().catch(() => {})
  const stop = onAbort(signal, cancel)
  if (signal.aborted) cancel()
  let bytes = ''

  function readOn(): Promise<Beginning> {
    return reader.read().then(({ done, value }) => {
      // A cancelled body reads as one that has ended.
      if (done || !value) return { text: decode(bytes), isWhole: !signal.aborted }
      for (const byte of value) bytes += String.fromCharCode(byte)
      if (bytes.length <= maxBytes) return readOn()
      cancel()
      return { text: decode(bytes), isWhole: false }
    })
  }
  return readOn().finally(stop)
}

function readText(answer: ReadableAnswer, signal: AbortSignal): Promise<Beginning> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve({ text: '', isWhole: false })
    if (signal.aborted) giveUp()
    const stop = onAbort(signal, giveUp)
    answer
      .text()
      .then((text) => resolve({ text, isWhole: true }), reject)
      .finally(stop)
  })
}

/** UTF-8, given as one character a byte. Not every platform has a `TextDecoder`. */
function decode(bytes: string): string {
  const escaped = bytes.replace(
    /[%\u0080-\u00ff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16)}`,
  )
  try {
    return decodeURIComponent(escaped)
  } catch {
    // Cut off in the middle of a character, or not UTF-8.
    return bytes
  }
}
