import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renewalDelayMs, renewalRetryDelayMs } from '../../src/core/token/renewal.js'
import { maxRetryAfterMs, retryDelayMs } from '../../src/core/retry.js'

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('renewalDelayMs', () => {
  const limits = { renewBeforeMs: undefined, minIntervalMs: 500 }

  it('spreads the renewal over the middle of the life that is left', () => {
    expect(renewalDelayMs(60_000, limits, 0)).toBe(30_000)
    expect(renewalDelayMs(60_000, limits, 0.5)).toBe(42_000)
    expect(renewalDelayMs(60_000, limits, 0.999999)).toBeCloseTo(54_000, 0)
  })

  it('leaves half a second of a short life to the provider and the new connection', () => {
    expect(renewalDelayMs(2000, limits, 0.999999)).toBeCloseTo(1500, 0)
    expect(renewalDelayMs(1000, limits, 0.999999)).toBe(500)
  })

  it('uses the given `renewBeforeMs`, up to half the life', () => {
    expect(renewalDelayMs(60_000, { ...limits, renewBeforeMs: 10_000 }, 0)).toBe(50_000)
    expect(renewalDelayMs(60_000, { ...limits, renewBeforeMs: 50_000 }, 0)).toBe(30_000)
  })

  it('schedules nothing for a token that never expires', () => {
    expect(renewalDelayMs(Infinity, limits, 0.5)).toBeNull()
  })

  it('keeps the minimum interval between two calls, however short the life', () => {
    expect(renewalDelayMs(10, limits, 0)).toBe(500)
    expect(renewalDelayMs(-5, limits, 0.9)).toBe(500)
  })

  it('is before expiry and after half of it, for any life that is long enough', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 2000, max: 1e12, noNaN: true }),
        fc.option(fc.double({ min: 1, max: 1e12, noNaN: true }), { nil: undefined }),
        chance,
        (remainingMs, renewBeforeMs, random) => {
          const delay = renewalDelayMs(remainingMs, { renewBeforeMs, minIntervalMs: 500 }, random)
          expect(delay).toBeGreaterThanOrEqual(remainingMs / 2)
          expect(delay).toBeLessThan(remainingMs)
        },
      ),
    )
  })
})

describe('renewalRetryDelayMs', () => {
  const settings = {
    renewal: { renewBeforeMs: undefined, minIntervalMs: 500 },
    retry: { maxAttempts: 8, minDelayMs: 500, maxDelayMs: 30_000 },
  }
  const failed = { leftMs: 20_000, attempt: 9, retryAfterMs: null }

  it('plans the renewal anew in what is left of the life', () => {
    expect(renewalRetryDelayMs(failed, settings, 0)).toBe(10_000)
    expect(renewalRetryDelayMs(failed, settings, 0.5)).toBe(14_000)
    expect(renewalRetryDelayMs({ ...failed, leftMs: 600 }, settings, 0.5)).toBe(500)
  })

  it('waits out what the server asks for, with some chance added', () => {
    expect(renewalRetryDelayMs({ ...failed, retryAfterMs: 5000 }, settings, 0)).toBe(10_000)
    expect(renewalRetryDelayMs({ ...failed, retryAfterMs: 60_000 }, settings, 0.5)).toBe(75_000)
  })

  it('is an ordinary retry if no expiry is near', () => {
    const endless = { ...failed, leftMs: Infinity, attempt: 3 }
    expect(renewalRetryDelayMs(endless, settings, 0.5)).toBe(1000)
    expect(renewalRetryDelayMs(endless, settings, 0)).toBe(500)
    expect(renewalRetryDelayMs({ ...endless, retryAfterMs: 4000 }, settings, 0)).toBe(4000)
  })

  it('makes few attempts in the first half of any life, and one before its end', () => {
    fc.assert(
      fc.property(fc.double({ min: 5000, max: 1e12, noNaN: true }), chance, (leftMs, random) => {
        const delay = renewalRetryDelayMs({ ...failed, leftMs }, settings, random)
        expect(delay).toBeGreaterThanOrEqual(leftMs / 2)
        expect(delay).toBeLessThan(leftMs)
      }),
    )
  })
})

describe('retryDelayMs', () => {
  const options = { maxAttempts: 8, minDelayMs: 500, maxDelayMs: 30_000 }

  it('doubles its bound with each failure, up to the longest', () => {
    const bounds = [1, 2, 3, 7, 8, 100].map((attempt) => retryDelayMs(attempt, options, 1))
    expect(bounds).toEqual([500, 1000, 2000, 30_000, 30_000, 30_000])
  })

  it('draws from the whole span below the bound', () => {
    expect(retryDelayMs(3, options, 0)).toBe(0)
    expect(retryDelayMs(3, options, 0.25)).toBe(500)
  })

  it('waits out what the server asks for before its own delay', () => {
    expect(retryDelayMs(1, options, 0, 4000)).toBe(4000)
    expect(retryDelayMs(1, options, 0, null)).toBe(0)
    expect(retryDelayMs(1, options, 0, -1000)).toBe(0)
  })

  it('spreads clients that got the same Retry-After over as long again', () => {
    expect(retryDelayMs(1, options, 0.5, 4000)).toBe(6000)
    expect(retryDelayMs(1, options, 1, 300_000)).toBe(300_000 + options.maxDelayMs)
  })

  it('does not wait longer than five minutes for a server', () => {
    expect(retryDelayMs(1, options, 0, 86_400_000)).toBe(maxRetryAfterMs)
    expect(maxRetryAfterMs).toBe(300_000)
  })

  it('stays within its bounds for any failure', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        chance,
        fc.option(fc.double({ noNaN: true })),
        (attempt, random, retryAfterMs) => {
          const delay = retryDelayMs(attempt, options, random, retryAfterMs)
          expect(delay).toBeGreaterThanOrEqual(0)
          expect(delay).toBeLessThanOrEqual(maxRetryAfterMs + options.maxDelayMs)
        },
      ),
    )
  })
})
