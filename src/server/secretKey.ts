import { base64url } from 'jose'

/** Enough for an app that rotates its secrets, or a few apps; more are imported anew each time. */
const mostKeys = 16

const keys = new Map<string, Promise<CryptoKey>>()

/**
 * The API secret as a key for HS256, imported once. As a JWK and not as bytes: Web Crypto and jose know
 * bytes only as their own realm's `Uint8Array`, and in jsdom, where apps test, the global one is
 * another.
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
