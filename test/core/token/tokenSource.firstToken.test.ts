import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../../src/core/errors.js'
import { rejection } from '../../support/promises.js'
import { connectedWorld, createWorld, mint, tokenStateOf, failure } from '../../support/world.js'

describe('the first token', () => {
  it('is requested once, for this user, with a signal', async () => {
    const world = await connectedWorld()
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

  it('is shown in the state with its expiry, and in an event', async () => {
    const world = await connectedWorld({ ttlSeconds: 60 })
    expect(tokenStateOf(world)).toMatchObject({ status: 'valid', attempt: 0, error: null })
    expect(tokenStateOf(world).expiresAt?.getTime()).toBe(world.serverNow() + 60_000)
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
  ])('is requested again when the provider %s, until a call succeeds', async (_, fails) => {
    let isDown = true
    const world = createWorld({
      tokenProvider: (request) => (isDown ? fails() : world.provider(request)),
    })
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    expect(tokenStateOf(world)).toMatchObject({
      status: 'retrying',
      attempt: 1,
      error: { code: 'token-provider-failed', cause: new Error('down') },
    })
    expect(tokenStateOf(world).nextAttemptAt?.getTime()).toBe(world.clock.now() + 250)
    isDown = false
    await world.clock.advance(249)
    expect(world.calls).toHaveLength(0)
    await world.clock.advance(1)
    await world.settle()
    expect(world.lastCall().attempt).toBe(2)
    await connecting
  })

  it('fails the session after maxAttempts, with growing waits between', async () => {
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
  ])('is denied for good by an error with %s', async (_, properties) => {
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
  ])('is requested again after an error with %j', async (properties) => {
    const world = createWorld()
    world.controls.provider = 'hold'
    void rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    world.lastCall().reject(failure(properties))
    await world.clock.advance(250)
    expect(world.calls).toHaveLength(2)
    world.auth.dispose()
  })

  it('fails with a ChatAuthError that the provider throws', async () => {
    const world = createWorld()
    const error = new ChatAuthError('token-provider-denied', { message: 'Signed out.' })
    world.controls.provider = () => Promise.reject(error)
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    expect(await failed).toBe(error)
  })

  it('is not delayed by a retryAfterMs that is no number', async () => {
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
    'is requested again after a provider throws %s',
    async (thrown) => {
      const world = createWorld()
      world.controls.provider = 'hold'
      void rejection(world.auth.connectUser({ id: 'jane' }))
      await world.settle()
      world.lastCall().reject(thrown)
      await world.settle()
      expect(tokenStateOf(world).error).toMatchObject({
        code: 'token-provider-failed',
        cause: thrown,
      })
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

  it('times out with an aborted signal, and a late answer is dropped', async () => {
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

  it('is requested seldom while the platform reports no network, and at once when it returns', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    world.controls.isOnline = false
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    world.lastCall().reject(new Error('offline'))
    await world.clock.advance(29_999)
    world.wake()
    await world.settle()
    expect(world.calls).toHaveLength(1)
    await world.clock.advance(1)
    expect(world.calls).toHaveLength(2)
    world.lastCall().reject(new Error('offline'))
    await world.settle()
    world.controls.isOnline = true
    world.wake()
    await world.settle()
    expect(world.calls).toHaveLength(3)
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    await connecting
  })
})
