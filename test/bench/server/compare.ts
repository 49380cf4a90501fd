/** What is compared: does its thing for so long, and says how often a second it could. */
export type Arms = Readonly<Record<string, (durationMs: number) => number | Promise<number>>>

/** What `compare` found: the rate a second, and how it stands to the first arm's of the same round. */
export type Comparison = Record<string, { perSecond: number; ofFirst: number }>

/**
 * All arms in turn, round after round, so that what disturbs the machine disturbs them alike; the median
 * of the rounds. The first round warms up, and does not count.
 */
export async function compare(arms: Arms, rounds = 7, durationMs = 400): Promise<Comparison> {
  const rates = new Map(Object.keys(arms).map((name) => [name, [] as number[]]))
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(arms)) {
      const rate = await run(durationMs)
      if (round > 0) rates.get(name)?.push(rate)
    }
  }
  const [first = []] = rates.values()
  const rows = [...rates].map(([name, each]) => {
    const ratios = each.map((rate, round) => rate / (first[round] ?? rate))
    const row = { perSecond: Math.round(median(each)), ofFirst: Number(median(ratios).toFixed(2)) }
    return [name, row] as const
  })
  return Object.fromEntries(rows)
}

/** How often a second a function can be done that returns at once. */
export function rateOf(work: () => unknown, durationMs: number): number {
  const from = performance.now()
  let done = 0
  for (; performance.now() - from < durationMs; done += 50) {
    for (let index = 0; index < 50; index++) work()
  }
  return done / ((performance.now() - from) / 1000)
}

/** The same of one that returns a promise, with so many under way at a time. */
export async function rateOfAsync(
  work: () => Promise<unknown>,
  durationMs: number,
  atOnce = 1,
): Promise<number> {
  const from = performance.now()
  let done = 0
  for (; performance.now() - from < durationMs; done += atOnce) {
    if (atOnce === 1) await work()
    else await Promise.all(Array.from({ length: atOnce }, work))
  }
  return done / ((performance.now() - from) / 1000)
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN
}
