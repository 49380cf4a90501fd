import { UnreachableError } from '../wire/wire.js'

export interface BackendFetchOptions {
  readonly url: string
  readonly handle: (request: Request, signal: AbortSignal) => Promise<Response>
}

/** Creates a `fetch` that reaches only the backend, so that no request leaves the process. */
export function createBackendFetch({ url: baseUrl, handle }: BackendFetchOptions) {
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const { signal: initSignal, ...rest } = init
    // The signal is kept apart, because Node's Request does not accept jsdom's signals.
    const request =
      input instanceof Request
        ? new Request(input, rest)
        : new Request(new URL(input, baseUrl), rest)
    const signal = initSignal ?? (input instanceof Request ? input.signal : neverAborted)
    signal.throwIfAborted()
    if (new URL(request.url).origin !== new URL(baseUrl).origin) throw networkError()

    const response = await untilAborted(handle(request, signal), signal)
    if (response.status !== 302) return response
    // This fetch reaches no other server, so it cannot follow a redirect.
    if (request.redirect !== 'manual') throw networkError()
    // Like a browser, shows nothing of the redirect but its existence.
    return Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' })
  }
  return fetch
}

/** Error of a browser's `fetch` without an answer. */
const networkError = () => new TypeError('Failed to fetch')

const neverAborted = new AbortController().signal

/** Settles with the answer, the network failure or the abort, whichever comes first. */
function untilAborted(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    answer
      .then(resolve, (error: unknown) =>
        reject(error instanceof UnreachableError ? networkError() : (error as Error)),
      )
      .finally(() => signal.removeEventListener('abort', abort))
      .catch(() => {})
  })
}
