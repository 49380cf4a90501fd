import { describe, expect, it } from 'vitest'
import { rejection } from '../support/promises.js'
import { createWorld, mint } from '../support/world.js'

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
})
