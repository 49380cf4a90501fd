import { ChatAuthError } from '../../core/errors.js'
import { addressOn, namesHost, readAddress, type Address } from './address.js'

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
 * Reads the backend's address; the result's path ends in a slash.
 * @throws TypeError unless `value` is an absolute http or https URL without user and password
 */
export function readBaseUrl(value: string, name = 'baseUrl'): Address {
  const found = readAddress(String(value))
  if (!found) {
    throw new TypeError(`\`${name}\` must be an absolute http or https URL of the chat backend.`)
  }
  // Request paths are appended to the base, so it keeps no query.
  return addressOn(found.origin, found.pathname.replace(/\/?$/, '/'))
}

/**
 * Resolves a request's path or URL against the base URL. A path, even with a leading slash, is appended
 * to the base. The result is put together from the base's own origin, whatever the input contains.
 * @throws ChatAuthError `foreign-origin` for any other origin; the token must not leave the base's own
 */
export function resolveUrl(input: string, base: Address): Address {
  const text = input.trim()
  if (!namesHost(text)) {
    return addressOn(base.origin, base.pathname + text.replace(/^\//, ''))
  }
  const [scheme = ''] = base.origin.split(':', 1)
  const found = readAddress(text, scheme)
  if (found?.origin !== base.origin) throw new ChatAuthError('foreign-origin')
  return addressOn(base.origin, found.pathname + found.search)
}
