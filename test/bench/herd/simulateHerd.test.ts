import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Policy } from './herdClient.js'
import { measureRecovery, type HerdRecovery } from './measureRecovery.js'
import { simulateHerd } from './simulateHerd.js'

/** `npm run bench:herd` with fewer clients, counted by the minute, so that chance evens out. */
const hour = 3600
const clients = 20_000
const meanPerMinute = clients / 42
const outage = { fromSeconds: 4 * hour, toSeconds: 4 * hour + 600 }

function peaks(policy: Policy, retryAfterSeconds: number | null = null) {
  const { perSecond, lost } = simulateHerd({
    clients,
    policy,
    signInSeconds: 300,
    outage,
    retryAfterSeconds,
    endSeconds: 5 * hour,
    seed: 7,
  })
  const peakOf = (from: number, to: number) => {
    const minutes = Array.from({ length: Math.floor((to - from) / 60) }, (_, minute) =>
      perSecond
        .subarray(from + minute * 60, from + (minute + 1) * 60)
        .reduce((sum, rate) => sum + rate, 0),
    )
    return Math.max(...minutes) / meanPerMinute
  }
  return {
    afterSecondRenewal: peakOf(300 + 1.8 * hour, outage.fromSeconds),
    recovery: peakOf(outage.toSeconds, 5 * hour),
    lost: lost / clients,
  }
}

describe('a herd of clients that signed in at the same time', () => {
  test('is spread after its second renewal, and stays spread after an outage of the endpoint', () => {
    const { afterSecondRenewal, recovery, lost } = peaks('as-built')
    expect(afterSecondRenewal).toBeLessThan(1.5)
    expect(recovery).toBeLessThan(3)
    expect(lost).toBeLessThan(0.01)
  })

  test('is spread after an outage with Retry-After, without a lost session', () => {
    const { recovery, lost } = peaks('as-built', 60)
    expect(recovery).toBeLessThan(3)
    expect(lost).toBe(0)
  })

  test('is never spread if renewals come exactly at the expiry', () => {
    const { afterSecondRenewal, recovery } = peaks('at-expiry')
    expect(afterSecondRenewal).toBeGreaterThan(8)
    expect(recovery).toBeGreaterThan(30)
  })
})

describe('a herd whose tokens all died in an outage of two hours', () => {
  test.each([
    ['silent', null, 30],
    ['answered with Retry-After: 60', 60, 90],
    ['answered with Retry-After: 300', 300, 330],
  ])(
    'is back within its longest wait, with no second above three times the mean of that time: %s',
    (_, retryAfterSeconds, dueSeconds) => {
      const long = { fromSeconds: 2 * hour, toSeconds: 4 * hour }
      const given = { clients: 5000, signInSeconds: 300, outage: long, retryAfterSeconds, seed: 8 }
      const policy = 'as-built' as const
      const result = simulateHerd({ ...given, policy, endSeconds: 4 * hour + 600 })
      const recovery = measureRecovery(result, given)
      expect(recovery.dueSeconds).toBe(dueSeconds)
      expect(recovery.mean * dueSeconds).toBeGreaterThanOrEqual(given.clients)
      expect(recovery.allBackSeconds).toBeLessThanOrEqual(dueSeconds)
      expect(recovery.peak).toBeLessThanOrEqual(3 * recovery.mean)
      expect(result.lost).toBe(0)
    },
  )
})

describe('the figures in the docs', () => {
  const read = (file: string) =>
    readFileSync(new URL(`../../../stories/server/${file}`, import.meta.url), 'utf8')
  type Rates = Record<'mean' | 'steadyPeak' | 'recoveryPeak' | 'firstPeak' | 'lost', number>
  const { built, builtToldToWait, limits, paperMean, recoveries, long } = JSON.parse(
    read('herd.json'),
  ) as {
    built: Rates
    builtToldToWait: Rates
    limits: Record<string, number>
    paperMean: number
    recoveries: Record<string, HerdRecovery>
    long: Record<string, HerdRecovery | number>
  }

  test('are within the limits', () => {
    const mean = Math.min(paperMean, built.mean)
    expect(limits).toEqual({
      afterSecondRenewal: 1.5,
      recovery: 3,
      toldAfterTenMinutes: 3,
      silentAfterTenMinutes: 4,
    })
    expect(built.steadyPeak).toBeLessThanOrEqual(1.5 * mean)
    expect(built.recoveryPeak).toBeLessThanOrEqual(4 * mean)
    expect(builtToldToWait.recoveryPeak).toBeLessThanOrEqual(3 * mean)
    expect(built.lost + builtToldToWait.lost).toBe(0)
  })

  test('have each recovery within three times its own mean, and everyone back in time', () => {
    const measured = [...Object.values(recoveries), ...Object.values(long)].filter(
      (figure) => typeof figure === 'object',
    )
    expect(measured).toHaveLength(5)
    for (const { peak, mean, allBackSeconds, dueSeconds } of measured) {
      expect(peak).toBeLessThanOrEqual(3 * mean)
      expect(allBackSeconds).toBeLessThanOrEqual(dueSeconds)
    }
  })

  test('match the plot’s text', () => {
    const description = /<desc[^>]*>(.*)<\/desc>/.exec(read('herd.svg'))?.[1]
    for (const value of [built.firstPeak, built.recoveryPeak]) {
      expect(description).toContain(value.toLocaleString('en'))
    }
  })
})
