import { DocsTable } from '../support/DocsTable.js'

interface BenchTableProps {
  what: string
  /** As `npm run bench:server` writes them, the arm that the others are compared with first. */
  arms: Readonly<Record<string, { readonly perSecond: number; readonly ofFirst: number }>>
}

/** Arms of one comparison, each with its rate and its ratio to the first. */
export function BenchTable({ what, arms }: BenchTableProps) {
  const rows = Object.entries(arms).map(([name, { perSecond, ofFirst }]) => [
    name,
    perSecond.toLocaleString('en'),
    `${ofFirst} times`,
  ])
  return <DocsTable head={[what, 'a second', 'of the first']} rows={rows} />
}
