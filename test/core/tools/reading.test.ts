import { expect, test } from 'vitest'
import { isObject } from '../../../src/core/tools/reading.js'

test.each([
  [true, {}],
  [true, []],
  [false, null],
  [false, undefined],
  [false, 'text'],
  [false, () => {}],
])('isObject says %s of %o', (is, value) => {
  expect(isObject(value)).toBe(is)
})
