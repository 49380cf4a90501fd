import { base64url } from 'jose'

/** Maximum cached keys, enough to rotate secrets or serve a few apps; the oldest key is evicted. */
const mostKeys = 16

const keys = new Map<string, Promise<CryptoKey>>()

/**
 * Imports the API secret as an HS256 key, once. Uses a JWK, because Web Crypto and jose accept only
 * their own realm's `Uint8Array`. Under jsdom the global one belongs to another realm.
 */
export function secretKey(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret)
  if (known) return known
  const key = crypto.subtle.importKey(
    'jwk',
    { kty: 'oct', k: base64url.encode(secret) },
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign', 'verify'],
  )
  const [oldest] = keys.keys()
  if (oldest !== undefined && keys.size >= mostKeys) keys.delete(oldest)
  keys.set(secret, key)
  return key
}
