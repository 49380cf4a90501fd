import { ChatAuthError } from '../../core/errors.js'
import type { TokenProvider, TokenRequest } from '../../core/types.js'
import { discard, maxAnswerBytes, readText } from '../protocol/readText.js'
import { readRetryAfterMs } from '../protocol/wireError.js'

export interface HttpTokenProviderOptions {
  /** The app's own token endpoint; called as `GET {url}?user_id=…`. */
  url: string | URL
  /** Sent along, such as the app's own authorization; a function is asked at every call. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined
  /**
   * Whether the app's cookies go along, as for `fetch`.
   * @default 'same-origin'
   */
  credentials?: RequestCredentials | undefined
  /** @default the global `fetch` */
  fetch?: typeof globalThis.fetch | undefined
}

/**
 * A token provider that asks the app's own endpoint, which answers with the token as text, or as JSON
 * `{ "token": "…" }`. 401 and 403 mean that the user must sign in again; other failures are tried
 * again, after `Retry-After` where there is one.
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
      // A token out of a cache is an old token.
      cache: 'no-store',
      signal,
    })
    if (response.ok) return readToken(response, signal)
    discard(response)
    throw refusedBy(response)
  }
}

/** Kept relative where it is: a page's own `fetch` knows its base, and Node says that there is none. */
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

/** What is not a token is returned as it is: the token source names what is wrong with it. */
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
