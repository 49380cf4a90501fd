import { DocsTable } from '../support/DocsTable.js'
import type { FieldCase } from './field.js'
import { namesOf } from './namesOf.js'

/** Each situation met in the field with its tests, from `field.ts`. */
export function FieldTable({ cases }: { cases: readonly FieldCase[] }) {
  const rows = cases
    .filter(({ tests }) => Object.keys(tests).length > 0)
    .map(({ situation, right, tests }) => [situation, right, namesOf(tests)])
  return <DocsTable head={['Met in the field', 'Here', 'Proved by, in `test/`']} rows={rows} />
}
