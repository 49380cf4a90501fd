import { attempt, isObject } from './reading.js'

/**
 * What platforms say where a request got no answer, and never say why: a page must not find out which
 * hosts are there. Chromium · Firefox · WebKit, newer and older · Node · React Native · axios · Bun · Deno.
 */
const said =
  /^(?:failed to fetch|networkerror when|load failed|the network connection was|the internet connection|could not connect|a server with the specified|fetch failed|network request (?:failed|timed)|network error$|unable to connect|error sending request)/i

/** Codes of the system and of HTTP clients for a connection that could not be made, or broke. */
const codes =
  /^(?:ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|ERR_NETWORK|UND_ERR_(?:SOCKET|CONNECT)|ConnectionRefused|FailedToOpenSocket|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/

/** How deep the system's own error lies: in that of Node's `fetch`, in that of a wrapper. */
const maxDepth = 3

/** Whether an error says that a request got no answer at all. */
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
