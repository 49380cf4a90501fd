import { onAbort } from '../../core/tools/onAbort.js'

/** How much of an answer is read where a few words are expected, in bytes: the protocol's have 1 kB. */
export const maxAnswerBytes = 65_536

/**
 * An answer as text; null if it has more than `maxAnswerBytes`, or if `signal` is aborted before its
 * end. What is left of it then is cancelled.
 */
export async function readText(response: Response, signal: AbortSignal): Promise<string | null> {
  // React Native's is there whole, and has no stream; another `fetch` of the app's may have an old one.
  if (typeof response.body?.getReader !== 'function') return inTime(response.text(), signal)
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

/** What `reading` resolves with; null once `signal` is aborted. */
function inTime(reading: Promise<string>, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) resolve(null)
    const stop = onAbort(signal, () => resolve(null))
    reading.then(resolve, reject).finally(stop)
  })
}

/** Frees the connection of an answer that nobody will read. */
export function discard(response: Response): void {
  // A web stream's, or that of a Node stream, as another `fetch` of the app's may have it.
  const body = response.body as { cancel?(): unknown; destroy?(): unknown } | null
  // Rejects where somebody reads it already.
  const end = async () => (body?.cancel ? body.cancel() : body?.destroy?.())
  end().catch(() => {})
}
