import { UnreachableError } from '../wire/wire.js'

export interface BackendFetchOptions {
  readonly url: string
  readonly handle: (request: Request, signal: AbortSignal) => Promise<Response>
}

/** A `fetch` that reaches the backend and nothing else: no request leaves the process. */
export function createBackendFetch({ url: baseUrl, handle }: BackendFetchOptions) {
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const { signal: initSignal, ...rest } = init
    // The signal stays out of the Request: jsdom's is none in the eyes of Node's Request.
    const request =
      input instanceof Request
        ? new Request(input, rest)
        : new Request(new URL(input, baseUrl), rest)
    const signal = initSignal ?? (input instanceof Request ? input.signal : neverAborted)
    signal.throwIfAborted()
    if (new URL(request.url).origin !== new URL(baseUrl).origin) throw networkError()

    const response = await untilAborted(handle(request, signal), signal)
    if (response.status !== 302) return response
    // Wherever a redirect points, this fetch cannot go there.
    if (request.redirect !== 'manual') throw networkError()
    // As browsers have it: nothing can be seen but that there was a redirect.
    return Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' })
  }
  return fetch
}

/** What a browser's `fetch` rejects with when there is no answer. */
const networkError = () => new TypeError('Failed to fetch')

const neverAborted = new AbortController().signal

/** The host's answer, or the network's failure, or the abort: whatever comes first. */
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
