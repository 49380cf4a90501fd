import { ChatAuthError } from '../../core/errors.js'
import { endpointError, webPageError, type EndpointAnswer } from '../../core/token/endpointError.js'
import { maxReasonBytes, reasonTimeoutMs } from '../../core/token/providerFailure.js'
import { hasNoAnswer } from '../../core/tools/noAnswer.js'
import { onAbort, abortReason } from '../../core/tools/onAbort.js'
import { readBeginning } from '../../core/tools/readBeginning.js'
import { retryAfterOf } from '../../core/tools/retryAfter.js'
import { addressOf, isMarkup, isPageType } from '../../core/tools/webPage.js'
import type { TokenProvider, TokenRequest } from '../../core/types.js'
import { maxAnswerBytes } from '../protocol/readText.js'

/** By way of `RequestInit`, the name that the types of browsers and of React Native both have. */
type RequestHeaders = NonNullable<RequestInit['headers']>

export interface HttpTokenProviderOptions {
  /** URL of the app's own token endpoint, called as `GET {url}?user_id=…`. */
  url: string | URL
  /** Extra request headers, such as the app's own authorization. A function is called for every request. */
  headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>) | undefined
  /**
   * Whether requests carry the app's cookies, as for `fetch`.
   * @default 'same-origin'
   */
  credentials?: RequestInit['credentials'] | undefined
  /**
   * Function for the request.
   * @default the global `fetch`
   */
  fetch?: typeof globalThis.fetch | undefined
}

/**
 * Creates a token provider for the app's own endpoint, which answers with the token as text or as JSON
 * `{ "token": "…" }`. Status 401 or 403 means that the user must sign in again, unless its body is a web
 * page. Any other failure is retried, after `Retry-After` if the answer has one.
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
    }).catch((error: unknown) => {
      throw signal.aborted || !hasNoAnswer(error) ? error : unreachable(url, error)
    })
    if (response.ok) return readToken(response, url, signal)
    throw await refusedBy(response, url, signal)
  }
}

/** Adds `user_id` to the query. A relative URL stays relative; `fetch` resolves it against the page. */
function withUserId(url: string | URL, userId: string): string {
  const [address, fragment] = String(url).split('#')
  const separator = address?.includes('?') ? '&' : '?'
  const query = `${address}${separator}user_id=${encodeURIComponent(userId)}`
  return fragment === undefined ? query : `${query}#${fragment}`
}

function unreachable(url: string | URL, cause: unknown): ChatAuthError {
  const message = `No answer came from the token endpoint, ${addressOf(String(url))}.`
  return new ChatAuthError('token-endpoint-unreachable', { message, cause })
}

/** Creates the error for an unsuccessful answer, with the endpoint's own reason from the body. */
async function refusedBy(
  response: Response,
  url: string | URL,
  signal: AbortSignal,
): Promise<ChatAuthError> {
  const body = await readReason(response, signal)
  if (signal.aborted) throw abortReason(signal)
  const retryAfterMs = retryAfterOf(response.headers, Date.now())
  return endpointError(answerOf(response, url, body), { retryAfterMs })
}

/** Reads the beginning of a body; undefined if no byte arrives in time. */
async function readReason(response: Response, signal: AbortSignal): Promise<string | undefined> {
  const reading = new AbortController()
  const stop = onAbort(signal, () => reading.abort())
  const timer = setTimeout(() => reading.abort(), reasonTimeoutMs)
  try {
    const { text, isWhole } = await readBeginning(response, reading.signal, maxReasonBytes)
    return isWhole || text ? text : undefined
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
    stop()
  }
}

function answerOf(response: Response, url: string | URL, body: string | undefined): EndpointAnswer {
  const { status, headers, redirected } = response
  return { status, headers, redirected, body, url: response.url || String(url) }
}

/** Reads the token from an answer. Leaves its validation to the token source, which names the fault. */
async function readToken(
  response: Response,
  url: string | URL,
  signal: AbortSignal,
): Promise<string> {
  const { text, isWhole } = await readBeginning(response, signal, maxAnswerBytes)
  if (signal.aborted) throw abortReason(signal)
  const contentType = response.headers.get('Content-Type')
  // Express sends every text as `text/html`, so a single word may be a token; several words are a page.
  const isProse = isPageType(contentType) && /^[^{["]*\s/.test(text.trim())
  if (isProse || isMarkup(text)) throw webPageError(answerOf(response, url, text))
  if (!isWhole) {
    const message = `The token endpoint answered with more than ${maxAnswerBytes} bytes.`
    throw new ChatAuthError('token-provider-failed', { message })
  }
  if (!contentType?.includes('json')) return text.trim()
  const body: unknown = JSON.parse(text)
  return (typeof body === 'string' ? body : (body as { token?: string } | null)?.token) as string
}
