import { ChatAuthError } from '../../core/errors.js'

/** @throws TypeError unless there is one */
export function readApiKey(options: { apiKey: string } | undefined): string {
  const { apiKey } = options ?? {}
  if (typeof apiKey === 'string' && apiKey !== '') return apiKey
  throw new TypeError('`apiKey` is missing: pass the public key of the chat app.')
}

/** @throws TypeError unless it is the address of a server */
export function readBaseUrl(value: string, name = 'baseUrl'): URL {
  try {
    const url = new URL(value)
    if (!url.pathname.endsWith('/')) url.pathname += '/'
    // Paths are put behind it.
    url.search = ''
    url.hash = ''
    if (/^https?:$/.test(url.protocol)) return url
  } catch {
    // Said below, in words that name the option.
  }
  throw new TypeError(`\`${name}\` must be an absolute http or https URL of the chat backend.`)
}

/** @throws ChatAuthError `foreign-origin`: the token goes to the connector's own origin only */
export function resolveUrl(input: string | URL, base: URL): URL {
  // A path is relative to the base as a whole; only what names a host by itself is taken as it is.
  const isPath = typeof input === 'string' && !/^([a-z][a-z\d+.-]*:|[\\/]{2})/i.test(input.trim())
  const url = isPath ? new URL(base.href + input.trim().replace(/^\//, '')) : new URL(input, base)
  if (url.origin !== base.origin) throw new ChatAuthError('foreign-origin')
  return url
}
