import { describe, expect, it } from 'vitest'
import { rejection } from '../../support/promises.js'
import { connectedWorld, createWorld, mint, tokenStateOf, failure } from '../../support/world.js'

describe('a token’s renewal', () => {
  it('fetches the next token before the first expires, again and again', async () => {
    const world = await connectedWorld()
    for (let renewals = 1; renewals <= 5; renewals++) {
      await world.clock.advance(41_999)
      expect(world.calls).toHaveLength(renewals)
      await world.clock.advance(1)
      expect(world.calls).toHaveLength(renewals + 1)
      expect(world.lastCall()).toMatchObject({ reason: 'renewal', attempt: 1 })
    }
    expect(world.live()).toHaveLength(1)
    expect(world.events.filter((event) => event.type === 'token-refused')).toEqual([])
  })

  it('never happens for a token that does not expire', async () => {
    const world = await connectedWorld({ ttlSeconds: null })
    expect(tokenStateOf(world).expiresAt).toBeNull()
    await world.clock.advance(10 * 365 * 86_400_000)
    expect(world.calls).toHaveLength(1)
  })

  it('never happens for a static token, which is used until the backend refuses it', async () => {
    const world = createWorld()
    const connecting = world.auth.connectUser({ id: 'jane' }, world.mintFor('jane', 60))
    await world.settle()
    await connecting
    await world.clock.advance(59_000)
    await world.auth.fetch('/before')
    await world.clock.advance(2000)
    const refused = await rejection(world.auth.fetch('/after'))
    expect(refused).toMatchObject({ code: 'token-expired' })
    expect(world.state()).toMatchObject({ status: 'failed', error: { code: 'token-expired' } })
    expect(world.calls).toHaveLength(0)
  })

  it('is not scheduled for a static token, whose arrival is reported once', async () => {
    const world = createWorld()
    const token = world.mintFor('jane', 60)
    await Promise.all([world.auth.connectUser({ id: 'jane' }, token), world.settle()])
    expect(world.events.filter(({ type }) => type === 'token-received')).toMatchObject([
      { reason: 'connect', renewalInMs: null },
    ])
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('happens on waking from a sleep through it', async () => {
    const world = await connectedWorld({ ttlSeconds: 3600 })
    world.sleep(2_600_000)
    world.wake()
    await world.settle()
    expect(world.calls).toHaveLength(2)
    expect(world.lastCall().reason).toBe('renewal')
  })

  it('that fails leaves the good token in use, and is tried again before the token expires', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.lastCall().reject(new Error('down'))
    await world.settle()
    expect(tokenStateOf(world)).toMatchObject({ status: 'retrying', attempt: 1 })
    await world.auth.fetch('/meanwhile')
    expect(world.state().status).toBe('connected')
    // 18 s are left. The next attempt comes after 70% of them, as the first came after 70% of the life.
    await world.clock.advance(12_599)
    expect(world.calls).toHaveLength(2)
    await world.clock.advance(1)
    expect(world.lastCall()).toMatchObject({ reason: 'renewal', attempt: 2 })
    world.lastCall().reject(new Error('down'))
    await world.clock.advance(3779)
    expect(world.calls).toHaveLength(3)
    await world.clock.advance(1)
    expect(world.lastCall().attempt).toBe(3)
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(tokenStateOf(world)).toMatchObject({ status: 'valid', attempt: 0, error: null })
  })

  it('that failed is not tried again before the end of the Retry-After', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.lastCall().reject(failure({ status: 429, retryAfterMs: 15_000 }))
    await world.clock.advance(15_249)
    expect(world.calls).toHaveLength(2)
    await world.clock.advance(1)
    expect(world.calls).toHaveLength(3)
  })

  it('that was requested by refreshToken and failed is tried again soon', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    const asked = rejection(world.auth.refreshToken())
    await world.settle()
    world.lastCall().reject(new Error('down'))
    expect(await asked).toMatchObject({ code: 'token-provider-failed' })
    await world.clock.advance(499)
    expect(world.calls).toHaveLength(2)
    await world.clock.advance(1)
    expect(world.lastCall()).toMatchObject({ reason: 'renewal', attempt: 2 })
  })

  it('that was requested by refreshToken and failed twice is tried a third time within seconds', async () => {
    const world = await connectedWorld({ ttlSeconds: 3600 })
    world.controls.provider = 'hold'
    const asked = rejection(world.auth.refreshToken())
    await world.settle()
    world.lastCall().reject(new Error('down'))
    await asked
    await world.clock.advance(500)
    world.lastCall().reject(new Error('down'))
    await world.settle()
    await world.clock.advance(1000)
    expect(world.lastCall()).toMatchObject({ reason: 'renewal', attempt: 3 })

    // A token has come: later failures of a planned renewal are not pressing any more.
    world.lastCall().resolve(world.mintFor('jane', 3600))
    await world.settle()
    await world.clock.advance(2_600_000)
    expect(world.calls).toHaveLength(5)
    world.lastCall().reject(new Error('down'))
    await world.settle()
    await world.clock.advance(30_000)
    expect(world.calls).toHaveLength(5)
  })

  it.each([undefined, 'garbage'])(
    'that gets a bad answer (%s) does not end the session while the token is good',
    async (bad) => {
      const world = await connectedWorld()
      world.controls.provider = 'hold'
      await world.clock.advance(42_000)
      world.lastCall().resolve(bad)
      await world.settle()
      expect(world.state().status).toBe('connected')
      world.controls.provider = 'mint'
      await world.clock.advance(12_600)
      expect(tokenStateOf(world).status).toBe('valid')
    },
  )

  it('that keeps failing holds requests once the token is dead, and then fails the session', async () => {
    const world = await connectedWorld({ retry: { maxAttempts: 2 } })
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.lastCall().reject(new Error('down'))
    await world.clock.advance(500)
    await world.clock.advance(17_500)
    const request = rejection(world.auth.fetch('/held'))
    await world.settle()
    expect(tokenStateOf(world)).toMatchObject({ status: 'refreshing', heldRequests: 1 })
    expect(world.lastCall().reason).toBe('renewal')
    expect(world.requests).toHaveLength(0)
    world.lastCall().reject(new Error('down'))
    await world.clock.advance(250)
    world.lastCall().reject(new Error('down'))
    await world.settle()
    expect(await request).toMatchObject({ code: 'token-provider-failed' })
    expect(world.state()).toMatchObject({ status: 'failed' })
  })

  it('that was missed during sleep is made by the next request', async () => {
    const world = await connectedWorld()
    world.sleep(3_600_000)
    await Promise.all([world.auth.fetch('/'), world.settle()])
    expect(world.lastCall().reason).toBe('expired')
    expect(world.requests).toMatchObject([{ outcome: 'taken' }])
    world.sleep(60_000)
    const second = world.auth.fetch('/')
    await world.clock.advance(0)
    await second
    expect(world.calls).toHaveLength(3)
  })

  it('in flight holds requests in the last tenth of a token’s life, but at most in its last second', async () => {
    const world = await connectedWorld({ ttlSeconds: 60 })
    world.controls.provider = 'hold'
    await world.clock.advance(58_999)
    await world.auth.fetch('/in-time')
    await world.clock.advance(1)
    const late = world.auth.fetch('/late')
    await world.settle()
    expect(tokenStateOf(world).heldRequests).toBe(1)
    world.lastCall().resolve(world.mintFor('jane'))
    await Promise.all([late, world.settle()])
    const short = await connectedWorld({ ttlSeconds: 4 })
    short.controls.provider = 'hold'
    await short.clock.advance(3599)
    await short.auth.fetch('/in-time')
    await short.clock.advance(1)
    void rejection(short.auth.fetch('/late'))
    await short.settle()
    expect(tokenStateOf(short).heldRequests).toBe(1)
    short.auth.dispose()
  })

  it('ends the session at once when the provider denies the token', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.lastCall().reject(failure({ status: 401 }))
    await world.settle()
    expect(world.state()).toMatchObject({
      status: 'failed',
      error: { code: 'token-provider-denied' },
    })
    expect(world.live()).toHaveLength(0)
  })

  it('does not replace the current token by an older one', async () => {
    const world = await connectedWorld()
    const older = mint({ user_id: 'jane', iat: world.serverNow() / 1000 - 1, exp: 4e9 })
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.lastCall().resolve(older)
    await world.settle()
    expect(tokenStateOf(world).error).toMatchObject({ code: 'token-outdated' })
    await world.auth.fetch('/now')
    expect(world.requests[0]?.token).not.toBe(older)
  })
})

