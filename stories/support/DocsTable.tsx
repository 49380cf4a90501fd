import type { ReactNode } from 'react'

interface DocsTableProps {
  head: readonly string[]
  /** Texts of each row's cells; text `in backticks` is code. */
  rows: readonly (readonly string[])[]
  /** Gives a row its anchor. */
  idOf?: (row: readonly string[]) => string
}

/** Table for docs pages, because MDX has no tables of its own. */
export function DocsTable({ head, rows, idOf }: DocsTableProps) {
  return (
    <div
      role="region"
      aria-label={head.filter(Boolean).join(', ').replaceAll('`', '')}
      // Focusable, because it scrolls if it is wider than the screen.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      style={{ overflowX: 'auto' }}
    >
      <table>
        <thead>
          <tr>
            {head.map((cell) => (
              <th key={cell} scope="col" style={{ textAlign: 'start' }}>
                {withCode(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row[0]} id={idOf?.(row)}>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th key={column} scope="row" style={{ textAlign: 'start', fontWeight: 400 }}>
                    {withCode(cell)}
                  </th>
                ) : (
                  <td key={column}>{withCode(cell)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Splits a text at its backticks; every second part is code. */
function withCode(text: string): ReactNode[] {
  return text.split('`').map((part, index) => {
    if (index % 2 === 0) return part
    return (
      <code key={index} style={{ fontSize: '0.9em' }}>
        {part}
      </code>
    )
  })
}
