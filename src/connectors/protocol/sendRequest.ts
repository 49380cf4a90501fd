import { ChatAuthError, toChatAuthError } from '../../core/errors.js'
import { abortReason } from '../../core/tools/onAbort.js'
import { readAddress, type Address } from './address.js'
import { discard } from './readText.js'

/** Sends a request without following redirects; rejects only with a `ChatAuthError`. */
export async function sendRequest(
  given: typeof globalThis.fetch | undefined,
  url: Pick<Address, 'href' | 'origin'>,
  init: RequestInit,
): Promise<Response> {
  // Looked up at each call, because a page may replace its `fetch` after making the connector.
  const fetch = given ?? globalThis.fetch
  try {
    const response = await fetch(url.href, { ...init, redirect: 'manual' })
    if (isRedirect(response) || isFromElsewhere(response, url.origin)) {
      discard(response)
      throw new ChatAuthError('redirect-refused')
    }
    // A custom `fetch` may ignore the signal.
    if (init.signal?.aborted) {
      discard(response)
      throw abortReason(init.signal)
    }
    return response
  } catch (error) {
    throw toChatAuthError(error, 'connection-failed')
  }
}

/** Browsers report an opaque redirect, other platforms the 3xx itself; a 201 may have a `Location` too. */
function isRedirect({ type, status, headers }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400 && headers.has('Location'))
}

/** React Native follows redirects whatever it is told; only the address of the answer shows it. */
function isFromElsewhere({ url }: Response, origin: string): boolean {
  const from = url ? readAddress(url) : null
  return from !== null && from.origin !== origin
}
