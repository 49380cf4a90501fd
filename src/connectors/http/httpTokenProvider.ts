import { ChatAuthError } from '../../core/errors.js'
import type { TokenProvider, TokenRequest } from '../../core/types.js'
import { discard, maxAnswerBytes, readText } from '../protocol/readText.js'
import { readRetryAfterMs } from '../protocol/wireError.js'

export interface HttpTokenProviderOptions {
  /** URL of the app's own token endpoint, called as `GET {url}?user_id=…`. */
  url: string | URL
  /** Extra request headers, such as the app's own authorization. A function is called for every request. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined
  /**
   * Whether requests carry the app's cookies, as for `fetch`.
   * @default 'same-origin'
   */
  credentials?: RequestCredentials | undefined
  /**
   * Function for the request.
   * @default the global `fetch`
   */
  fetch?: typeof globalThis.fetch | undefined
}

/**
 * Creates a token provider for the app's own endpoint, which answers with the token as text or as JSON
 * `{ "token": "…" }`. Status 401 or 403 means that the user must sign in again. Any other failure is
 * retried, after `Retry-After` if the answer has one.
 * @throws TypeError without a `url`
 */
export function httpTokenProvider(options: HttpTokenProviderOptions): TokenProvider {
  const { url, headers, credentials = 'same-origin' } = options ?? {}
  if (!url) throw new TypeError('`url` is missing: pass the address of the token endpoint.')

  return async ({ userId, signal }: TokenRequest) => {
    const send = options.fetch ?? globalThis.fetch
    const response = await send(withUserId(url, userId), {
      headers: new Headers(typeof headers === 'function' ? await headers() : headers),
      credentials,
      // A cached response could hold an expired token.
      cache: 'no-store',
      signal,
    })
    if (response.ok) return readToken(response, signal)
    discard(response)
    throw refusedBy(response)
  }
}

/** Adds `user_id` to the query. A relative URL stays relative; `fetch` resolves it against the page. */
function withUserId(url: string | URL, userId: string): string {
  const [address, fragment] = String(url).split('#')
  const separator = address?.includes('?') ? '&' : '?'
  const query = `${address}${separator}user_id=${encodeURIComponent(userId)}`
  return fragment === undefined ? query : `${query}#${fragment}`
}

function refusedBy(response: Response): ChatAuthError {
  const { status } = response
  const isFinal = status === 401 || status === 403
  return new ChatAuthError(isFinal ? 'token-provider-denied' : 'token-provider-failed', {
    message: `The token endpoint answered with status ${status}.`,
    retryAfterMs: readRetryAfterMs(response.headers.get('Retry-After'), Date.now()),
  })
}

/** Reads the token from an answer. Leaves its validation to the token source, which names the fault. */
async function readToken(response: Response, signal: AbortSignal): Promise<string> {
  const text = await readText(response, signal)
  if (signal.aborted) throw signal.reason
  if (text === null) {
    const message = `The token endpoint answered with more than ${maxAnswerBytes} bytes.`
    throw new ChatAuthError('token-provider-failed', { message })
  }
  if (!response.headers.get('Content-Type')?.includes('json')) return text.trim()
  const body: unknown = JSON.parse(text)
  return (typeof body === 'string' ? body : (body as { token?: string } | null)?.token) as string
}
