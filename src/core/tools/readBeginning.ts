import { onAbort } from './onAbort.js'
import { decodeUtf8 } from './utf8.js'

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
  const bytes: number[] = []

  function readOn(): Promise<Beginning> {
    return reader.read().then(({ done, value }) => {
      // A cancelled body reads as one that has ended.
      if (done || !value) return { text: textOf(bytes), isWhole: !signal.aborted }
      for (const byte of value) bytes.push(byte)
      if (bytes.length <= maxBytes) return readOn()
      cancel()
      return { text: textOf(bytes), isWhole: false }
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

function textOf(bytes: readonly number[]): string {
  return decodeUtf8(new Uint8Array(bytes))
}
