import { onAbort } from './onAbort.js'

/** Part of `Response` that is read here. React Native's has no stream. */
export interface ReadableAnswer {
  readonly body?: { getReader?(): ByteReader } | null
  text(): Promise<string>
}

interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
  cancel(): Promise<unknown>
}

/** Text of an answer, as far as it was read. */
export interface Beginning {
  readonly text: string
  /** Whether the answer was read to its end. */
  readonly isWhole: boolean
}

/**
 * Reads an answer until its end, until `signal` is aborted, or until more than `maxBytes` have arrived.
 * Cancels the rest, which frees the connection. Rejects if the connection breaks.
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

/** Decodes UTF-8 from a string with one character for each byte. Some platforms lack `TextDecoder`. */
function decode(bytes: string): string {
  const escaped = bytes.replace(
    /[%\u0080-\u00ff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16)}`,
  )
  try {
    return decodeURIComponent(escaped)
  } catch {
    // The text was cut off within a character, or is not UTF-8.
    return bytes
  }
}
