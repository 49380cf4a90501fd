import { readBeginning } from '../../core/tools/readBeginning.js'

/** Maximum bytes read of a response that should be short; the protocol's errors and tokens have about 1 kB. */
export const maxAnswerBytes = 65_536

/**
 * Reads a response as text.
 * @returns null for more than `maxAnswerBytes`, or if `signal` aborts first; the rest is cancelled
 */
export async function readText(response: Response, signal: AbortSignal): Promise<string | null> {
  const { text, isWhole } = await readBeginning(response, signal, maxAnswerBytes)
  return isWhole ? text : null
}

/** Cancels the body of a response that nobody will read, which frees its connection. */
export function discard(response: Response): void {
  // `cancel` of a web stream, or `destroy` of a Node stream, which a custom `fetch` may give.
  const body = response.body as { cancel?(): unknown; destroy?(): unknown } | null
  // `cancel` rejects if the body is already being read.
  const end = async () => (body?.cancel ? body.cancel() : body?.destroy?.())
  end().catch(() => {})
}
