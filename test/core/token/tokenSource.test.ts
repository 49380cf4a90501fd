import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../../src/core/errors.js'
import { createWorld, mint, rejection, type World } from '../../support/world.js'

async function connected(options?: Parameters<typeof createWorld>[0]): Promise<World> {
  const world = createWorld(options)
  const connecting = world.auth.connectUser({ id: 'jane' })
  await world.settle()
  await connecting
  return world
}

function tokenOf(world: World) {
  const state = world.state()
  if (!('token' in state)) throw new Error(`no session: ${state.status}`)
  return state.token
}

const failure = (properties: object) => Object.assign(new Error('no'), properties)

describe('the first token', () => {
  it('is asked for once, for this user, with a signal', async () => {
    const world = await connected()
    expect(world.calls).toHaveLength(1)
    expect(world.lastCall()).toMatchObject({ userId: 'jane', reason: 'connect', attempt: 1 })
    expect(world.lastCall().signal.aborted).toBe(false)
  })

  it('may come from an object with getToken, called as its method', async () => {
    const world = createWorld()
    const source = {
      prefix: 'jane',
      getToken: () => Promise.resolve(source.prefix),
    }
    source.prefix = world.mintFor('jane')
    const connecting = world.auth.connectUser({ id: 'jane' }, source)
    await world.settle()
    await connecting
    expect(world.state().status).toBe('connected')
  })

  it('shows the expiry that it states, and its arrival', async () => {
    const world = await connected({ ttlSeconds: 60 })
    expect(tokenOf(world)).toMatchObject({ status: 'valid', attempt: 0, error: null })
    expect(tokenOf(world).expiresAt?.getTime()).toBe(world.serverNow() + 60_000)
    expect(world.events).toContainEqual(
      expect.objectContaining({
        type: 'token-received',
        reason: 'connect',
        expiresAtMs: world.serverNow() + 60_000,
        renewalInMs: 42_000,
      }),
    )
  })

  it.each([
    ['token-missing', undefined],
    ['token-missing', ''],
    ['token-missing', 'undefined'],
    ['token-not-a-string', { token: 'x' }],
    ['token-quoted', '"x.y.z"'],
    ['token-too-large', 'x'.repeat(9000)],
    ['token-malformed', 'x.y.z'],
    ['token-wrong-user', mint({ user_id: 'bob' })],
    ['token-exp-in-milliseconds', mint({ user_id: 'jane', exp: 1e12 })],
  ])('ends in failed with %s when the provider returns %j, after one call', async (code, value) => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    world.lastCall().resolve(value)
    await world.settle()
    expect(await failed).toMatchObject({ code })
    expect(world.state()).toMatchObject({ status: 'failed', error: { code } })
    expect(world.calls).toHaveLength(1)
    expect(world.clock.pendingTimers).toBe(0)
  })

  it.each([
    ['throws', () => Promise.reject(new Error('down'))],
    [
      'throws at once',
      () => {
        throw new Error('down')
      },
    ],
  ])('is asked for again when the provider %s, until it works', async (_, fails) => {
    let isDown = true
    const world = createWorld({
      tokenProvider: (request) => (isDown ? fails() : world.provider(request)),
    })
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    expect(tokenOf(world)).toMatchObject({
      status: 'retrying',
      attempt: 1,
      error: { code: 'token-provider-failed', cause: new Error('down') },
    })
    expect(tokenOf(world).nextAttemptAt?.getTime()).toBe(world.clock.now() + 250)
    isDown = false
    await world.clock.advance(249)
    expect(world.calls).toHaveLength(0)
    await world.clock.advance(1)
    await world.settle()
    expect(world.lastCall().attempt).toBe(2)
    await connecting
  })

  it('is given up after maxAttempts, each a longer wait after the last', async () => {
    const world = createWorld({ retry: { maxAttempts: 4, minDelayMs: 1000, maxDelayMs: 3000 } })
    world.controls.provider = 'hold'
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    const waits: (number | null)[] = []
    for (let attempt = 1; attempt <= 4; attempt++) {
      world.lastCall().reject(new Error('down'))
      await world.clock.advance(1500)
      const last = world.events.filter((event) => event.type === 'token-request-failed').at(-1)
      expect(last).toMatchObject({ attempt, code: 'token-provider-failed', reason: 'connect' })
      waits.push(last?.type === 'token-request-failed' ? last.retryInMs : null)
    }
    expect(waits).toEqual([500, 1000, 1500, null])
    expect(await failed).toMatchObject({ code: 'token-provider-failed' })
    expect(world.calls).toHaveLength(4)
  })

  it.each([
    ['permanent: true', { permanent: true }],
    ['status 401', { status: 401 }],
    ['status 403', { status: 403 }],
    ['response.status 403', { response: { status: 403 } }],
  ])('is refused for good by an error with %s', async (_, properties) => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    world.lastCall().reject(failure(properties))
    await world.settle()
    expect(await failed).toMatchObject({ code: 'token-provider-denied' })
    expect(world.calls).toHaveLength(1)
  })

  it.each([
    { permanent: false },
    { permanent: 'yes' },
    { status: 500 },
    { response: null },
    { status: 402 },
  ])('is asked for again after an error with %j', async (properties) => {
    const world = createWorld()
    world.controls.provider = 'hold'
    void rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    world.lastCall().reject(failure(properties))
    await world.clock.advance(250)
    expect(world.calls).toHaveLength(2)
    world.auth.dispose()
  })

  it('fails with the error of ours that a provider throws', async () => {
    const world = createWorld()
    const error = new ChatAuthError('token-provider-denied', { message: 'Signed out.' })
    world.controls.provider = () => Promise.reject(error)
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    expect(await failed).toBe(error)
  })

  it('is not kept waiting by a retryAfterMs that is no number', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    void rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    world.lastCall().reject(failure({ retryAfterMs: '9000' }))
    await world.clock.advance(250)
    expect(world.calls).toHaveLength(2)
    world.auth.dispose()
  })

  it.each(['a string', null, undefined, 7])(
    'survives a provider that throws %s',
    async (thrown) => {
      const world = createWorld()
      world.controls.provider = 'hold'
      void rejection(world.auth.connectUser({ id: 'jane' }))
      await world.settle()
      world.lastCall().reject(thrown)
      await world.settle()
      expect(tokenOf(world).error).toMatchObject({ code: 'token-provider-failed', cause: thrown })
      world.auth.dispose()
    },
  )

  it('waits out the Retry-After of the provider', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    void rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    world.lastCall().reject(failure({ status: 503, retryAfterMs: 7000 }))
    await world.clock.advance(10_499)
    expect(world.calls).toHaveLength(1)
    await world.clock.advance(1)
    expect(world.calls).toHaveLength(2)
    world.auth.dispose()
  })

  it('is timed out with an aborted signal, and a late answer is nothing', async () => {
    const world = createWorld({ providerTimeoutMs: 3000, retry: { maxAttempts: 1 } })
    world.controls.provider = 'hold'
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    await world.clock.advance(2999)
    expect(world.lastCall().signal.aborted).toBe(false)
    await world.clock.advance(1)
    expect(world.lastCall().signal.aborted).toBe(true)
    expect(await failed).toMatchObject({ code: 'token-provider-timeout' })
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(world.state().status).toBe('failed')
    expect(world.sockets).toHaveLength(0)
  })

  it('waits for the network instead of burning its attempts', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    world.controls.isOnline = false
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    world.lastCall().reject(new Error('offline'))
    await world.clock.advance(3_600_000)
    world.wake()
    await world.settle()
    expect(world.calls).toHaveLength(1)
    world.controls.isOnline = true
    world.wake()
    await world.settle()
    expect(world.calls).toHaveLength(2)
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    await connecting
  })
})

