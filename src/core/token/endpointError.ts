import { ChatAuthError, type ChatAuthErrorOptions } from '../errors.js'
import { isObject } from '../tools/reading.js'
import { readReason } from '../tools/readReason.js'
import { headerOf } from '../tools/retryAfter.js'
import { addressOf, isMarkup, isPageType } from '../tools/webPage.js'
import { asSentence } from '../tools/words.js'

/** What a token endpoint answered in place of a token. */
export interface EndpointAnswer {
  readonly status?: number | undefined
  readonly headers?: unknown
  /** As text or as parsed JSON; undefined where it cannot be read. */
  readonly body?: unknown
  /** Where it came from. */
  readonly url?: string | undefined
  readonly redirected?: boolean | undefined
}

/** What to do about the reasons of this library's own token endpoint, `createTokenHandler`. */
export const endpointRemedies: Readonly<Record<string, string>> = {
  'foreign-origin': "Add this page's origin to `allowedOrigins` of createTokenHandler.",
  'method-not-allowed': 'Call the token endpoint with GET or POST.',
  'bad-request': 'Send JSON or a form to the token endpoint, or no body.',
  'too-large': 'Send less than 64 KB to the token endpoint.',
  'other-user':
    'Connect the user who is signed in to the app, or have the other one sign in first.',
  'locked-out': 'See why `revokedBefore` of createTokenHandler locks this user out.',
  'rate-limited':
    'Wait as long as it asks for, or let `rateLimit` of createTokenHandler allow more.',
  unavailable: 'Look at what the hooks of createTokenHandler wait for: `onError` is told.',
  failed: 'Look at `onError` of createTokenHandler, which is told why.',
}

/** What to do about a 403 whose reason is the app's own. */
const refusedRemedy =
  "See what the token endpoint says; if the app's own session is over, ask the user to sign in again."

/** What to do where no token endpoint is. */
const addressRemedy = 'Check the address of the token endpoint.'

/** Whether the answer is a web page, by its form, or by its type where its body cannot be read. */
export function isWebPage({ headers, body }: EndpointAnswer): boolean {
  if (typeof body === 'string') return isMarkup(body)
  return body === undefined && isPageType(headerOf(headers, 'content-type'))
}

/** The error for a web page in place of a token: time, or another network, may mend it. */
export function webPageError(answer: EndpointAnswer, options: ChatAuthErrorOptions = {}) {
  const { status, url, redirected } = answer
  const withStatus = status === undefined ? '' : `, with status ${status}`
  const from = url ? `, from ${addressOf(url)}` : ''
  const how = from && redirected ? ' after a redirect' : ''
  const message = `A web page came in place of a token${withStatus}${from}${how}.`
  return new ChatAuthError('token-is-web-page', { ...options, message })
}

/** The error for an answer without a token: a page is no denial, whatever its status. */
export function endpointError(
  answer: EndpointAnswer,
  options: ChatAuthErrorOptions = {},
): ChatAuthError {
  if (isWebPage(answer)) return webPageError(answer, options)
  const { status } = answer
  const reason = readReason(parsed(answer.body))
  const said = [reason?.code, reason?.words].filter(Boolean).join(': ')
  const isDenial = status === 401 || status === 403
  const remedy =
    (Object.hasOwn(endpointRemedies, reason?.code ?? '') && endpointRemedies[reason?.code ?? '']) ||
    (status === 403 && said && refusedRemedy) ||
    ((status === 404 || status === 405 || status === 410) && addressRemedy)
  return new ChatAuthError(isDenial ? 'token-provider-denied' : 'token-provider-failed', {
    ...options,
    message: asSentence(`The token endpoint answered with status ${status}${said && `: ${said}`}`),
    ...(remedy && { remedy }),
  })
}

function parsed(body: unknown): unknown {
  if (isObject(body) || typeof body !== 'string' || !/^\s*[{["]/.test(body)) return body
  try {
    return JSON.parse(body.trim()) as unknown
  } catch {
    // Cut off, perhaps: as a text it is no reason.
    return undefined
  }
}
