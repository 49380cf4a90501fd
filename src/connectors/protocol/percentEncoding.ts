import { decodeUtf8, encodeUtf8 } from '../../core/tools/utf8.js'

/** Percent-encodes the UTF-8 bytes of a text that are not printable ASCII, and the characters of `also`. */
export function percentEncoded(text: string, also: RegExp): string {
  let encoded = ''
  for (const byte of encodeUtf8(text)) {
    const character = String.fromCharCode(byte)
    const isKept = byte >= 0x20 && byte < 0x7f && !also.test(character)
    encoded += isKept ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

/** Decodes a name or value of a query, in which a plus is a blank. A `%` without two digits stays. */
export function formDecoded(text: string): string {
  const bytes: number[] = []
  const plain = encodeUtf8(text.replace(/\+/g, ' '))
  for (let at = 0; at < plain.length; at++) {
    const digits = String.fromCharCode(...plain.subarray(at, at + 3))
    const isEncoded = /^%[\da-f]{2}$/i.test(digits)
    bytes.push(isEncoded ? parseInt(digits.slice(1), 16) : (plain[at] as number))
    if (isEncoded) at += 2
  }
  return decodeUtf8(new Uint8Array(bytes))
}

/**
 * Encodes a name or value of a query.
 * @see https://url.spec.whatwg.org/#application-x-www-form-urlencoded-percent-encode-set
 */
export function formEncoded(text: string): string {
  return percentEncoded(text, /[^\w*. -]/).replace(/ /g, '+')
}
