import { describe, expect, it } from 'vitest'
import { rejection } from '../support/promises.js'
import { createWorld, mint } from '../support/world.js'
import { openAsJane } from '../support/tabsOfJane.js'

it('an empty static token fails as token-missing, and no request is sent with it', async () => {
  const world = createWorld()
  const connecting = world.auth.connectUser({ id: 'jane' }, '')
  expect(await rejection(Promise.all([connecting, world.settle()]))).toMatchObject({
    code: 'token-missing',
  })
  expect(world.state().status).toBe('failed')
  expect(world.sockets).toEqual([])
})

describe('a static token', () => {
  async function withStaticToken(ttlSeconds = 60) {
    const world = createWorld({ ttlSeconds })
    const first = world.mintFor('jane')
    await Promise.all([world.auth.connectUser({ id: 'jane' }, first), world.settle()])
    return { ...world, first }
  }

  it('gives way to a newer one, with which the connection is opened again', async () => {
    const world = await withStaticToken()
    await world.clock.advance(30_000)
    const newer = world.mintFor('jane')
    await Promise.all([world.auth.connectUser({ id: 'jane' }, newer), world.settle()])
    expect(world.live().map(({ token }) => token)).toEqual([newer])
    await world.clock.advance(50_000)
    await world.auth.fetch('/')
    expect(world.requests).toMatchObject([{ token: newer, outcome: 'taken' }])
    expect(world.calls).toEqual([])
  })

  it('is kept if the same token is given again', async () => {
    const world = await withStaticToken()
    await Promise.all([world.auth.connectUser({ id: 'jane' }, world.first), world.settle()])
    expect(world.sockets).toHaveLength(1)
  })

  it.each([
    ['nobody', 'nonsense', 'token-malformed'],
    ['another user', mint({ user_id: 'bob' }), 'token-wrong-user'],
  ])(
    'without a user, or of another user, is rejected, and the session goes on',
    async (_, token, code) => {
      const world = await withStaticToken()
      expect(await rejection(world.auth.connectUser({ id: 'jane' }, token))).toMatchObject({ code })
      await world.auth.fetch('/')
      expect(world.state().status).toBe('connected')
      expect(world.live().map((socket) => socket.token)).toEqual([world.first])
    },
  )

  it('is renewed in time once the same user comes with a token provider', async () => {
    const world = await withStaticToken()
    await world.auth.connectUser({ id: 'jane' }, world.provider)
    for (let i = 0; i < 20; i++) {
      await world.clock.advance(10_000)
      await Promise.all([world.auth.fetch('/'), world.settle()])
    }
    expect(world.typesOf()).not.toContain('token-refused')
    expect(world.calls.length).toBeGreaterThan(2)
  })

  it('that is dead is replaced at once if the same user comes with a token provider', async () => {
    const world = await withStaticToken()
    await world.clock.advance(100_000)
    await Promise.all([world.auth.connectUser({ id: 'jane' }, world.provider), world.settle()])
    expect(world.calls).toHaveLength(1)
    expect(world.typesOf()).not.toContain('token-refused')
  })

  it('that has expired fails with the remedy for a static token', async () => {
    const world = await withStaticToken()
    await world.clock.advance(100_000)
    expect(await rejection(world.auth.fetch('/'))).toMatchObject({
      code: 'token-expired',
      remedy: expect.stringContaining('static token'),
    })
  })

  it('is not mentioned in errors of a session with a provider', async () => {
    const world = createWorld()
    world.controls.provider = () => mint({ user_id: 'jane', iat: 1000, exp: 1000 })
    const { remedy } = await rejection(
      Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()]),
    )
    expect(remedy).not.toContain('static')
  })

  it.each([
    ['is empty', '', 'token-missing', 'The static token is empty'],
    ['is of another user', mint({ user_id: 'bob' }), 'token-wrong-user', 'The static token is for'],
    [
      'was dead when it was passed',
      mint({ user_id: 'jane', iat: 1, exp: 1 }),
      'token-expired',
      'The static token has expired.',
    ],
  ])('that %s fails in words that speak of no provider', async (_, token, code, words) => {
    const world = createWorld()
    const error = await rejection(
      Promise.all([world.auth.connectUser({ id: 'jane' }, token), world.settle()]),
    )
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) })
    expect(error.message).not.toMatch(/endpoint|at every call of the provider|`return`/)
  })

  it('that is revoked, or that an older one is to replace, is named as a static token', async () => {
    const world = await withStaticToken()
    const older = mint({ user_id: 'jane', iat: 1, exp: 9_999_999_999 })
    const outdated = await rejection(world.auth.connectUser({ id: 'jane' }, older))
    expect(outdated).toMatchObject({
      code: 'token-outdated',
      message: expect.stringContaining('The static token is older'),
    })
    world.revoke(world.first)
    expect(await rejection(world.auth.fetch('/'))).toMatchObject({
      code: 'token-refused',
      message: expect.stringContaining('refused the static token'),
    })
  })
})