describe('a session with a wrong local clock', () => {
  it.each([
    ['a day ahead', 86_400_000, 20],
    ['a day behind', -86_400_000, 20],
    // The cost of using the shorter of two readings of a life.
    ['half a life ahead', 30_000, 40],
  ])('%s has no failed request and no loop of provider calls', async (_, skewMs, callsBelow) => {
    const world = createWorld()
    world.clock.jumpWallClock(skewMs)
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    await connecting
    for (let seconds = 0; seconds < 600; seconds += 5) {
      await world.clock.advance(5000)
      await world.auth.fetch('/')
    }
    expect(world.requests.every(({ outcome }) => outcome === 'taken')).toBe(true)
    expect(world.calls.length).toBeLessThan(callsBelow)
  })

  it('that jumps has no failed request, and at most one extra provider call', async () => {
    const world = await connectedWorld()
    const baseline = await connectedWorld()
    for (const jumpMs of [86_400_000, -2 * 86_400_000, 86_400_000]) {
      world.clock.jumpWallClock(jumpMs)
      world.wake()
      await world.clock.advance(120_000)
      await world.auth.fetch('/')
      await baseline.clock.advance(120_000)
    }
    expect(world.requests.every(({ outcome }) => outcome === 'taken')).toBe(true)
    expect(world.calls.length).toBeLessThanOrEqual(baseline.calls.length + 3)
  })

  it('reports the clock’s error in an event', async () => {
    const world = createWorld()
    world.clock.jumpWallClock(86_400_000)
    void world.auth.connectUser({ id: 'jane' })
    await world.settle()
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'clock-skew-detected', skewMs: 86_400_000 }),
    )
  })
})
