import { DocsTable } from '../support/DocsTable.js'

interface BenchTableProps {
  what: string
  /** Results of `npm run bench:server`; the first is the baseline. */
  arms: Readonly<Record<string, { readonly perSecond: number; readonly ofFirst: number }>>
}

/** Table of one comparison, with each rate and its ratio to the first. */
export function BenchTable({ what, arms }: BenchTableProps) {
  const rows = Object.entries(arms).map(([name, { perSecond, ofFirst }]) => [
    name,
    perSecond.toLocaleString('en'),
    `${ofFirst} times`,
  ])
  return <DocsTable head={[what, 'a second', 'of the first']} rows={rows} />
}
