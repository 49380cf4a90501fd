import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../../../src/core/tools/utf8.js'

/** Bytes that are nearly UTF-8: leads, tails and bytes at the edges of what the encoding allows. */
const nearlyUtf8 = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        [0x7f],
        [0x80],
        [0xbf],
        [0xc0, 0xaf],
        [0xc2],
        [0xe0, 0x9f, 0x80],
        [0xe2, 0x82],
        [0xed, 0xa0, 0x80],
        [0xef, 0xbb, 0xbf],
        [0xf0, 0x8f, 0x80, 0x80],
        [0xf0, 0x9f, 0x98],
        [0xf4, 0x90, 0x80, 0x80],
        [0xf5],
        [0xff],
      ),
      fc.string({ unit: 'grapheme' }).map((text) => [...new TextEncoder().encode(text)]),
      fc.array(fc.nat(255), { maxLength: 4 }),
    ),
  )
  .map((parts) => new Uint8Array(parts.flat()))

it('any bytes, UTF-8 or not, are decoded as the platform decodes them', () => {
  fc.assert(
    fc.property(nearlyUtf8, (bytes) => {
      expect(decodeUtf8(bytes)).toBe(new TextDecoder().decode(bytes))
    }),
    { numRuns: 2000 },
  )
})

it('any text, with lone surrogates or without, is encoded as the platform encodes it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const loose = `${text}\ud800${text}\udfff`
      expect(encodeUtf8(loose)).toEqual(new Uint8Array(new TextEncoder().encode(loose)))
    }),
  )
})
