import type { ChatUser } from '../../core/types.js'
import { expect } from './expect.js'
import { connected, clientOf, nothing, whatIsLeft, type Contract, type Stage } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }

const noEvents = ['null', '[]', '5', '"text"', '{}', '{"type":null}', '<html>', '{"error":"no"}']

export function testStrangers({ test, protocol, hasClock, listen }: Contract): void {
  protocol(
    'a frame after the welcome that is no event is ignored, and told once for all of them',
    async (setUp) => {
      const stage = await connected(setUp)
      const { auth, events, tap, settle } = stage
      const heard: string[] = []
      const last = new Promise<void>((resolve) => {
        listen?.(clientOf(auth), ({ type }) => {
          heard.push(type)
          if (type === 'last') resolve()
        })
      })
      for (const frame of noEvents) tap.say(frame)
      tap.say('{"type":"last"}')
      await settle(last)
      expect(events.filter(({ type }) => type === 'frame-ignored')).toMatchObject([
        { reason: 'not-an-object', frames: 1 },
      ])
      expect(heard).toEqual(['last'])
      nothingHappened(stage)
    },
  )

  test.each<readonly [string, ChatUser, (stage: Stage) => Promise<unknown>]>([
    ['a user', { id: 'bob' }, ({ auth }: Stage) => auth.connectUser(jane)],
    ['a guest', { id: 'visitor' }, ({ auth }: Stage) => auth.setGuestUser({ id: 'visitor' })],
    ['an anonymous one', jane, ({ auth }: Stage) => auth.connectAnonymousUser()],
  ])('%s who is welcomed as somebody else is not connected', async (setUp, _, me, connect) => {
    const stage = await setUp()
    stage.tap.welcomeAs(me)
    const error = await stage.failure(connect(stage))
    expect(error).toMatchObject({ code: 'wrong-user', retryable: false })
    expect(stage.statuses).toEqual(['connecting', 'failed'])
    expect(stage.tap.socketTokens).toHaveLength(1)
    expect(await whatIsLeft(stage)).toEqual(nothing)
  })

  if (!hasClock) return

  protocol('of a flood of frames that are none, one event a minute tells', async (setUp) => {
    const { events, tap, clock } = await connected(setUp)
    for (let i = 0; i < 120; i++) {
      tap.say('null')
      await clock?.advance(1000)
    }
    const told = events.filter(({ type }) => type === 'frame-ignored')
    expect(told).toMatchObject([{ frames: 1 }, { frames: 60 }])
  })
}

function nothingHappened({ auth, backend, statuses, events }: Stage): void {
  expect(auth.getState()).toMatchObject({ status: 'connected', user: jane })
  expect(statuses).toEqual(['connecting', 'connected'])
  expect(backend.counters).toMatchObject({ tokenCalls: 1, socketsOpened: 1, liveSockets: 1 })
  expect(events.filter(({ type }) => type === 'connection-lost')).toEqual([])
}
