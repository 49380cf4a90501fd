/** One case of the contract, for any test runner. */
export interface ContractCase {
  /** What it is about: the same for cases that belong together. */
  readonly group: string
  /** The group, and what has to be so. Its own in a contract. */
  readonly name: string
  /** The name without the group. */
  readonly title: string
  /** Resolves if it is so; rejects with an `Error` that says what was expected. Cleans up in both cases. */
  readonly run: () => Promise<void>
}

/** Called at the end of a case, whatever came of it. */
export type Cleanup = () => void | Promise<void>

/** A case as it is written: with what it needs to set itself up, and its row of a table. */
type Body<SetUp, Row extends readonly unknown[]> = (setUp: SetUp, ...row: Row) => Promise<void>

type RowOf<Item> = [Item] extends [readonly unknown[]] ? Item : readonly [Item]

/** Adds cases, as `test` of the runners does. */
export interface AddCase<SetUp> {
  (title: string, body: Body<SetUp, []>): void
  each<Item>(items: readonly Item[]): (title: string, body: Body<SetUp, RowOf<Item>>) => void
}

/** Cases under one heading; a body is given what `prepare` makes of the case's own list of clean-ups. */
export function createAddCase<SetUp>(
  add: (title: string, run: () => Promise<void>) => void,
  prepare: (onEnd: (cleanup: Cleanup) => void) => SetUp,
): AddCase<SetUp> {
  const addCase = <Row extends readonly unknown[]>(
    title: string,
    body: Body<SetUp, Row>,
    row: Row,
  ) =>
    add(title, async () => {
      const cleanups: Cleanup[] = []
      try {
        await body(
          prepare((cleanup) => cleanups.unshift(cleanup)),
          ...row,
        )
      } finally {
        for (const cleanup of cleanups) await cleanup()
      }
    })

  return Object.assign((title: string, body: Body<SetUp, []>) => addCase<[]>(title, body, []), {
    each:
      <Item>(items: readonly Item[]) =>
      (title: string, body: Body<SetUp, RowOf<Item>>) => {
        for (const item of items) {
          const row = (Array.isArray(item) ? item : [item]) as unknown as RowOf<Item>
          addCase(fill(title, row), body, row)
        }
      },
  })
}

/** Puts the values of a row into a title, in order: `%s` and `%i` as text, `%j` as JSON. */
function fill(title: string, row: readonly unknown[]): string {
  let next = 0
  return title.replace(/%[sij]/g, (mark) => {
    const value = row[next++]
    return mark === '%j' ? JSON.stringify(value) : String(value)
  })
}
