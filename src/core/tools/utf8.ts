/** Character that stands for bytes that are no UTF-8. */
const replacement = 0xfffd

/** Encodes text as UTF-8. Some platforms lack `TextEncoder`. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = []
  for (const character of text) {
    const found = character.codePointAt(0) as number
    const isLoneSurrogate = found >= 0xd800 && found <= 0xdfff
    const code = isLoneSurrogate ? replacement : found
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code))
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code))
  }
  return new Uint8Array(bytes)
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f)
}

/**
 * Decodes UTF-8 as `TextDecoder` does, which some platforms lack: without the byte order mark, and with
 * one replacement character for each sequence that is no UTF-8.
 * @see https://encoding.spec.whatwg.org/#utf-8-decoder
 */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const { code, length } = characterAt(bytes, at)
    // Only the first character can be the byte order mark.
    if (at > 0 || code !== 0xfeff) text += String.fromCodePoint(code)
    at += length
  }
  return text
}

interface Character {
  readonly code: number
  /** Number of its bytes. */
  readonly length: number
}

function characterAt(bytes: Uint8Array, at: number): Character {
  const lead = bytes[at] as number
  if (lead < 0x80) return { code: lead, length: 1 }
  // 0xC0, 0xC1 and what is above 0xF4 begin no character.
  if (lead < 0xc2 || lead > 0xf4) return { code: replacement, length: 1 }
  const tails = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3
  let code = lead & (0x3f >> tails)
  for (let nth = 1; nth <= tails; nth++) {
    const byte = bytes[at + nth] ?? 0
    const [least, most] = nth === 1 ? secondByteRange(lead) : [0x80, 0xbf]
    if (byte < least || byte > most) return { code: replacement, length: nth }
    code = (code << 6) | (byte & 0x3f)
  }
  return { code, length: tails + 1 }
}

/** Range of a second byte; narrower where the character would be too long, a surrogate or too large. */
function secondByteRange(lead: number): readonly [least: number, most: number] {
  if (lead === 0xe0) return [0xa0, 0xbf]
  if (lead === 0xed) return [0x80, 0x9f]
  if (lead === 0xf0) return [0x90, 0xbf]
  if (lead === 0xf4) return [0x80, 0x8f]
  return [0x80, 0xbf]
}
