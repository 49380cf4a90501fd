import { now, sleep } from './stage.js'

interface Outcome {
  state: 'waiting' | 'answered' | 'rejected'
  text: string
  atMs: number
}

/** What becomes of requests. */
export class Outcomes {
  readonly #outcomes: Outcome[] = []
  readonly #promises: Promise<void>[] = []
  readonly #startedAt = now()

  add(...requests: readonly Promise<unknown>[]) {
    for (const request of requests) {
      const outcome: Outcome = { state: 'waiting', text: '', atMs: 0 }
      this.#outcomes.push(outcome)
      const settle = (state: Outcome['state'], text = '') =>
        Object.assign(outcome, { state, text, atMs: this.elapsedMs })
      this.#promises.push(
        request.then(
          () => void settle('answered'),
          (error: unknown) => void settle('rejected', reasonOf(error)),
        ),
      )
    }
  }

  /** Resolves when all have settled, and after `withinMs` in any case. */
  async settle(withinMs: number): Promise<void> {
    await Promise.race([Promise.all(this.#promises), sleep(withinMs)])
  }

  get elapsedMs(): number {
    return now() - this.#startedAt
  }

  count(state: Outcome['state']): number {
    return this.#outcomes.filter((outcome) => outcome.state === state).length
  }

  get lastAnswerMs(): number {
    return Math.max(...this.#outcomes.map(({ atMs }) => atMs))
  }

  /** Such as `3 answered, 2 rejected (provider down)`. */
  describe(): string {
    const total = this.#outcomes.length
    const parts = (['answered', 'rejected', 'waiting'] as const).flatMap((state) => {
      const count = this.count(state)
      if (count === 0) return []
      const many = count === total ? `all ${count}` : String(count)
      const reasons = new Set(this.#outcomes.filter((o) => o.state === state).map((o) => o.text))
      const why = state === 'rejected' ? ` (${[...reasons].join('; ')})` : ''
      return `${many} ${state === 'waiting' ? 'never settled' : state}${why}`
    })
    return parts.join(', ')
  }
}

/** Codes are our library's own; other errors have their words. */
function reasonOf(error: unknown): string {
  const { name, code, message } = error as { name?: string; code?: unknown; message?: string }
  return name === 'ChatAuthError' ? `\`${String(code)}\`` : (message ?? String(error)).slice(0, 90)
}
