import { describe, expect, test } from 'vitest'
import { headerOf, readRetryAfterMs, retryAfterOf } from '../../../src/core/tools/retryAfter.js'

const nowMs = Date.parse('2030-01-01T00:00:00Z')

describe('Retry-After', () => {
  test.each<[string | null, number | undefined]>([
    ['120', 120_000],
    ['0', 0],
    ['1.5', 1500],
    ['-5', 0],
    ['Tue, 01 Jan 2030 00:00:30 GMT', 30_000],
    ['Tuesday, 01-Jan-30 00:00:30 GMT', 30_000],
    // A date without a zone means GMT, in any time zone of the machine.
    ['Tue Jan  1 00:00:30 2030', 30_000],
    ['Mon, 31 Dec 2029 23:59:00 GMT', 0],
    [null, undefined],
    ['', undefined],
    ['  ', undefined],
    ['soon', undefined],
    ['Infinity', undefined],
  ])('%j is %s ms', (value, expected) => {
    expect(readRetryAfterMs(value, nowMs)).toBe(expected)
  })

  test('as a date is counted from the date of the answer, whatever the local clock says', () => {
    const headers = {
      date: 'Fri, 01 Jan 2027 00:00:00 GMT',
      'retry-after': 'Fri, 01 Jan 2027 00:01:00 GMT',
    }
    expect(retryAfterOf(headers, nowMs)).toBe(60_000)
    expect(retryAfterOf({ ...headers, date: 'today' }, nowMs)).toBe(0)
  })

  test.each<[string, unknown]>([
    ['the Headers of fetch', new Headers({ 'Retry-After': '60' })],
    ['a plain object', { 'Retry-After': '60' }],
    ['a plain object in lower case', { 'retry-after': '60' }],
    ['a number', { 'retry-after': 60 }],
    ['a list of values', { 'retry-after': ['60', '90'] }],
    ['a Map', new Map([['RETRY-AFTER', '60']])],
    ['pairs', [['Retry-After', '60']]],
    ['raw headers of Node', ['Date', 'x', 'Retry-After', '60']],
    [
      'an object with a method `get` of its own',
      { get: (name: string) => ({ 'retry-after': '60' })[name] },
    ],
    ['an object whose `get` throws', { get: () => fail(), 'Retry-After': '60' }],
  ])('is found in %s', (_, headers) => {
    expect(retryAfterOf(headers, nowMs)).toBe(60_000)
  })

  test.each([undefined, null, 'Retry-After: 60', {}, [], new Headers()])(
    'is not found in %j',
    (headers) => {
      expect(headerOf(headers, 'retry-after')).toBeNull()
      expect(retryAfterOf(headers, nowMs)).toBeUndefined()
    },
  )
})

function fail(): never {
  throw new Error('looked at')
}
