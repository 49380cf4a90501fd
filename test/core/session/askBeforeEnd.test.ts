import { describe, expect, it } from 'vitest'
import { createAskBeforeEnd } from '../../../src/core/session/askBeforeEnd.js'
import type { EndingSession } from '../../../src/core/options.js'
import { createOutbox } from '../../../src/core/outbox.js'
import { held, never, rejection } from '../../support/promises.js'
import { connectedWorld, createWorld } from '../../support/world.js'

it('a late answer about one session does not make the app be asked twice about the next', async () => {
  const { clock, environment } = createWorld()
  const asked: string[] = []
  const answers = { first: held<void>(), second: held<void>() }
  const hook = createAskBeforeEnd({
    callbacks: {
      beforeSessionEnd({ sessionId }) {
        asked.push(sessionId)
        return answers[sessionId as 'first' | 'second'].promise
      },
    },
    timeoutMs: 3000,
    environment,
    outbox: createOutbox(environment),
    isCurrent: () => true,
  })
  const askAbout = (sessionId: string) => hook.ask({ sessionId } as EndingSession)

  const first = askAbout('first')
  const second = askAbout('second')
  answers.first.resolve()
  await first
  const again = askAbout('second')
  answers.second.resolve()
  expect(await Promise.all([second, again])).toEqual([true, true])
  expect(asked).toEqual(['first', 'second'])
  expect(clock.pendingTimers).toBe(0)
})

describe('a hook that takes longer than beforeEndTimeoutMs', () => {
  it('is cut off, and the app gets an event before the session ends', async () => {
    const world = await connectedWorld({ beforeSessionEnd: never, beforeEndTimeoutMs: 500 })
    const leaving = world.auth.disconnectUser()
    await world.clock.advance(500)
    await leaving
    const told = world.events.slice(-2)
    expect(told).toMatchObject([
      { type: 'before-end-cut-off', timeoutMs: 500, sessionId: told[1]?.sessionId },
      { type: 'session-ended' },
    ])
  })

  it('may fail later without a report', async () => {
    const hook = held<void>()
    const world = await connectedWorld({ beforeSessionEnd: () => hook.promise })
    const leaving = world.auth.disconnectUser()
    await world.clock.advance(3000)
    await leaving
    hook.reject(new Error('mine'))
    await expect(world.clock.advance(1000)).resolves.toBeUndefined()
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('may fail later without a report, though its user is connected again', async () => {
    const hook = held<void>()
    const world = await connectedWorld({ beforeSessionEnd: () => hook.promise })
    const leaving = rejection(world.auth.disconnectUser())
    await world.auth.connectUser({ id: 'jane' })
    await world.clock.advance(3000)
    expect((await leaving).code).toBe('superseded')
    hook.reject(new Error('mine'))
    await expect(world.clock.advance(1000)).resolves.toBeUndefined()
    expect(world.state().status).toBe('connected')
  })

  it('may answer later: the app is still asked about the next session', async () => {
    const first = held<false>()
    const answers: Promise<boolean | void>[] = [first.promise, Promise.resolve(false)]
    const world = await connectedWorld({ beforeSessionEnd: () => answers.shift() })
    await Promise.all([world.auth.disconnectUser(), world.clock.advance(3000)])
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    first.resolve(false)
    expect((await rejection(world.auth.disconnectUser())).code).toBe('vetoed')
  })
})

describe('a hook of a session that ends otherwise', () => {
  it('by dispose delays nothing, though it never answers and has no limit', async () => {
    const world = await connectedWorld({ beforeSessionEnd: never, beforeEndTimeoutMs: Infinity })
    const leaving = rejection(world.auth.disconnectUser())
    await world.settle()
    world.auth.dispose()
    // The connection closes within microtasks.
    await world.settle()
    expect(world.clock.pendingTimers).toBe(0)
    expect((await leaving).code).toBe('disposed')
  })

  it('by dispose leaves no timer, and causes no `before-end-cut-off`', async () => {
    const world = await connectedWorld({ beforeSessionEnd: never })
    const leaving = rejection(world.auth.disconnectUser())
    await world.settle()
    world.auth.dispose()
    // The connection closes within microtasks.
    await world.settle()
    expect(world.clock.pendingTimers).toBe(0)
    expect((await leaving).code).toBe('disposed')
    expect(world.typesOf()).not.toContain('before-end-cut-off')
  })

  it('by a failure may fail over its own request without a report', async () => {
    const world = await connectedWorld({
      beforeSessionEnd: async (session) => void (await session.fetch('/unregister')),
    })
    world.controls.refuseAll = 43
    const leaving = world.auth.disconnectUser()
    await expect(world.clock.advance(0)).resolves.toBeUndefined()
    await leaving
    expect(world.typesOf()).toContain('session-failed')
  })
})

it('an error of a hook whose session goes on is reported, as is its failed request', async () => {
  const world = await connectedWorld({
    beforeSessionEnd: async (session) =>
      void (await session.fetch('/', { signal: AbortSignal.abort() })),
  })
  const leaving = world.auth.disconnectUser()
  await expect(world.clock.advance(0)).rejects.toThrow('aborted')
  await leaving
})
