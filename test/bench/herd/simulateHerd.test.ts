import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Policy } from './herdClient.js'
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

describe('the figures in the docs', () => {
  const read = (file: string) =>
    readFileSync(new URL(`../../../stories/server/${file}`, import.meta.url), 'utf8')
  const { built, builtToldToWait, limits, paperMean } = JSON.parse(read('herd.json')) as {
    built: Record<'mean' | 'steadyPeak' | 'recoveryPeak' | 'firstPeak', number>
    builtToldToWait: Record<'mean' | 'steadyPeak' | 'recoveryPeak' | 'firstPeak', number>
    limits: { afterSecondRenewal: number; recovery: number; silentRecovery: number }
    paperMean: number
  }

  test('are within the limits', () => {
    const mean = Math.min(paperMean, built.mean)
    expect(limits).toEqual({ afterSecondRenewal: 1.5, recovery: 3, silentRecovery: 4 })
    expect(built.steadyPeak).toBeLessThanOrEqual(limits.afterSecondRenewal * mean)
    expect(built.recoveryPeak).toBeLessThanOrEqual(limits.silentRecovery * mean)
    expect(builtToldToWait.recoveryPeak).toBeLessThanOrEqual(limits.recovery * mean)
  })

  test('match the plot’s text', () => {
    const description = /<desc[^>]*>(.*)<\/desc>/.exec(read('herd.svg'))?.[1]
    for (const value of [built.firstPeak, built.recoveryPeak]) {
      expect(description).toContain(value.toLocaleString('en'))
    }
  })
})