describe('tokenProvider as a string', () => {
  it('connects its user, is never renewed, and fails as an expired static token', async () => {
    const first = mint({ user_id: 'jane', iat: 0, exp: 9_999_999_999 })
    const world = createWorld({ tokenProvider: first })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    expect(world.live().map(({ token }) => token)).toEqual([first])
    world.revoke(first)
    world.live()[0]?.drop(40, 'JWTAuth error: token is expired (exp)')
    await world.settle()
    expect(world.state()).toMatchObject({
      status: 'failed',
      error: {
        code: 'token-expired',
        remedy: expect.stringContaining('pass a token provider'),
        message: expect.stringContaining('The static token has expired.'),
      },
    })
  })

  it('of one user connects no other by a switch', async () => {
    const world = createWorld({ tokenProvider: mint({ user_id: 'jane' }) })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    const switching = world.auth.switchUser({ id: 'bob' })
    expect(await rejection(Promise.all([switching, world.settle()]))).toMatchObject({
      code: 'token-wrong-user',
      message: expect.stringContaining('static token'),
    })
  })

  it('of one tab ends with a switch in another, whose user it is not for', async () => {
    const { browser, acting, other } = await openAsJane({
      tokenProvider: mint({ user_id: 'jane' }),
    })
    await Promise.all([acting.auth.switchUser({ id: 'bob' }), browser.settle()])
    expect(other.state()).toEqual({ status: 'disconnected', endedBy: 'another-tab' })
    expect(await rejection(other.auth.ready())).toMatchObject({ code: 'not-connected' })
  })

  it('makes a guest the user whom it is for, and leaves them a guest for anybody else', async () => {
    const world = createWorld({ tokenProvider: mint({ user_id: 'jane' }) })
    await Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()])
    const refused = rejection(world.auth.upgradeGuest({ id: 'bob' }))
    await world.settle()
    expect(await refused).toMatchObject({ code: 'token-wrong-user' })
    expect(world.state()).toMatchObject({ status: 'connected', identity: { type: 'guest' } })
    await Promise.all([world.auth.upgradeGuest({ id: 'jane' }), world.settle()])
    expect(world.state()).toMatchObject({ status: 'connected', user: { id: 'jane' } })
  })

  it('of one user connects another who brings their own token', async () => {
    const world = createWorld({ tokenProvider: mint({ user_id: 'jane' }) })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    const token = mint({ user_id: 'bob' })
    await Promise.all([world.auth.switchUser({ id: 'bob' }, token), world.settle()])
    expect(world.live().map((socket) => socket.token)).toEqual([token])
  })

  it.each([42, null, {}])('%j is neither a token nor a provider, and names the option', (value) => {
    expect(() => createWorld({ tokenProvider: value as never })).toThrow(/`tokenProvider` must be/)
  })
})

it('a function that returns one stored token fails, once that is dead, with what to return', async () => {
  const world = createWorld()
  const stored = world.mintFor('jane')
  world.controls.provider = () => stored
  await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
  world.revoke(stored)
  const sent = rejection(world.auth.fetch('/'))
  await world.settle()
  expect(await sent).toMatchObject({
    code: 'token-unchanged',
    remedy: expect.stringContaining('A function that returns a stored string'),
  })
})
