import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { comparisonCells, type Comparison } from '../../../stories/comparison/figures.js'
import kept from '../../../stories/comparison/figures.json' with { type: 'json' }
import { asInAnApp } from '../../../stories/comparison/migration/asInAnApp.js'
import { checkClaims } from './claims.js'
import { scenarios } from './scenarios.js'

const comparison = kept as Comparison

test('the stored figures cover the bench’s current scenarios and rows', () => {
  const names = (all: readonly { id: string; rows: readonly string[] }[]) =>
    all.map(({ id, rows }) => `${id}: ${rows.join(', ')}`)
  expect(
    names(comparison.scenarios.map(({ id, rows }) => ({ id, rows: rows.map((row) => row.id) }))),
  ).toEqual(names(scenarios.map(({ id, rows }) => ({ id, rows: Object.keys(rows) }))))
})

test('the page’s claims hold for the stored figures', () => {
  expect(comparison.claims).toEqual(checkClaims(comparison.scenarios))
  expect(comparison.claims.filter(({ holds }) => !holds)).toEqual([])
})

test('a figure is shown with its unit, and with a ratio if both are numbers', () => {
  const row = (bare: Comparison['scenarios'][0]['rows'][0]['bare'], ours: number | string) => ({
    id: 'row',
    label: 'time',
    unit: 'ms' as const,
    bare,
    ours,
  })
  const rows = [row(26_290, 120.4), row({ moreThan: 45_000 }, 45), row(12, 0), row(7, 7)]
  expect(comparisonCells({ id: 'one', title: 'One', rows })).toEqual([
    ['time', '26.3 s', '120 ms', '218 ×'],
    ['time', 'more than 45.0 s', '45 ms', 'more than 1,000 ×'],
    ['time', '12 ms', '0 ms', ''],
    ['time', '7 ms', '7 ms', 'the same'],
  ])
})

test('the migration page shows its code with an app’s import names', () => {
  const folder = new URL('../../../stories/comparison/migration/', import.meta.url)
  const after = readFileSync(new URL('After.tsx', folder), 'utf8')
  const imports = [...asInAnApp(after).matchAll(/from '(.*)'/g)].map(([, name]) => name)
  expect(imports).toEqual([
    'stream-chat',
    'stream-chat-react',
    'react-chat-auth',
    'react-chat-auth/stream-chat',
    './appProps',
    './Inbox',
  ])
})
