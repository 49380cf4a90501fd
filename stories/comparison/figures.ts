/** Measured value: a number in the row's unit, a text, or a lower bound. */
export type Figure = number | string | { readonly moreThan: number }

export type Unit = 'count' | 'ms' | 'text'

export interface ComparedRow {
  readonly id: string
  readonly label: string
  readonly unit: Unit
  readonly bare: Figure
  readonly ours: Figure
}

export interface ComparedScenario {
  readonly id: string
  readonly title: string
  readonly rows: readonly ComparedRow[]
}

export interface CheckedClaim {
  readonly text: string
  readonly holds: boolean
}

/** One run of `npm run bench:stream-chat`, as `figures.json` keeps it. */
export interface Comparison {
  readonly command: string
  /** ISO 8601. */
  readonly measuredAt: string
  readonly machine: string
  readonly versions: Readonly<Record<string, string>>
  readonly scenarios: readonly ComparedScenario[]
  readonly claims: readonly CheckedClaim[]
}

export const comparisonHead = ['', 'the bare client', 'with `react-chat-auth`', 'ratio'] as const

/** A scenario's cells, for a table on a page or in a terminal. */
export function comparisonCells({ rows }: ComparedScenario): string[][] {
  return rows.map(({ label, unit, bare, ours }) => [
    label,
    formatFigure(bare, unit),
    formatFigure(ours, unit),
    formatRatio(bare, ours),
  ])
}

function formatFigure(figure: Figure, unit: Unit): string {
  if (typeof figure === 'string') return figure
  if (typeof figure === 'object') return `more than ${formatFigure(figure.moreThan, unit)}`
  if (unit !== 'ms') return figure.toLocaleString('en')
  return figure < 1000 ? `${Math.round(figure)} ms` : `${(figure / 1000).toFixed(1)} s`
}

/** Ratio of the bare client's figure to this library's; empty if it has no meaning. */
function formatRatio(bare: Figure, ours: Figure): string {
  const isMoreThan = typeof bare === 'object'
  const over = isMoreThan ? bare.moreThan : bare
  if (typeof over !== 'number' || typeof ours !== 'number') return ''
  if (over === ours) return 'the same'
  if (ours === 0 || over === 0) return ''
  const ratio = over / ours
  const maximumFractionDigits = ratio < 10 ? 1 : 0
  return `${isMoreThan ? 'more than ' : ''}${ratio.toLocaleString('en', { maximumFractionDigits })} ×`
}
