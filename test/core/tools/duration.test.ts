import { describe, expect, it } from 'vitest'
import { httpConnector } from '../../../src/connectors/http/httpConnector.js'
import { streamChatConnector } from '../../../src/connectors/streamChat/streamChatConnector.js'
import { setLongTimer } from '../../../src/core/tools/deadline.js'
import type { Environment } from '../../../src/core/environment.js'
import { readCount, readDuration, readInterval } from '../../../src/core/tools/duration.js'
import { resolveOptions } from '../../../src/core/options.js'
import { held, rejection } from '../../support/promises.js'
import { createWorld } from '../../support/world.js'

/** Values that people have passed in place of a number. */
const noNumbers = [
  Number.NaN,
  0,
  -0,
  -1,
  -Infinity,
  '5',
  '5s',
  '',
  null,
  true,
  5n,
  new Date(5),
  [5],
  { ms: 5 },
  Object(5),
]
const shown = (values: readonly unknown[]) =>
  values.map((value) => [`${typeof value} ${String(value)}`, value] as const)

const monthMs = 30 * 86_400_000
const connector = createWorld().connector

/** Settings with only this option set; `retry.maxDelayMs` goes into its group. */
function settingsWith(path: string, value: unknown) {
  const [name = '', inner] = path.split('.')
  const option = inner === undefined ? value : { [inner]: value }
  return resolveOptions({ connector, [name]: option } as never)
}

const durations = [
  'providerTimeoutMs',
  'holdTimeoutMs',
  'beforeEndTimeoutMs',
  'retry.maxDelayMs',
  'renewal.renewBeforeMs',
]
const intervals = ['retry.minDelayMs', 'renewal.minIntervalMs']
const counts = ['retry.maxAttempts', 'maxHeldRequests']

describe.each([
  ['httpConnector', httpConnector],
  ['streamChatConnector', streamChatConnector],
])('%s', (_, connect) => {
  const make = (option: object) =>
    connect({ apiKey: 'key', baseUrl: 'https://chat.test', ...option })

  it.each(shown(noNumbers))(
    'given %s as a duration throws a TypeError that names the option',
    (_shown, value) => {
      const connectTimeoutMs = value as number
      expect(() => make({ connectTimeoutMs })).toThrow(TypeError)
      expect(() => make({ connectTimeoutMs })).toThrow(
        '`connectTimeoutMs` must be a number of milli',
      )
    },
  )

  it.each(['1MB', null, -1, 1.5, Number.NaN])(
    'given %s as a size throws a TypeError that names the option',
    (value) => {
      const maxBufferedBodyBytes = value as number
      expect(() => make({ maxBufferedBodyBytes })).toThrow('`maxBufferedBodyBytes` must be a whole')
    },
  )

  it('takes Infinity as no limit, a month, and a size of 0', () => {
    for (const limit of [Infinity, monthMs]) {
      expect(() => make({ connectTimeoutMs: limit, maxBufferedBodyBytes: limit })).not.toThrow()
    }
    expect(() => make({ maxBufferedBodyBytes: 0 })).not.toThrow()
  })
})

describe.each([...durations, ...intervals, ...counts])('the option %s', (path) => {
  it.each(shown(noNumbers))('given as %s throws a TypeError that names it', (_, value) => {
    const make = () => settingsWith(path, value)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(`\`${path}\` must be a`)
  })

  it('given as undefined has its default', () => {
    expect(settingsWith(path, undefined)).toEqual(resolveOptions({ connector }))
  })
})

