import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../../src/core/tools/base64url.js'

const bytes = fc.uint8Array({ maxLength: 40 })

describe('base64url', () => {
  it('any bytes are encoded as Node encodes them, and decoded again', () => {
    fc.assert(
      fc.property(bytes, (given) => {
        const text = encodeBase64url(given)
        expect(text).toBe(Buffer.from(given).toString('base64url'))
        expect(decodeBase64url(text)).toEqual(new Uint8Array(given))
      }),
    )
  })

  it('padded base64 with + and / is decoded as well, as some libraries write it', () => {
    fc.assert(
      fc.property(bytes, (given) => {
        const text = Buffer.from(given).toString('base64')
        expect(decodeBase64url(text)).toEqual(new Uint8Array(given))
      }),
    )
  })

  it.each(['a', 'abcde', 'ab c', 'a=b=', 'ab€d', 'ab==='])(
    'a text that is no base64 gives null: %j',
    (text) => {
      expect(decodeBase64url(text)).toBeNull()
    },
  )
})
