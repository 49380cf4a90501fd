import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onUnhandled, replay } from './interleavings/play.js'
import { parse, print, type Schedule } from './interleavings/schedule.js'
import {
  anything,
  callingBack,
  gaps,
  orders,
  shrink,
  type Plays,
} from './interleavings/schedules.js'
import type { Violation } from './interleavings/watch.js'

/**
 * Runs core under the possible orders of outside events. A failure prints schedules, and each replays
 * alone: `SCHEDULE='A token open lost+0' npx vitest run --project core test/core/interleavings`.
 * `SCHEDULES=200000` searches further, `SEED=…` elsewhere.
 */
const schedules = Number(process.env['SCHEDULES'] ?? 20_000)
const seed = Number(process.env['SEED'] ?? 1)
const only = process.env['SCHEDULE']

interface Finding {
  readonly schedule: Schedule
  readonly violation: Violation
}

/** Plays schedules. Returns the shortest one, shrunk, for each failure. */
async function failuresOf(plays: Plays, count: number): Promise<string[]> {
  const found = new Map<string, Finding>()
  let played = 0
  for await (const { schedule, violation } of plays) {
    if (violation) {
      const known = found.get(violation.invariant)
      const isShorter = !known || print(schedule).length < print(known.schedule).length
      if (isShorter) found.set(violation.invariant, { schedule, violation })
    }
    if (++played >= count) break
  }
  const lines: string[] = []
  for (const { schedule, violation } of found.values()) {
    const text = await shrink(schedule, violation.invariant)
    lines.push(`SCHEDULE='${text}': ${violation.invariant} (${violation.detail.slice(0, 300)})`)
  }
  return lines
}

describe.skipIf(only)('core', { timeout: schedules * 30 }, () => {
  // Vitest's own listeners cannot name the schedule that left a rejection unhandled.
  const listeners = process.listeners('unhandledRejection')
  const { stackTraceLimit } = Error
  beforeAll(() => {
    // Stacks of the many errors made here are not read, and would cost time.
    Error.stackTraceLimit = 0
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', onUnhandled)
  })
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit
    process.removeAllListeners('unhandledRejection')
    for (const listener of listeners) process.on('unhandledRejection', listener)
  })

  it('keeps its invariants in every order of outcomes at rest', async () => {
    expect(await failuresOf(orders(seed), schedules * 0.2)).toEqual([])
  })

  it('keeps its invariants with events 0 to 16 microtasks apart', async () => {
    expect(await failuresOf(gaps(seed), schedules * 0.4)).toEqual([])
  })

  it('keeps its invariants with each method called from inside each callback', async () => {
    expect(await failuresOf(callingBack(seed), schedules * 0.25)).toEqual([])
  })

  it('keeps its invariants in random worlds with random outcomes at random moments', async () => {
    expect(await failuresOf(anything(seed), schedules * 0.15)).toEqual([])
  })
})

describe.runIf(only)('core', () => {
  it(`keeps its invariants in the schedule ${only}`, async () => {
    const { violation } = await replay(parse(only ?? ''))
    expect(violation).toBeNull()
  })
})
