import { attempt, isObject } from './reading.js'

/**
 * Messages of errors for a request that got no answer. None of them names the reason, because a page
 * must not learn which hosts exist. In order: Chromium · Firefox · WebKit, newer and older · Node · React
 * Native · axios · Bun · Deno.
 */
const said =
  /^(?:failed to fetch|networkerror when|load failed|the network connection was|the internet connection|could not connect|a server with the specified|fetch failed|network request (?:failed|timed)|network error$|unable to connect|error sending request)/i

/** Codes of the system and of HTTP clients for a connection that failed or broke. */
const codes =
  /^(?:ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|ERR_NETWORK|UND_ERR_(?:SOCKET|CONNECT)|ConnectionRefused|FailedToOpenSocket|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/

/** Depth of causes that is searched: a wrapper's error, that of Node's `fetch`, the system's own. */
const maxDepth = 3

/** Whether an error means that a request got no answer at all. */
export function hasNoAnswer(error: unknown): boolean {
  return attempt(() => look(error, 0), false)
}

function look(error: unknown, depth: number): boolean {
  if (!isObject(error) || depth === maxDepth) return false
  const { name, message, code, cause } = error as Record<string, unknown>
  if (name === 'AbortError') return false
  if (name === 'NetworkError' || (typeof code === 'string' && codes.test(code))) return true
  return (typeof message === 'string' && said.test(message)) || look(cause, depth + 1)
}
