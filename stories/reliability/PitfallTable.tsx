import { DocsTable } from '../support/DocsTable.js'
import { tokenPitfalls } from './pitfalls.js'

/** Each pitfall with the number of its tests: their titles are in `pitfalls.ts`. */
export function PitfallTable() {
  const rows = tokenPitfalls.map(({ elsewhere, here, tests }) => [
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