describe('an option', () => {
  it.each(durations)('%s may be a month, or Infinity for no limit', (path) => {
    for (const value of [0.5, monthMs, 1e300, Infinity]) {
      expect(JSON.stringify(settingsWith(path, value))).toContain(JSON.stringify(value))
    }
  })

  it.each(intervals)('%s may be a month, but not longer than a Date can represent', (path) => {
    expect(JSON.stringify(settingsWith(path, monthMs))).toContain(String(monthMs))
    for (const value of [Infinity, 8.64e15]) {
      expect(() => settingsWith(path, value)).toThrow(`\`${path}\` must be a finite number`)
    }
  })

  it.each(counts)('%s may be Infinity, but no fraction', (path) => {
    expect(() => settingsWith(path, Infinity)).not.toThrow()
    expect(() => settingsWith(path, 1.5)).toThrow(`\`${path}\` must be a whole number`)
  })

  it.each(['retry', 'renewal'])(
    '%s given as anything but an object throws a TypeError that names it',
    (name) => {
      for (const value of [3, null, 'often']) {
        expect(() => settingsWith(name, value)).toThrow(`\`${name}\` must be an object.`)
      }
    },
  )

  it('is read with the given value, or with its default', () => {
    expect([readDuration('a', 5, 7), readDuration('a', undefined, 7)]).toEqual([5, 7])
    expect([readInterval('a', 5, 7), readInterval('a', undefined, 7)]).toEqual([5, 7])
    expect([readCount('a', 5, 7), readCount('a', undefined, 7)]).toEqual([5, 7])
    expect(readCount('a', 0, 7, 0)).toBe(0)
    expect(() => readCount('a', -1, 7, 0)).toThrow('at least 0')
  })
})

describe('a long timer', () => {
  it('of a month fires after a month, to the millisecond', async () => {
    const { environment } = createWorld()
    let nowMs = 0
    let next: (() => void) | null = null
    const clock: Partial<Environment> = {
      now: () => nowMs,
      monotonicNow: () => nowMs,
      // Works as `setTimeout`, which fires at once above 2³¹−1 ms.
      setTimer(callback, delayMs) {
        next = () => {
          next = null
          nowMs += delayMs < 2 ** 31 ? delayMs : 1
          callback()
        }
        return () => (next = null)
      },
    }
    let dueMs: number | null = null
    setLongTimer({ ...environment, ...clock }, () => (dueMs = nowMs), monthMs)
    while (next) (next as () => void)()
    expect(dueMs).toBe(monthMs)
  })

  it('of Infinity is no timer', () => {
    const { clock, environment } = createWorld()
    setLongTimer(environment, () => {}, Infinity)
    expect(clock.pendingTimers).toBe(0)
  })

  it('that is cancelled leaves no timer behind', () => {
    const { clock, environment } = createWorld()
    setLongTimer(environment, () => {}, monthMs)()
    expect(clock.pendingTimers).toBe(0)
  })
})

describe.each([
  ['Infinity', Infinity],
  ['a month', monthMs],
])('a limit of %s', (_, limitMs) => {
  it('holds a request until there is a token', async () => {
    const world = createWorld({ holdTimeoutMs: limitMs })
    world.controls.provider = 'hold'
    void world.auth.connectUser({ id: 'jane' }).catch(() => {})
    let outcome = 'pending'
    world.auth.fetch('/').catch(({ code }) => (outcome = code))
    await world.clock.advance(5000)
    expect(outcome).toBe('pending')
    world.auth.dispose()
    await world.settle()
    expect([outcome, world.clock.pendingTimers]).toEqual(['disposed', 0])
  })

  it('lets a token provider take its time', async () => {
    const world = createWorld({ providerTimeoutMs: limitMs })
    world.controls.provider = 'hold'
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.clock.advance(300_000)
    expect(world.calls).toHaveLength(1)
    world.lastCall().resolve(world.mintFor('jane'))
    await Promise.all([connecting, world.settle()])
    expect(world.state().status).toBe('connected')
  })

  it('lets beforeSessionEnd take its time', async () => {
    const answer = held<boolean>()
    const options = { beforeEndTimeoutMs: limitMs, beforeSessionEnd: () => answer.promise }
    const world = createWorld(options)
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    const ending = rejection(world.auth.disconnectUser())
    await world.clock.advance(300_000)
    expect(world.state().status).toBe('connected')
    answer.resolve(false)
    expect(await ending).toMatchObject({ code: 'vetoed' })
  })
})

it('retry.maxDelayMs of Infinity keeps every next attempt finite', async () => {
  const world = createWorld({ retry: { maxDelayMs: Infinity, maxAttempts: Infinity } })
  world.controls.provider = () => Promise.reject(new Error('down'))
  void world.auth.connectUser({ id: 'jane' }).catch(() => {})
  await world.clock.advance(86_400_000)
  const failures = world.events.flatMap((event) =>
    event.type === 'token-request-failed' ? [event.retryInMs] : [],
  )
  expect(failures.length).toBeGreaterThan(10)
  expect(failures.every(Number.isFinite)).toBe(true)
  world.auth.dispose()
})
