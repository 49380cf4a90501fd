import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyFrame } from './anyFrame.js'
import { listen, watchTeam } from './listen.js'
import { nothing, whatIsLeft, type Contract, type Stage } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }

const noEvents = ['null', '[]', '5', '"text"', '{}', '{"type":null}', '<html>', '{"error":"no"}']

export function testStrangers({ setUp, hasClock }: Contract): void {
  test('a frame after the welcome that is no event is ignored, and told once for all of them', async () => {
    const stage = await connected(setUp)
    const { auth, events, tap, settle } = stage
    const heard: string[] = []
    const last = new Promise<void>((resolve) => {
      listen(auth, ({ type }) => {
        heard.push(type)
        if (type === 'last') resolve()
      })
    })
    for (const frame of noEvents) tap.say(frame)
    tap.say('{"type":"last"}')
    await settle(last)
    expect(events.filter(({ type }) => type === 'frame-ignored')).toEqual([
      expect.objectContaining({ reason: 'not-an-object', frames: 1 }),
    ])
    expect(heard).toEqual(['last'])
    nothingHappened(stage)
  })

  test.each([
    ['a user', { id: 'bob' }, ({ auth }: Stage) => auth.connectUser(jane)],
    ['a guest', { id: 'visitor' }, ({ auth }: Stage) => auth.setGuestUser({ id: 'visitor' })],
    ['an anonymous one', jane, ({ auth }: Stage) => auth.connectAnonymousUser()],
  ] as const)('%s who is welcomed as somebody else is not connected', async (_, me, connect) => {
    const stage = await setUp()
    stage.tap.rewriteFrames((text) => JSON.stringify({ ...(JSON.parse(text) as object), me }))
    const error = await stage.failure(connect(stage))
    expect(error).toMatchObject({ code: 'wrong-user', retryable: false })
    expect(stage.statuses).toEqual(['connecting', 'failed'])
    expect(stage.tap.socketTokens).toHaveLength(1)
    expect(await whatIsLeft(stage)).toEqual(nothing)
  })

  if (!hasClock) return

  test('of a flood of frames that are none, one event a minute tells', async () => {
    const { events, tap, clock } = await connected(setUp)
    for (let i = 0; i < 120; i++) {
      tap.say('null')
      await clock?.advance(1000)
    }
    const told = events.filter(({ type }) => type === 'frame-ignored')
    expect(told).toEqual([
      expect.objectContaining({ frames: 1 }),
      expect.objectContaining({ frames: 60 }),
    ])
  })

  test('10,000 frames of other users, of any shape and names, move nothing', async () => {
    const stage = await connected(setUp)
    const { auth, tap, clock, settle } = stage
    let said = 0
    const frames = fc.array(anyFrame, { minLength: 100, maxLength: 100 })
    await fc.assert(
      fc.asyncProperty(frames, async (some) => {
        // Some frame may have told the client that the channel is gone.
        await settle(watchTeam(auth))
        for (const frame of some) tap.say(frame)
        said += some.length
        await clock?.advance(0)
        nothingHappened(stage)
      }),
      { numRuns: 100, seed: 10 },
    )
    expect(said).toBe(10_000)
  }, 60_000)
}

function nothingHappened({ auth, backend, statuses, events }: Stage): void {
  expect(auth.getState()).toMatchObject({ status: 'connected', user: jane })
  expect(statuses).toEqual(['connecting', 'connected'])
  expect(backend.counters).toMatchObject({ tokenCalls: 1, socketsOpened: 1, liveSockets: 1 })
  expect(events.filter(({ type }) => type === 'connection-lost')).toEqual([])
}

async function connected(setUp: Contract['setUp']): Promise<Stage> {
  const stage = await setUp()
  await stage.settle(stage.auth.connectUser(jane))
  return stage
}
