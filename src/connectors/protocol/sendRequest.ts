import { ChatAuthError, toChatAuthError } from '../../core/errors.js'
import { discard } from './readText.js'

/** Sends a request without following redirects; rejects only with a `ChatAuthError`. */
export async function sendRequest(
  given: typeof globalThis.fetch | undefined,
  url: URL,
  init: RequestInit,
): Promise<Response> {
  // Looked up at each call, because a page may replace its `fetch` after making the connector.
  const fetch = given ?? globalThis.fetch
  try {
    const response = await fetch(url, { ...init, redirect: 'manual' })
    // Browsers report an opaque redirect, other platforms the 3xx itself. `Location` alone proves
    // nothing: a 201 has one as well.
    const is3xx = response.status >= 300 && response.status < 400
    if (response.type === 'opaqueredirect' || (is3xx && response.headers.has('Location'))) {
      discard(response)
      throw new ChatAuthError('redirect-refused')
    }
    // A custom `fetch` may ignore the signal.
    if (init.signal?.aborted) {
      discard(response)
      throw init.signal.reason
    }
    return response
  } catch (error) {
    throw toChatAuthError(error, 'connection-failed')
  }
}
