import { base64url, type JWK } from 'jose'

/**
 * The API secret as a key for HS256. As a JWK and not as bytes: jose knows bytes only as its own
 * realm's `Uint8Array`, and in jsdom, where apps test, the global one is another.
 */
export function secretKey(secret: string): JWK {
  return { kty: 'oct', k: base64url.encode(secret) }
}
