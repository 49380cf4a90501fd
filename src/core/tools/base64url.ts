const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Encodes bytes without padding. Some platforms lack `btoa`. */
export function encodeBase64url(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3)
    const bits = (first << 16) | (second << 8) | third
    const digits = [bits >> 18, bits >> 12, bits >> 6, bits].map((digit) => alphabet[digit & 63])
    text += digits.slice(0, bytes.length - at + 1).join('')
  }
  return text
}

/** Decodes base64url or base64, padded or not; null for any other text. Some platforms lack `atob`. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  const digits = text
    .replace(/={1,2}$/, '')
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
  // A last single digit would hold less than a byte.
  if (digits.length % 4 === 1) return null
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4))
  let bits = 0
  for (let at = 0; at < digits.length; at++) {
    const digit = alphabet.indexOf(digits[at] as string)
    if (digit < 0) return null
    bits = (bits << 6) | digit
    // The second, third and fourth digit of four each complete a byte.
    if (at % 4 > 0) bytes[Math.floor((at * 3) / 4)] = bits >> (6 - 2 * (at % 4))
  }
  return bytes
}
