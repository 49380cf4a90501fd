import { onAbort } from '../../core/tools/onAbort.js'

/** Maximum bytes read of a response that should be short; the protocol's errors and tokens have about 1 kB. */
export const maxAnswerBytes = 65_536

/**
 * Reads a response as text.
 * @returns null for more than `maxAnswerBytes`, or if `signal` aborts first; the rest is cancelled
 */
export async function readText(response: Response, signal: AbortSignal): Promise<string | null> {
  // React Native's responses have no stream, and a custom `fetch` may give a Node stream.
  if (typeof response.body?.getReader !== 'function') return inTime(response.text(), signal)
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  // Not awaited, because cancelling one half of a cloned body waits for the other half.
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

/** Settles as `reading` does, or resolves with null as soon as `signal` aborts. */
function inTime(reading: Promise<string>, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) resolve(null)
    const stop = onAbort(signal, () => resolve(null))
    reading.then(resolve, reject).finally(stop)
  })
}

/** Cancels the body of a response that nobody will read, which frees its connection. */
export function discard(response: Response): void {
  // `cancel` of a web stream, or `destroy` of a Node stream, which a custom `fetch` may give.
  const body = response.body as { cancel?(): unknown; destroy?(): unknown } | null
  // `cancel` rejects if the body is already being read.
  const end = async () => (body?.cancel ? body.cancel() : body?.destroy?.())
  end().catch(() => {})
}
