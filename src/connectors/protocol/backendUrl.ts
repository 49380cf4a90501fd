import { ChatAuthError } from '../../core/errors.js'

/**
 * Reads the app's public key from a connector's options.
 * @throws TypeError if the key is missing or empty
 */
export function readApiKey(options: { apiKey: string } | undefined): string {
  const { apiKey } = options ?? {}
  if (typeof apiKey === 'string' && apiKey !== '') return apiKey
  throw new TypeError('`apiKey` is missing: pass the public key of the chat app.')
}

/**
 * Parses the backend's address; the result's path ends in a slash.
 * @throws TypeError unless `value` is an absolute http or https URL
 */
export function readBaseUrl(value: string, name = 'baseUrl'): URL {
  try {
    const url = new URL(value)
    if (!url.pathname.endsWith('/')) url.pathname += '/'
    // Request paths are appended to the base, so it keeps neither query nor fragment.
    url.search = ''
    url.hash = ''
    if (/^https?:$/.test(url.protocol)) return url
  } catch {
    // `new URL` does not name the option; the error below does.
  }
  throw new TypeError(`\`${name}\` must be an absolute http or https URL of the chat backend.`)
}

/**
 * Resolves a request's path or URL against the base URL.
 * @throws ChatAuthError `foreign-origin` for any other origin; the token must not leave the base's own
 */
export function resolveUrl(input: string | URL, base: URL): URL {
  // A path, even with a leading slash, is appended to the base. Only input with a scheme or a
  // leading `//` names its own host.
  const isPath = typeof input === 'string' && !/^([a-z][a-z\d+.-]*:|[\\/]{2})/i.test(input.trim())
  const url = isPath ? new URL(base.href + input.trim().replace(/^\//, '')) : new URL(input, base)
  if (url.origin !== base.origin) throw new ChatAuthError('foreign-origin')
  return url
}
