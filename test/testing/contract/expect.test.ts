import { describe, expect as judge, test } from 'vitest'
import { expect, type Expectation } from '../../../src/testing/contract/expect.js'

type Assertion = Exclude<keyof Expectation, 'not'>

/** Each assertion, with a value that it accepts and one that it rejects. */
const rows: readonly [Assertion, expected: unknown, good: unknown, bad: unknown][] = [
  ['toBe', 1, 1, 2],
  ['toBe', NaN, NaN, 0],
  ['toEqual', { a: [1, { b: null }] }, { a: [1, { b: null }], c: undefined }, { a: [1, {}] }],
  ['toEqual', [1, 2], [1, 2], [2, 1]],
  ['toEqual', new Set([1]), new Set([1]), new Set([2])],
  ['toEqual', {}, {}, []],
  ['toMatchObject', { a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }, { a: { c: 2 } }],
  ['toMatchObject', [{ a: 1 }], [{ a: 1, b: 2 }], [{ a: 1 }, { a: 1 }]],
  ['toMatch', /^a$/, 'a', 'ab'],
  ['toContain', 'b', 'abc', 'ac'],
  ['toContain', 2, [1, 2], [1, 3]],
  ['toContainMatch', { a: 1 }, [{ a: 2 }, { a: 1, b: 1 }], [{ a: 2 }]],
  ['toHaveLength', 2, [1, 2], [1]],
  ['toBeGreaterThan', 1, 2, 1],
  ['toBeGreaterThanOrEqual', 1, 1, 0],
  ['toBeLessThanOrEqual', 1, 1, 2],
]

describe.each(rows)('%s(%j)', (name, expected, good, bad) => {
  const of = (expectation: Expectation) => expectation[name] as (expected: unknown) => void

  test('accepts what is so, and rejects it under `not`', () => {
    judge(() => of(expect(good))(expected)).not.toThrow()
    judge(() => of(expect(good).not)(expected)).toThrow(/^Expected .* not to /)
  })

  test('rejects what is not so with both values, and accepts it under `not`', () => {
    judge(() => of(expect(bad))(expected)).toThrow(/^Expected .* to .*\.$/)
    judge(() => of(expect(bad).not)(expected)).not.toThrow()
  })
})
