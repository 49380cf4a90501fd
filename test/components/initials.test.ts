import { expect, test } from 'vitest'
import { initialsOf, tintOf } from '../../src/components/initials.js'
import { writeSpan } from '../../src/components/writeSpan.js'

test.for([
  ['Jane Doe', 'JD'],
  ['jane', 'J'],
  ['  Ada   King  Lovelace ', 'AL'],
  ['山田太郎', '山'],
  ['山田 太郎', '山'],
  ['Éva Ó Briain', 'ÉB'],
  ['e\u0301va', 'E\u0301'],
  ['🏳️‍🌈 Alex', '🏳️‍🌈'],
  ['👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
  ['🇨🇭 Heidi', '🇨🇭'],
  ['محمد الأمين', 'م'],
  ['   ', '?'],
  ['', '?'],
] as const)('the initials of "%s" are "%s"', ([name, initials]) => {
  expect(initialsOf(name)).toBe(initials)
})

test('initials of a platform without Intl.Segmenter are code points', () => {
  const { Segmenter } = Intl
  Object.assign(Intl, { Segmenter: undefined })
  try {
    expect(initialsOf('Jane Doe')).toBe('JD')
    expect(initialsOf('😀 Smile')).toBe('😀')
  } finally {
    Object.assign(Intl, { Segmenter })
  }
})

test('an id keeps its tint', () => {
  expect(tintOf('jane')).toBe(tintOf('jane'))
  const tints = Array.from({ length: 60 }, (_, n) => tintOf(`user-${n}`))
  expect(new Set(tints).size).toBe(6)
})

test.for([
  [400, '1 sec'],
  [12_000, '12 sec'],
  [89_000, '89 sec'],
  [43 * 60_000, '43 min'],
  [5 * 3_600_000, '5 hr'],
  [30 * 86_400_000, '30 days'],
  [-5, '0 sec'],
] as const)('a span of %i ms is written as "%s"', ([ms, text]) => {
  expect(writeSpan(ms, 'en')).toBe(text)
})

test('a span is written in the given language', () => {
  expect(writeSpan(43 * 60_000, 'de')).toBe('43 Min.')
})
