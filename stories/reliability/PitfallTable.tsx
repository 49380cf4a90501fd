import { DocsTable } from '../support/DocsTable.js'
import type { Pitfall } from './pitfalls.js'

/** Each pitfall with its tests, from `pitfalls.ts`. */
export function PitfallTable({ pitfalls }: { pitfalls: readonly Pitfall[] }) {
  const rows = pitfalls.map(({ elsewhere, here, tests }) => [
    elsewhere,
    here,
    Object.entries(tests)
      .map(([file, titles]) => `\`${file}\`: ${titles.map((title) => `“${title}”`).join(', ')}`)
      .join('; '),
  ])
  return (
    <DocsTable head={['What goes wrong elsewhere', 'Here', 'Proved by, in `test/`']} rows={rows} />
  )
}
