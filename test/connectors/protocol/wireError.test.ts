import { describe, expect, test } from 'vitest'
import {
  readRefusal,
  readRetryAfterMs,
  readWireError,
} from '../../../src/connectors/protocol/wireError.js'

const nonsense = [
  undefined,
  null,
  '',
  'text',
  5,
  [],
  {},
  { code: '40' },
  { code: null },
  { code: 4 },
]

describe('readRefusal', () => {
  test.each([5, 40, 41, 42, 43])('%i is the refusal of a token, in its own words', (code) => {
    expect(readRefusal({ code, message: 'no' })).toEqual({ code, message: 'no' })
    expect(readRefusal({ code, message: 7 })).toEqual({ code, message: '' })
  })

  test.each([...nonsense, { code: 2 }, { code: 17 }])('%j is none', (body) => {
    expect(readRefusal(body)).toBeNull()
  })
})

describe('readWireError', () => {
  test.each([5, 40, 41, 42, 43])('%i is a refusal, which is for core to judge', (code) => {
    const refusal = { code, message: 'no' }
    expect(readWireError(refusal)).toMatchObject({ name: 'RefusedError', refusal })
  })

  test.each<[number, string, boolean]>([
    [2, 'api-key-invalid', false],
    [9, 'rate-limited', true],
    [17, 'not-allowed', false],
    [69, 'wrong-region', false],
    [99, 'app-suspended', false],
    [-1, 'server-error', true],
  ])('%i is %s, retryable: %s', (code, expected, retryable) => {
    const error = readWireError({ code, message: 'no' })
    expect(error).toMatchObject({ code: expected, retryable })
    expect(error.cause).toEqual(new Error(`no (code ${code})`))
  })

  test.each<[number, string, boolean]>([
    [429, 'rate-limited', true],
    [500, 'server-error', true],
    [503, 'server-error', true],
    [404, 'unexpected-answer', false],
    [400, 'unexpected-answer', false],
  ])('without a known code, status %i is %s, retryable: %s', (status, code, retryable) => {
    for (const body of nonsense) {
      expect(readWireError(body, status)).toMatchObject({ code, retryable, cause: undefined })
    }
    expect(readWireError({ code: 4, StatusCode: status })).toMatchObject({ code, retryable })
  })

  test.each(nonsense)('%j alone is unexpected, and may be better the next time', (body) => {
    expect(readWireError(body)).toMatchObject({ code: 'unexpected-answer', retryable: true })
  })

  test('says how long to wait, where that is known', () => {
    expect(readWireError({ code: 9 }, 429, 7000)).toMatchObject({ retryAfterMs: 7000 })
    expect(readWireError({}, 429, 7000)).toMatchObject({ retryAfterMs: 7000 })
    expect(readWireError({}, 503, 7000)).toMatchObject({ retryAfterMs: 7000 })
  })
})

describe('readRetryAfterMs', () => {
  const nowMs = Date.parse('2030-01-01T00:00:00Z')

  test.each<[string | null, number | undefined]>([
    ['120', 120_000],
    ['0', 0],
    ['1.5', 1500],
    ['-5', 0],
    ['Tue, 01 Jan 2030 00:00:30 GMT', 30_000],
    ['Mon, 31 Dec 2029 23:59:00 GMT', 0],
    [null, undefined],
    ['', undefined],
    ['  ', undefined],
    ['soon', undefined],
    ['Infinity', undefined],
  ])('%j is %s', (value, expected) => {
    expect(readRetryAfterMs(value, nowMs)).toBe(expected)
  })
})
