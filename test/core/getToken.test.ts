import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import { rejection } from '../support/promises.js'
import { canary, connectedWorld, createWorld, failure, mint, type World } from '../support/world.js'

/** Follows a call of `getToken`: `pending`, the token, or the code of its error. */
function ask({ auth }: World, userId?: string) {
  const answer = { now: 'pending' }
  auth.getToken({ userId }).then(
    (token) => (answer.now = token),
    (error: unknown) => (answer.now = error instanceof ChatAuthError ? error.code : 'untyped'),
  )
  return answer
}

/** The token of the socket that is up. */
const current = (world: World) => world.live()[0]?.token

const probes = ({ requests }: World) => requests.filter(({ path }) => path === '/probe')

async function answered(world: World, userId?: string): Promise<string> {
  const answer = ask(world, userId)
  await world.settle()
  return answer.now
}

describe('getToken', () => {
  it('gives the token that the session uses, without another provider call', async () => {
    const world = await connectedWorld()
    const answers = Array.from({ length: 50 }, () => ask(world))
    await world.settle()
    expect(new Set(answers.map(({ now }) => now))).toEqual(new Set([current(world)]))
    expect(world.calls).toHaveLength(1)
    expect(JSON.stringify([world.events, world.state()])).not.toContain(canary)
  })

  it('waits while the session connects', async () => {
    const world = createWorld()
    world.controls.provider = 'hold'
    void world.auth.connectUser({ id: 'jane' })
    const answer = ask(world)
    await world.clock.advance(5000)
    expect(answer.now).toBe('pending')
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(answer.now).toBe(current(world))
  })

  it('waits while a dead token is replaced, as all who ask do for one provider call', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    world.live()[0]?.drop(40)
    await world.settle()
    const answers = [ask(world), ask(world)]
    await world.clock.advance(5000)
    expect(answers.map(({ now }) => now)).toEqual(['pending', 'pending'])
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(answers.map(({ now }) => now)).toEqual([current(world), current(world)])
    expect(world.calls).toHaveLength(2)
  })

  it('waits for a renewal under way, but no longer than 3 s while the old token is good', async () => {
    const world = await connectedWorld()
    const old = current(world)
    world.controls.provider = 'hold'
    await world.clock.advance(44_000)
    expect(world.calls).toHaveLength(2)
    const early = ask(world)
    await world.clock.advance(2900)
    expect(early.now).toBe('pending')
    await world.clock.advance(100)
    expect(early.now).toBe(old)
    const late = ask(world)
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(late.now).toBe(current(world))
    expect(late.now).not.toBe(old)
  })

  it('renews a token in its last moments before it gives it away', async () => {
    const world = await connectedWorld({ ttlSeconds: 600, renewal: { renewBeforeMs: 2000 } })
    const old = current(world)
    await world.clock.advance(585_000)
    expect(await answered(world)).toBe(old)
    await world.clock.advance(6000)
    expect(await answered(world)).not.toBe(old)
    expect(world.calls).toHaveLength(2)
    expect(world.lastCall().reason).toBe('renewal')
  })

  it('gives a token in its last moments where the provider is failing, and calls it no more often', async () => {
    const world = await connectedWorld({ ttlSeconds: 600, renewal: { renewBeforeMs: 2000 } })
    const old = current(world)
    world.controls.provider = () => Promise.reject(failure({ status: 500 }))
    await world.clock.advance(591_000)
    const answers = []
    for (let i = 0; i < 5; i++) answers.push(await answered(world))
    expect(new Set(answers)).toEqual(new Set([old]))
    expect(world.calls).toHaveLength(2)
  })

  it('gives no dead token twice, though the session has sent nothing since it was revoked', async () => {
    const world = await connectedWorld({ ttlSeconds: 3600 })
    const first = await answered(world)
    await world.clock.advance(60_000)
    world.revoke(first)
    const second = await answered(world)
    expect(second).not.toBe(first)
    expect(second).toBe(current(world))
    expect(world.calls.map(({ reason }) => reason)).toEqual(['connect', 'refused'])
  })

  it('sends one probe for all who ask again at once, and none within a second of an answer', async () => {
    const world = await connectedWorld({ ttlSeconds: 3600 })
    for (let i = 0; i < 10; i++) await answered(world)
    expect(probes(world)).toHaveLength(0)
    await world.clock.advance(60_000)
    const answers = Array.from({ length: 10 }, () => ask(world))
    await world.settle()
    expect(new Set(answers.map(({ now }) => now))).toEqual(new Set([current(world)]))
    expect(probes(world)).toHaveLength(1)
    await answered(world)
    expect(probes(world)).toHaveLength(1)
    expect(world.calls).toHaveLength(1)
  })

  it('gives the token after 3 s where a probe has no answer', async () => {
    const world = await connectedWorld({ ttlSeconds: 3600 })
    await answered(world)
    await world.clock.advance(60_000)
    world.controls.requestGate = new Promise(() => {})
    const answer = ask(world)
    await world.clock.advance(2999)
    expect(answer.now).toBe('pending')
    await world.clock.advance(1)
    expect(answer.now).toBe(current(world))
  })

  it('renews a token that is asked for again and again, once a minute, as another product may refuse it', async () => {
    const world = await connectedWorld({ ttlSeconds: 36_000 })
    const given = [await answered(world)]
    for (let second = 0; second < 180; second += 2) {
      await world.clock.advance(2000)
      given.push(await answered(world))
    }
    expect(world.calls.map(({ reason }) => reason)).toEqual([
      'connect',
      'manual',
      'manual',
      'manual',
    ])
    expect(new Set(given).size).toBe(4)
    expect(given.at(-1)).toBe(current(world))
  })

  it('does not renew a token that is asked for again every 15 s', async () => {
    const world = await connectedWorld({ ttlSeconds: 36_000 })
    for (let times = 0; times < 20; times++) {
      await answered(world)
      await world.clock.advance(15_000)
    }
    expect(world.calls).toHaveLength(1)
  })

  it('gives the token at hand where that renewal fails', async () => {
    const world = await connectedWorld({ ttlSeconds: 36_000 })
    const token = await answered(world)
    world.controls.provider = () => Promise.reject(failure({ status: 500 }))
    for (let times = 0; times < 10; times++) {
      await world.clock.advance(2000)
      expect(await answered(world)).toBe(token)
    }
    expect(world.calls.map(({ reason }) => reason)).toContain('manual')
  })

  it('gives a static token again and again, as it has no other', async () => {
    const world = createWorld()
    const token = mint({ user_id: 'jane' })
    await Promise.all([world.auth.connectUser({ id: 'jane' }, token), world.settle()])
    for (let times = 0; times < 10; times++) {
      expect(await answered(world)).toBe(token)
      await world.clock.advance(2000)
    }
  })

  it('rejects with not-connected where nobody is connected', async () => {
    const world = createWorld()
    expect(await answered(world)).toBe('not-connected')
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect(await answered(world)).toBe('not-connected')
  })

  it.each([
    ['connects', 'hold', async () => {}],
    [
      'has its token replaced',
      'mint',
      async (world: World) => {
        world.controls.provider = 'hold'
        world.live()[0]?.drop(40)
        await world.settle()
      },
    ],
  ] as const)(
    'rejects with session-ended if its user logs out while it %s',
    async (_, provider, act) => {
      const world = createWorld()
      world.controls.provider = provider
      world.auth.connectUser({ id: 'jane' }).catch(() => {})
      await world.settle()
      await act(world)
      const answer = ask(world)
      await world.settle()
      expect(answer.now).toBe('pending')
      await Promise.all([world.auth.disconnectUser(), world.settle()])
      expect(answer.now).toBe('session-ended')
    },
  )

  it('rejects with the error of a session that fails, and of one that has failed', async () => {
    const world = createWorld()
    world.controls.provider = () => Promise.reject(failure({ status: 401 }))
    world.auth.connectUser({ id: 'jane' }).catch(() => {})
    const waiting = ask(world)
    await world.settle()
    expect(waiting.now).toBe('token-provider-denied')
    expect(await answered(world)).toBe('token-provider-denied')
  })

  it('rejects with anonymous-not-allowed in an anonymous session, which has no token', async () => {
    const world = createWorld()
    await Promise.all([world.auth.connectAnonymousUser(), world.settle()])
    expect(await answered(world)).toBe('anonymous-not-allowed')
  })

  it("gives a guest's token", async () => {
    const world = createWorld()
    await Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()])
    expect(await answered(world, 'guest-1-v')).toBe(current(world))
  })

  it('for a user by name never gives the token of another, during and after a switch', async () => {
    const world = await connectedWorld()
    const switching = world.auth.switchUser({ id: 'bob' })
    const answers = [ask(world, 'jane'), ask(world, 'bob'), ask(world)]
    await Promise.all([switching, world.settle()])
    expect(answers[0]?.now).toBe('session-ended')
    expect(answers[1]?.now).toBe(current(world))
    expect(answers[2]?.now).toBe(current(world))
    expect(await answered(world, 'jane')).toBe('session-ended')
    expect(await answered(world, 'bob')).toBe(current(world))
  })

  it('gives the next token to those who wait between the two sessions of a switch', async () => {
    const world = await connectedWorld()
    world.controls.provider = 'hold'
    world.auth.switchUser({ id: 'bob' }).catch(() => {})
    const answer = ask(world)
    await world.settle()
    expect(answer.now).toBe('pending')
    world.lastCall().resolve(world.mintFor('bob'))
    await world.settle()
    expect(answer.now).toBe(current(world))
  })

  it('rejects with disposed after dispose()', async () => {
    const world = await connectedWorld()
    world.auth.dispose()
    expect(await rejection(world.auth.getToken())).toMatchObject({ code: 'disposed' })
  })
})
