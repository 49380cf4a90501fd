import { expect, test } from 'vitest'
import type { Contract, Stage } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }

export function testLiveness({ setUp, hasClock }: Contract): void {
  test('is asked at once when the page wakes, and kept when it answers', async () => {
    const stage = await setUp()
    await stage.settle(stage.auth.connectUser(jane))
    stage.wake()
    await stage.until(() => stage.tap.pings === 1)
    // A rotation waits for the answer to an earlier ping.
    await stage.settle(stage.auth.refreshToken())
    await stage.until(() => stage.liveSockets.length === 3)
    expect(stage.liveSockets).toEqual([1, 2, 1])
    expect(stage.statuses).toEqual(['connecting', 'connected'])
  })

  if (!hasClock) return

  test('pings every 25 seconds on a busy channel as well', async () => {
    const { backend, tap, clock } = await connected(setUp)
    for (let second = 0; second < 100; second++) {
      tap.say('{"type":"user.updated","user":{"id":"bob"}}')
      await clock.advance(1000)
    }
    expect(tap.pings).toBe(4)
    expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
  })

  test('that any frame comes through is kept, though no ping is answered', async () => {
    const { backend, tap, clock } = await connected(setUp)
    tap.mute()
    for (let minute = 0; minute < 60; minute++) {
      await clock.advance(30_000)
      tap.mute(false)
      tap.say('{"type":"user.updated","user":{"id":"bob"}}')
      tap.mute()
    }
    expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
  })

  test('is kept over a sleep of an hour that its line survived', async () => {
    const stage = await connected(setUp, 7200)
    const { backend, tap, clock } = stage
    clock.sleep(3_600_000)
    stage.wake()
    await clock.advance(60_000)
    expect(tap.pings).toBeGreaterThan(0)
    expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
  })

  test('is kept over such a sleep, though no wake-up is told and its timers are the first to run', async () => {
    const { backend, clock } = await connected(setUp, 7200)
    await clock.advance(24_000)
    // The ping is sent, and the machine sleeps before the answer is read: 30 times in a row.
    for (let nap = 0; nap < 30; nap++) {
      clock.sleep(120_000)
      await clock.advance(1000)
    }
    expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
  })

  test.each(['before', 'after'] as const)(
    'that is half open is replaced within five seconds of a wake-up %s its next ping',
    async (when) => {
      const stage = await connected(setUp)
      const { backend, tap, clock } = stage
      tap.mute()
      await clock.advance(when === 'before' ? 10_000 : 26_000)
      expect(backend.counters.socketsOpened).toBe(1)
      stage.wake()
      await clock.advance(2000)
      // Repeated wake-ups, as of a page that is hidden and shown, postpone nothing.
      stage.wake()
      expect(backend.counters.socketsOpened).toBe(1)
      tap.mute(false)
      await clock.advance(3000)
      expect(backend.counters.socketsOpened).toBe(2)
      expect(isConnected(stage)).toBe(true)
    },
  )
}

const isConnected = ({ auth }: Stage) => auth.getState().status === 'connected'

type OnClock = Stage & { readonly clock: NonNullable<Stage['clock']> }

async function connected(setUp: Contract['setUp'], expiresInSeconds = 3600): Promise<OnClock> {
  const stage = await setUp()
  stage.backend.tokenEndpoint.expiresInSeconds = expiresInSeconds
  await stage.settle(stage.auth.connectUser(jane))
  return stage as OnClock
}
