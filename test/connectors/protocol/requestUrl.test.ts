import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAddress, type Address } from '../../../src/connectors/protocol/address.js'
import { createRequestUrl, encodeQuery } from '../../../src/connectors/protocol/requestUrl.js'

const name = fc.oneof(
  fc.constantFrom('user_id', 'a', 'ä b'),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
)
const value = fc.string({ unit: 'binary', maxLength: 6 })
const query = fc
  .array(
    fc.constantFrom(
      'a=1',
      'user%5Fid=bob',
      'a',
      '%',
      '%zz=1',
      '=',
      'b=c=d',
      '+=%2B',
      'ä%20b=x',
      '',
      'é',
    ),
  )
  .map((pairs) => pairs.join('&'))
const call = fc.tuple(fc.constantFrom('set', 'append', 'delete'), name, value)

function urlOf(text: string) {
  return createRequestUrl(readAddress(text) as Address)
}

describe('a request’s URL', () => {
  it('has the query that the platform’s URL has after the same calls', () => {
    fc.assert(
      fc.property(query, fc.array(call, { maxLength: 5 }), (search, calls) => {
        const [ours, theirs] = [
          urlOf(`https://own.test/p?${search}`),
          new URL(`https://own.test/p?${search}`),
        ]
        for (const [method, key, text] of calls) {
          if (method === 'delete') {
            ours.searchParams.delete(key)
            theirs.searchParams.delete(key)
          } else {
            ours.searchParams[method as 'set'](key, text)
            theirs.searchParams[method as 'set'](key, text)
          }
          expect(ours.searchParams.get(key)).toBe(theirs.searchParams.get(key))
          expect(ours.searchParams.has(key)).toBe(theirs.searchParams.has(key))
        }
        expect([...new URL(ours.href).searchParams]).toEqual([...theirs.searchParams])
        expect(String(ours)).toBe(ours.href)
        expect([ours.origin, ours.pathname]).toEqual(['https://own.test', '/p'])
      }),
      { numRuns: 1000 },
    )
  })

  it('replaces every name of a parameter that is set, however it is spelled', () => {
    const url = urlOf('https://own.test/p?user%5Fid=bob&b=%zz&user_id=eve')
    url.searchParams.set('user_id', 'jane')
    expect(url.href).toBe('https://own.test/p?user_id=jane&b=%zz')
  })

  it('writes a query as URLSearchParams does', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value), (values) => {
        expect(encodeQuery(values)).toBe(new URLSearchParams(Object.entries(values)).toString())
      }),
    )
  })
})
