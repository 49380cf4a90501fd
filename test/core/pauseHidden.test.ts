import { describe, expect, it } from 'vitest'
import { resolveOptions } from '../../src/core/options.js'
import { createFakeBrowser } from '../support/fakeBrowser.js'
import { quietly } from '../support/promises.js'
import { connectedWorld, createWorld, pausedWorld } from '../support/world.js'

describe('pauseAfterHiddenMs', () => {
  it('pauses a session that was hidden for so long, and resumes it once it is visible', async () => {
    const world = await connectedWorld({ pauseAfterHiddenMs: 5000, ttlSeconds: null })
    world.setVisible(false)
    await world.clock.advance(4999)
    expect(world.state().status).toBe('connected')
    await world.clock.advance(1)
    expect(world.state().status).toBe('paused')
    expect(world.events.at(-1)).toMatchObject({ type: 'session-paused', by: 'hidden' })
    expect(world.live()).toEqual([])
    world.setVisible(true)
    await world.settle()
    expect(world.state().status).toBe('connected')
  })

  it('counts from the first of several hints that the app is hidden', async () => {
    const world = await connectedWorld({ pauseAfterHiddenMs: 5000, ttlSeconds: null })
    world.setVisible(false)
    await world.clock.advance(3000)
    world.setVisible(false)
    await world.clock.advance(2000)
    expect(world.state().status).toBe('paused')
  })

  it('forgets the time hidden once the app is visible', async () => {
    const world = await connectedWorld({ pauseAfterHiddenMs: 5000, ttlSeconds: null })
    world.setVisible(false)
    await world.clock.advance(4000)
    world.setVisible(true)
    expect(world.clock.pendingTimers).toBe(0)
    world.setVisible(false)
    await world.clock.advance(4999)
    expect(world.state().status).toBe('connected')
  })

  it('of 0 pauses in the same step as the app is hidden', async () => {
    const world = await connectedWorld({ pauseAfterHiddenMs: 0 })
    world.setVisible(false)
    expect(world.state().status).toBe('paused')
    expect(world.live()).toEqual([])
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('of 0 opens no socket for a user who is connected while the app is hidden', async () => {
    const world = createWorld({ pauseAfterHiddenMs: 0 })
    world.controls.isVisible = false
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(world.state().status).toBe('paused')
    expect(world.sockets).toEqual([])
    world.setVisible(true)
    await world.settle()
    expect(world.state().status).toBe('connected')
  })

  it('is over at a wake-up that no timer came before', async () => {
    const world = await connectedWorld({ pauseAfterHiddenMs: 5000, ttlSeconds: null })
    world.setVisible(false)
    world.sleep(6000)
    world.wake()
    expect(world.state().status).toBe('paused')
  })

  it('pauses nothing where the page was shown before its late timer fires', async () => {
    const world = await connectedWorld({ pauseAfterHiddenMs: 5000, ttlSeconds: null })
    world.setVisible(false)
    world.controls.isVisible = true
    await world.clock.advance(5000)
    expect(world.state().status).toBe('connected')
  })

  it.each([null, Infinity])('of %s never pauses, and listens to nothing', async (never) => {
    const world = await connectedWorld({ pauseAfterHiddenMs: never, ttlSeconds: null })
    world.setVisible(false)
    await world.clock.advance(3_600_000)
    expect(world.state().status).toBe('connected')
    expect(world.visibilityListeners.size).toBe(0)
  })

  it("is the platform's own unless the app says otherwise", () => {
    const { connector, environment } = createWorld()
    const limit = (own: number | null | undefined, given?: number | null) =>
      resolveOptions({
        connector,
        environment: { ...environment, ...(own !== undefined && { pauseAfterHiddenMs: own }) },
        pauseAfterHiddenMs: given,
      }).pauseAfterHiddenMs
    expect(limit(undefined)).toBe(Infinity)
    expect(limit(null)).toBe(Infinity)
    expect(limit(0)).toBe(0)
    expect(limit(0, 5000)).toBe(5000)
    expect(limit(0, null)).toBe(Infinity)
  })

  it.each([-1, NaN, '5000', true])('of %j is a TypeError that names it', (value) => {
    const pauseAfterHiddenMs = value as number
    expect(() => createWorld({ pauseAfterHiddenMs })).toThrow(/`pauseAfterHiddenMs`/)
  })
})

describe('a session that is both hidden and paused by the app', () => {
  it('resumes when it is visible and the app has said so, in that order', async () => {
    const world = await pausedWorld({ pauseAfterHiddenMs: 0 })
    world.setVisible(false)
    world.setVisible(true)
    await world.settle()
    expect(world.state().status).toBe('paused')
    await Promise.all([world.auth.resume(), world.settle()])
    expect(world.state().status).toBe('connected')
  })

  it('resumes when the app has said so and it is visible, in that order', async () => {
    const world = await pausedWorld({ pauseAfterHiddenMs: 0 })
    world.setVisible(false)
    await Promise.all([world.auth.resume(), world.settle()])
    expect(world.state().status).toBe('paused')
    world.setVisible(true)
    await world.settle()
    expect(world.state().status).toBe('connected')
  })
})

describe('connectUser with `paused`', () => {
  it('resolves with a session that sends requests, and opens no socket', async () => {
    const world = createWorld()
    const connecting = world.auth.connectUser({ id: 'jane', name: 'Jane' }, undefined, {
      paused: true,
    })
    await Promise.all([connecting, world.settle()])
    expect(world.state()).toMatchObject({ status: 'paused', user: { id: 'jane', name: 'Jane' } })
    await Promise.all([world.auth.fetch('/'), world.settle()])
    expect(world.requests).toMatchObject([{ userId: 'jane', outcome: 'taken' }])
    expect(world.sockets).toEqual([])
    expect(world.typesOf()).not.toContain('session-connected')
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('sends what was asked for before it resolved', async () => {
    const world = createWorld()
    quietly(world.auth.connectUser({ id: 'jane' }, undefined, { paused: true }))
    const [response] = await Promise.all([world.auth.fetch('/'), world.settle()])
    expect(response.status).toBe(200)
  })

  it('connects at `resume()`, and fails for no number of failed attempts then', async () => {
    const world = createWorld({ retry: { maxAttempts: 1 } })
    const connecting = world.auth.connectUser({ id: 'jane' }, undefined, { paused: true })
    await Promise.all([connecting, world.settle()])
    world.controls.openFault = () => Promise.reject(new Error('no line'))
    const resuming = world.auth.resume()
    await world.clock.advance(5000)
    expect(world.state().status).toBe('reconnecting')
    world.controls.openFault = null
    await world.clock.advance(30_000)
    await resuming
    expect(world.state().status).toBe('connected')
    expect(world.typesOf()).toContain('session-connected')
  })

  it('connects where the same user is connected without it', async () => {
    const world = createWorld()
    quietly(world.auth.connectUser({ id: 'jane' }, undefined, { paused: true }))
    await world.settle()
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(world.state().status).toBe('connected')
    expect(world.calls).toHaveLength(1)
  })

  it('leaves a user connected who is connected already', async () => {
    const world = await connectedWorld()
    const again = world.auth.connectUser({ id: 'jane' }, undefined, { paused: true })
    await Promise.all([again, world.settle()])
    expect(world.state().status).toBe('connected')
  })

  it('begins paused again at `retry()` after a failure', async () => {
    const world = createWorld()
    world.controls.provider = () => Promise.reject(Object.assign(new Error('no'), { status: 403 }))
    quietly(world.auth.connectUser({ id: 'jane' }, undefined, { paused: true }))
    await world.settle()
    expect(world.state().status).toBe('failed')
    world.controls.provider = 'mint'
    await Promise.all([world.auth.retry(), world.settle()])
    expect(world.state().status).toBe('paused')
  })
})

describe('a session that is paused in one tab', () => {
  it('ends with a log-out in another', async () => {
    const browser = createFakeBrowser()
    const [here, there] = [browser.openTab(), browser.openTab()]
    quietly(here.auth.connectUser({ id: 'jane' }))
    quietly(there.auth.connectUser({ id: 'jane' }))
    await browser.settle()
    await Promise.all([here.auth.pause(), browser.settle()])
    await Promise.all([there.auth.disconnectUser(), browser.settle()])
    expect(here.state().status).toBe('disconnected')
  })

  it('takes the token of another that it needs, without a call of its own', async () => {
    const browser = createFakeBrowser()
    const [here, there] = [browser.openTab(), browser.openTab()]
    quietly(here.auth.connectUser({ id: 'jane' }))
    await browser.settle()
    quietly(there.auth.connectUser({ id: 'jane' }))
    await browser.settle()
    await Promise.all([here.auth.pause(), browser.settle()])
    await browser.clock.advance(600_000)
    const before = here.calls.length
    await Promise.all([here.auth.fetch('/'), browser.settle()])
    expect(here.calls).toHaveLength(before)
    expect(here.requests.map(({ outcome }) => outcome)).toEqual(['taken'])
  })
})