describe('renewal', () => {
  it('fetches the next token before the first expires, again and again', async () => {
    const world = await connected()
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

  it('never happens to a token that does not expire', async () => {
    const world = await connected({ ttlSeconds: null })
    expect(tokenOf(world).expiresAt).toBeNull()
    await world.clock.advance(10 * 365 * 86_400_000)
    expect(world.calls).toHaveLength(1)
  })

  it('never happens to a static token, which is used until the backend says no', async () => {
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

  it('is not scheduled by a static token, which is told of once', async () => {
    const world = createWorld()
    const token = world.mintFor('jane', 60)
    await Promise.all([world.auth.connectUser({ id: 'jane' }, token), world.settle()])
    expect(world.events.filter(({ type }) => type === 'token-received')).toMatchObject([
      { reason: 'connect', renewalInMs: null },
    ])
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('happens on waking from a sleep through it', async () => {
    const world = await connected({ ttlSeconds: 3600 })
    world.sleep(2_600_000)
    world.wake()
    await world.settle()
    expect(world.calls).toHaveLength(2)
    expect(world.lastCall().reason).toBe('renewal')
  })

  it('leaves the good token in use while it fails, and tries again in what is left of its life', async () => {
    const world = await connected()
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.lastCall().reject(new Error('down'))
    await world.settle()
    expect(tokenOf(world)).toMatchObject({ status: 'retrying', attempt: 1 })
    await world.auth.fetch('/meanwhile')
    expect(world.state().status).toBe('connected')
    // 18 seconds are left: the next try comes after 70% of them, as the first did of the whole life.
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
    expect(tokenOf(world)).toMatchObject({ status: 'valid', attempt: 0, error: null })
  })

  it('that failed is not tried again before the Retry-After', async () => {
    const world = await connected()
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.lastCall().reject(failure({ status: 429, retryAfterMs: 15_000 }))
    await world.clock.advance(15_249)
    expect(world.calls).toHaveLength(2)
    await world.clock.advance(1)
    expect(world.calls).toHaveLength(3)
  })

  it('that was asked for by name and failed is tried again soon', async () => {
    const world = await connected()
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

  it.each([undefined, 'garbage'])(
    'survives a bad answer (%s) while the token is good',
    async (bad) => {
      const world = await connected()
      world.controls.provider = 'hold'
      await world.clock.advance(42_000)
      world.lastCall().resolve(bad)
      await world.settle()
      expect(world.state().status).toBe('connected')
      world.controls.provider = 'mint'
      await world.clock.advance(12_600)
      expect(tokenOf(world).status).toBe('valid')
    },
  )

  it('holds requests once the token is dead, and fails when that lasts', async () => {
    const world = await connected({ retry: { maxAttempts: 2 } })
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.lastCall().reject(new Error('down'))
    await world.clock.advance(500)
    await world.clock.advance(17_500)
    const request = rejection(world.auth.fetch('/held'))
    await world.settle()
    expect(tokenOf(world)).toMatchObject({ status: 'refreshing', heldRequests: 1 })
    expect(world.lastCall().reason).toBe('renewal')
    expect(world.requests).toHaveLength(0)
    world.lastCall().reject(new Error('down'))
    await world.clock.advance(250)
    world.lastCall().reject(new Error('down'))
    await world.settle()
    expect(await request).toMatchObject({ code: 'token-provider-failed' })
    expect(world.state()).toMatchObject({ status: 'failed' })
  })

  it('that was slept through is made up for by the next request', async () => {
    const world = await connected()
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

  it('is waited for in the last tenth of a life, a second at most', async () => {
    const world = await connected({ ttlSeconds: 60 })
    world.controls.provider = 'hold'
    await world.clock.advance(58_999)
    await world.auth.fetch('/in-time')
    await world.clock.advance(1)
    const late = world.auth.fetch('/late')
    await world.settle()
    expect(tokenOf(world).heldRequests).toBe(1)
    world.lastCall().resolve(world.mintFor('jane'))
    await Promise.all([late, world.settle()])
    const short = await connected({ ttlSeconds: 4 })
    short.controls.provider = 'hold'
    await short.clock.advance(3599)
    await short.auth.fetch('/in-time')
    await short.clock.advance(1)
    void rejection(short.auth.fetch('/late'))
    await short.settle()
    expect(tokenOf(short).heldRequests).toBe(1)
    short.auth.dispose()
  })

  it('ends the session at once when the provider says stop', async () => {
    const world = await connected()
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

  it('does not let an older token replace the one that is held', async () => {
    const world = await connected()
    const older = mint({ user_id: 'jane', iat: world.serverNow() / 1000 - 1, exp: 4e9 })
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.lastCall().resolve(older)
    await world.settle()
    expect(tokenOf(world).error).toMatchObject({ code: 'token-outdated' })
    await world.auth.fetch('/now')
    expect(world.requests[0]?.token).not.toBe(older)
  })
})

describe('a wrong local clock', () => {
  it.each([
    ['a day ahead', 86_400_000],
    ['a day behind', -86_400_000],
    ['half a life ahead', 30_000],
  ])('%s fails no request and causes no loop', async (_, skewMs) => {
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
    expect(world.calls.length).toBeLessThan(20)
  })

  it('that jumps during the session fails no request and costs one call at most', async () => {
    const world = await connected()
    const baseline = await connected()
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

  it('is told to the developer', async () => {
    const world = createWorld()
    world.clock.jumpWallClock(86_400_000)
    void world.auth.connectUser({ id: 'jane' })
    await world.settle()
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'clock-skew-detected', skewMs: 86_400_000 }),
    )
  })
})

describe('refreshToken', () => {
  it('fetches a new token now and opens the connection with it', async () => {
    const world = await connected()
    await world.clock.advance(5000)
    await world.auth.refreshToken()
    await world.settle()
    expect(world.lastCall()).toMatchObject({ reason: 'manual', attempt: 1 })
    expect(world.live()).toHaveLength(1)
    expect(world.sockets).toHaveLength(2)
    await world.clock.advance(41_999)
    expect(world.calls).toHaveLength(2)
  })

  it('shares the call that is under way', async () => {
    const world = await connected()
    world.controls.provider = 'hold'
    const both = [world.auth.refreshToken(), world.auth.refreshToken()]
    await world.settle()
    expect(world.calls).toHaveLength(2)
    world.lastCall().resolve(world.mintFor('jane'))
    await Promise.all(both)
    expect(world.calls).toHaveLength(2)
  })

  it('rejects when it fails, and the session goes on', async () => {
    const world = await connected()
    world.controls.provider = 'hold'
    const refreshing = rejection(world.auth.refreshToken())
    await world.settle()
    world.lastCall().reject(new Error('down'))
    expect(await refreshing).toMatchObject({ code: 'token-provider-failed' })
    expect(world.state().status).toBe('connected')
    await world.auth.fetch('/still')
  })

  it('rejects for a session without a provider, and leaves it alone', async () => {
    const world = createWorld()
    await Promise.all([world.auth.connectAnonymousUser(), world.settle()])
    expect(await rejection(world.auth.refreshToken())).toMatchObject({
      code: 'token-not-renewable',
    })
    expect(tokenOf(world).status).toBe('valid')
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('hurries a run that waits for its next attempt', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    void world.auth.connectUser({ id: 'jane' })
    await world.settle()
    world.lastCall().reject(new Error('down'))
    await world.settle()
    const refreshing = world.auth.refreshToken()
    await world.settle()
    expect(world.calls).toHaveLength(2)
    world.lastCall().resolve(world.mintFor('jane'))
    await refreshing
  })
})

describe('a disposed session', () => {
  it('leaves no timer behind by a renewal that was under way', async () => {
    const world = await connected()
    world.controls.provider = 'hold'
    await world.clock.advance(42_000)
    world.auth.dispose()
    await world.settle()
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('aborts the provider, drops what it returns and leaves no timer', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    world.auth.dispose()
    expect(world.lastCall().signal.aborted).toBe(true)
    expect(world.lastCall().signal.reason).toBeInstanceOf(ChatAuthError)
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(await failed).toMatchObject({ code: 'disposed' })
    expect(world.state().status).toBe('disconnected')
    expect(world.sockets).toHaveLength(0)
    expect(world.clock.pendingTimers).toBe(0)
    expect(world.wakers.size).toBe(0)
  })

  it('asks no provider again, whether it waited to or was about to', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    world.lastCall().reject(new Error('down'))
    await world.settle()
    await world.auth.disconnectUser()
    await failed
    await world.clock.advance(60_000)
    expect(world.calls).toHaveLength(1)
    expect(world.typesOf().at(-1)).toBe('session-ended')
  })
})

describe('a moment that is waited for', () => {
  it('says nothing of the token that came meanwhile', async () => {
    const world = await connected()
    world.controls.refuseAll = 42
    const request = world.auth.fetch('/1')
    await world.settle()
    world.controls.refuseAll = null
    await Promise.all([world.auth.refreshToken(), request, world.settle()])
    await world.clock.advance(5000)
    world.controls.refuseAll = 42
    const second = world.auth.fetch('/2')
    await world.clock.advance(4000)
    expect(world.state().status).toBe('connected')
    world.controls.refuseAll = null
    await world.clock.advance(1000)
    await second
  })
})
