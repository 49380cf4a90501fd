import { DocsTable } from '../support/DocsTable.js'
import { namesOf } from './namesOf.js'
import type { Pitfall } from './pitfalls.js'

/** Each pitfall with its tests, from `pitfalls.ts`. */
export function PitfallTable({ pitfalls }: { pitfalls: readonly Pitfall[] }) {
  const rows = pitfalls.map(({ elsewhere, here, tests }) => [elsewhere, here, namesOf(tests)])
  return (
    <DocsTable head={['What goes wrong elsewhere', 'Here', 'Proved by, in `test/`']} rows={rows} />
  )
}
