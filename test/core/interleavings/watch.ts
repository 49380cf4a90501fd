/** Error thrown by a callback of the app. */
export class AppError extends Error {
  override readonly name = 'AppError'
}

export interface Violation {
  readonly invariant: string
  readonly detail: string
}

/** Most actions in one task; more mean an endless loop, not a few nested callbacks. */
const mostInOneTurn = {
  opens: 8,
  providerCalls: 8,
  guestsMade: 8,
  asks: 8,
  told: 80,
  events: 120,
  sends: 12,
  storage: 12,
  timers: 60,
  looks: 3000,
}

export type Work = keyof typeof mostInOneTurn

/** Keeps the first broken invariant, and stops endless loops. */
export function createWatch() {
  let violation: Violation | null = null
  let counts: Partial<Record<Work, number>> = {}

  function fail(invariant: string, detail?: unknown): void {
    violation ??= { invariant, detail: describe(detail) }
  }

  return {
    fail,
    check(holds: boolean, invariant: string, detail?: () => unknown): void {
      if (!holds) fail(invariant, detail?.())
    },
    /** @throws if there are so many in one task that it would never end */
    worked(work: Work): void {
      const count = (counts[work] ?? 0) + 1
      counts[work] = count
      if (count <= mostInOneTurn[work]) return
      fail(`a turn does a bounded amount of work (${work})`, `${count} in one turn`)
      if (count > mostInOneTurn[work] * 3) throw new Error(`Runaway: ${work}`)
    },
    /** Whether it was done so often in this task that it should not be answered any more. */
    isRunaway: (work: Work) => (counts[work] ?? 0) > mostInOneTurn[work],
    newTurn(): void {
      counts = {}
    },
    violation: () => violation,
  }
}

export type Watch = ReturnType<typeof createWatch>

function describe(detail: unknown): string {
  if (detail instanceof Error) return detail.stack ?? detail.message
  if (typeof detail === 'string') return detail
  return detail === undefined ? '' : JSON.stringify(detail)
}
