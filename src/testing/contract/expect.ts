import { isEqual, matches, show } from './isEqual.js'

/** Assertions of the contract. Each throws an `Error` that names both values. */
export interface Expectation {
  readonly not: Expectation
  toBe(expected: unknown): void
  /** Deeply equal; a property that is `undefined` counts as missing. */
  toEqual(expected: unknown): void
  /** Has these properties, whatever it has besides. */
  toMatchObject(expected: object): void
  toMatch(expected: RegExp): void
  /** Of text or of a list. */
  toContain(expected: unknown): void
  /** One item of a list matches, as of `toMatchObject`. */
  toContainMatch(expected: object): void
  toHaveLength(expected: number): void
  toBeGreaterThan(expected: number): void
  toBeGreaterThanOrEqual(expected: number): void
  toBeLessThanOrEqual(expected: number): void
}

/** Makes the assertions on a value: those of the runners, as few as the contract needs. */
export function expect(actual: unknown): Expectation {
  return { ...assertions(actual, true), not: assertions(actual, false) as Expectation }
}

function assertions(actual: unknown, isWanted: boolean): Omit<Expectation, 'not'> {
  const judge = (isSo: boolean, relation: string, expected: unknown) => {
    if (isSo === isWanted) return
    const not = isWanted ? '' : 'not '
    throw new Error(`Expected ${show(actual)} ${not}${relation} ${show(expected)}.`)
  }
  const list = () => Array.from(actual as Iterable<unknown>)
  const size = () => (actual as { length: number }).length
  return {
    toBe: (expected) => judge(Object.is(actual, expected), 'to be', expected),
    toEqual: (expected) => judge(isEqual(actual, expected), 'to equal', expected),
    toMatchObject: (expected) => judge(matches(actual, expected), 'to match', expected),
    toMatch: (expected) => judge(expected.test(String(actual)), 'to match', expected),
    toContain: (expected) =>
      judge(
        typeof actual === 'string' ? actual.includes(String(expected)) : list().includes(expected),
        'to contain',
        expected,
      ),
    toContainMatch: (expected) =>
      judge(
        list().some((item) => matches(item, expected)),
        'to contain a match of',
        expected,
      ),
    toHaveLength: (expected) => judge(size() === expected, 'to have the length', expected),
    toBeGreaterThan: (expected) => judge(Number(actual) > expected, 'to be above', expected),
    toBeGreaterThanOrEqual: (expected) =>
      judge(Number(actual) >= expected, 'to be at least', expected),
    toBeLessThanOrEqual: (expected) => judge(Number(actual) <= expected, 'to be at most', expected),
  }
}
