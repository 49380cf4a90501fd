import { onAbort } from '../core/onAbort.js'

/** How much of an answer is read where a few words are expected, in bytes: the protocol's have 1 kB. */
export const maxAnswerBytes = 65_536

/**
 * An answer as text; null if it has more than `maxAnswerBytes`, or if `signal` is aborted before its
 * end. What is left of it then is cancelled.
 */
export async function readText(response: Response, signal: AbortSignal): Promise<string | null> {
  // React Native's is there whole, and has no stream.
  if (typeof response.body?.getReader !== 'function') return response.text()
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  // Not awaited: half of a cloned body is cancelled only with its other half.
  const cancel = (): void => void reader.cancel().catch(() => {})
  const stop = onAbort(signal, cancel)
  if (signal.aborted) cancel()
  let text = ''
  let byteCount = 0
  try {
    for (;;) {
      // A cancelled body reads as one that has ended.
      const { done, value } = await reader.read()
      if (signal.aborted) return null
      if (done) return text + decoder.decode()
      byteCount += value.byteLength
      if (byteCount > maxAnswerBytes) {
        cancel()
        return null
      }
      text += decoder.decode(value, { stream: true })
    }
  } finally {
    stop()
  }
}

/** Frees the connection of an answer that nobody will read. */
export function discard(response: Response): void {
  // Rejects where somebody reads it already; a `fetch` of others may have another kind of body.
  void Promise.resolve(response.body?.cancel?.()).catch(() => {})
}
