import { describe, expect, it, vi } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import type { GuestStorage } from '../../src/core/environment.js'
import type { EndingSession } from '../../src/core/options.js'
import type { ChatUser } from '../../src/core/types.js'
import { createWorld, held, rejection, type World } from '../support/world.js'

type Options = Parameters<typeof createWorld>[0]

/** What a browser keeps of a page over a reload. */
function createStorage() {
  const items = new Map<string, string>()
  const storage: GuestStorage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
  return { items, storage }
}

async function asGuest(options?: Options): Promise<World> {
  const world = createWorld(options)
  await Promise.all([world.auth.setGuestUser({ id: 'v', name: 'V' }), world.settle()])
  return world
}

async function asJane(options?: Options): Promise<World> {
  const world = createWorld(options)
  await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
  return world
}

const suspended = () => Promise.reject(new ChatAuthError('app-suspended'))
const whoIs = (world: World) => {
  const state = world.state()
  return 'user' in state ? state.user.id : state.status
}

describe('a kept guest', () => {
  it('is the same person after a reload, whatever id is asked for', async () => {
    const { storage } = createStorage()
    await asGuest({ guestStorage: storage })
    const reloaded = createWorld({ guestStorage: storage })
    await Promise.all([reloaded.auth.setGuestUser({ id: 'other' }), reloaded.settle()])
    expect(whoIs(reloaded)).toBe('guest-1-v')
    expect(reloaded.guestsMade()).toBe(0)
    expect(reloaded.state()).toMatchObject({ identity: { user: { name: 'V' } } })
  })

  it('is kept for one app on one backend', async () => {
    const { items, storage } = createStorage()
    await asGuest({ guestStorage: storage })
    expect([...items.keys()]).toEqual(['react-chat-auth guest fake'])
  })

  it.each(['session', 'local'] as const)('may be kept in the %s storage', async (kind) => {
    const { items, storage } = createStorage()
    const world = createWorld({ guestStorage: kind })
    const asked = vi.fn<(kind: string) => GuestStorage>(() => storage)
    world.environment.storage = asked
    const { createChatAuth } = await import('../../src/core/createChatAuth.js')
    const { environment, connector } = world
    const auth = createChatAuth({ environment, connector, guestStorage: kind })
    await Promise.all([auth.setGuestUser({ id: 'v' }), world.settle()])
    expect(items.size).toBe(1)
    expect(asked).toHaveBeenCalledWith(kind)
  })

  it('is not kept unless asked, nor where there is no storage', async () => {
    const { createChatAuth } = await import('../../src/core/createChatAuth.js')
    const { environment, connector, settle } = createWorld()
    const storage = vi.fn(() => null)
    for (const guestStorage of [undefined, 'none'] as const) {
      const auth = createChatAuth({
        environment: { ...environment, storage },
        connector,
        guestStorage,
      })
      await Promise.all([auth.setGuestUser({ id: 'v' }), settle()])
    }
    expect(storage).not.toHaveBeenCalled()
    expect(whoIs(await asGuest({ guestStorage: 'local' }))).toBe('guest-1-v')
  })

  it.each([
    ['throws', () => fail()],
    ['rejects', () => Promise.reject(new Error('blocked'))],
    ['holds nonsense', () => 'nonsense'],
    ['holds something else', () => '{"user":{"name":"x"},"token":7}'],
    ['holds a guest without a token', () => '{"user":{"id":"x"}}'],
    ['holds a token without a guest', () => '{"token":"x"}'],
    ['holds a token of a guest without an id', () => '{"user":{"name":"x"},"token":"x"}'],
  ])('is made anew where the storage %s', async (_, getItem) => {
    const storage = { getItem, setItem: fail, removeItem: fail } as unknown as GuestStorage
    const world = await asGuest({ guestStorage: storage })
    expect(whoIs(world)).toBe('guest-1-v')
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect(whoIs(world)).toBe('disconnected')
  })

  it('who is refused is reported, and not replaced', async () => {
    const { items, storage } = createStorage()
    await asGuest({ guestStorage: storage })
    const reloaded = createWorld({ guestStorage: storage })
    reloaded.controls.refuseAll = 40
    const connecting = rejection(reloaded.auth.setGuestUser({ id: 'v' }))
    await reloaded.settle()
    expect(await connecting).toMatchObject({
      code: 'guest-refused',
      cause: { code: 'token-expired' },
    })
    expect(reloaded.state()).toMatchObject({ status: 'failed', error: { code: 'guest-refused' } })
    expect(reloaded.guestsMade()).toBe(0)
    expect(items.size).toBe(1)
    reloaded.controls.refuseAll = null
    await Promise.all([reloaded.auth.disconnectUser(), reloaded.settle()])
    expect(items.size).toBe(0)
    await Promise.all([reloaded.auth.setGuestUser({ id: 'v' }), reloaded.settle()])
    expect(reloaded.guestsMade()).toBe(1)
  })

  it('fails as anyone does for what is not about their token', async () => {
    const world = await asGuest()
    world.controls.openFault = suspended
    world.live()[0]?.drop()
    await world.clock.advance(500)
    expect(world.state()).toMatchObject({ error: { code: 'app-suspended' } })
  })

  it('is forgotten at log-out, not when someone else connects', async () => {
    const { items, storage } = createStorage()
    const world = await asGuest({ guestStorage: storage })
    await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
    await world.auth.disconnectUser()
    expect(items.size).toBe(1)
    await Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()])
    expect(whoIs(world)).toBe('guest-1-v')
    await world.auth.disconnectUser()
    expect(items.size).toBe(0)
  })

  it('is neither used nor made when they are found too late', async () => {
    for (const found of [null, '{"user":{"id":"x"},"token":"x"}']) {
      const reading = held<string | null>()
      const storage = { ...createStorage().storage, getItem: () => reading.promise }
      const world = createWorld({ guestStorage: storage })
      const guest = rejection(world.auth.setGuestUser({ id: 'v' }))
      await world.settle()
      await world.auth.disconnectUser()
      reading.resolve(found)
      await world.settle()
      expect(await guest).toMatchObject({ code: 'superseded' })
      expect(world.guestsMade()).toBe(0)
      expect(world.sockets).toEqual([])
      expect(world.clock.pendingTimers).toBe(0)
    }
  })

  it('is not kept when they were made too late', async () => {
    const { items, storage } = createStorage()
    const world = createWorld({ guestStorage: storage })
    const gate = held<void>()
    world.controls.guestGate = gate.promise
    const guest = rejection(world.auth.setGuestUser({ id: 'v' }))
    await world.settle()
    await world.auth.disconnectUser()
    expect(world.guestSignals[0]?.aborted).toBe(true)
    gate.resolve()
    await world.settle()
    expect(await guest).toMatchObject({ code: 'superseded' })
    expect(items.size).toBe(0)
  })

  it.each(['cookies', {}, null, 7])(
    'throws a TypeError for the guestStorage %j',
    (guestStorage) => {
      const make = () => createWorld({ guestStorage } as unknown as Options)
      expect(make).toThrow(TypeError)
      expect(make).toThrow('`guestStorage`')
    },
  )
})

describe('upgradeGuest', () => {
  it('makes the guest a member, and tells both ids', async () => {
    const { items, storage } = createStorage()
    const world = await asGuest({ guestStorage: storage })
    const upgrading = world.auth.upgradeGuest({ id: 'jane' })
    await world.settle()
    expect(await upgrading).toEqual({ guestId: 'guest-1-v', userId: 'jane' })
    expect(world.state()).toMatchObject({ status: 'connected', identity: { type: 'user' } })
    expect(items.size).toBe(0)
  })

  it('goes back to the guest when the member cannot connect, and says why', async () => {
    const { items, storage } = createStorage()
    const world = await asGuest({ guestStorage: storage })
    const upgrading = rejection(world.auth.upgradeGuest({ id: 'jane' }, 'not a token'))
    await world.settle()
    expect(await upgrading).toMatchObject({ code: 'token-malformed' })
    expect(whoIs(world)).toBe('guest-1-v')
    expect(world.guestsMade()).toBe(1)
    expect(items.size).toBe(1)
    await world.auth.setGuestUser({ id: 'v' })
    expect(world.guestsMade()).toBe(1)
  })

  it('is for connected guests only', async () => {
    const world = await asJane()
    expect(await rejection(world.auth.upgradeGuest({ id: 'bob' }))).toMatchObject({
      code: 'not-a-guest',
    })
    const nobody = createWorld()
    expect(await rejection(nobody.auth.upgradeGuest({ id: 'bob' }))).toMatchObject({
      code: 'not-a-guest',
    })
    nobody.auth.dispose()
    expect(await rejection(nobody.auth.upgradeGuest({ id: 'bob' }))).toMatchObject({
      code: 'disposed',
    })
  })
})

describe('a switch that goes back', () => {
  it('has the previous user again when it rejects', async () => {
    const world = await asJane()
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, 'bad', { goBack: true }))
    await world.settle()
    expect(await switching).toMatchObject({ code: 'token-malformed' })
    expect(whoIs(world)).toBe('jane')
    await world.auth.connectUser({ id: 'jane' })
    expect(world.sockets).toHaveLength(2)
  })

  it('does not go back unless asked', async () => {
    const world = await asJane()
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, 'bad'))
    await world.settle()
    expect(await switching).toMatchObject({ code: 'token-malformed' })
    expect(whoIs(world)).toBe('failed')
  })

  it('does not go back over whoever came after it, and failed', async () => {
    const world = await asJane()
    world.controls.provider = 'hold'
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await world.settle()
    const after = rejection(world.auth.connectUser({ id: 'carol' }, 'bad'))
    await world.settle()
    expect(await after).toMatchObject({ code: 'token-malformed' })
    expect(await switching).toMatchObject({ code: 'superseded' })
    expect(world.state()).toMatchObject({ status: 'failed', identity: { user: { id: 'carol' } } })
  })

  it('does not go back over whoever came after it', async () => {
    const world = await asJane()
    world.controls.provider = 'hold'
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await world.settle()
    world.controls.provider = 'mint'
    const after = world.auth.connectUser({ id: 'carol' })
    await world.settle()
    await after
    expect(await switching).toMatchObject({ code: 'superseded' })
    expect(whoIs(world)).toBe('carol')
  })

  it('rejects with why it failed also where going back fails too', async () => {
    const world = await asJane()
    world.controls.openFault = suspended
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, 'bad', { goBack: true }))
    await world.settle()
    expect(await switching).toMatchObject({ code: 'token-malformed' })
    expect(world.state()).toMatchObject({ status: 'failed', identity: { user: { id: 'jane' } } })
  })

  it('has nowhere to go back to where nobody was', async () => {
    const world = createWorld()
    const switching = rejection(world.auth.switchUser({ id: 'bob' }, 'bad', { goBack: true }))
    await world.settle()
    expect(await switching).toMatchObject({ code: 'token-malformed' })
    expect(whoIs(world)).toBe('failed')
  })

  it('stays where it is when it was no user at all', async () => {
    const world = await asJane()
    const switching = world.auth.switchUser({} as ChatUser, undefined, { goBack: true })
    expect(await rejection(switching)).toBeInstanceOf(TypeError)
    expect(world.sockets).toHaveLength(1)
    expect(whoIs(world)).toBe('jane')
  })
})

describe('beforeSessionEnd', () => {
  it('is called while the session still works, and the log-out waits for it', async () => {
    const done = held<void>()
    const before = vi.fn<(ending: EndingSession) => Promise<void>>(() => done.promise)
    const world = await asJane({ beforeSessionEnd: before })
    const leaving = world.auth.disconnectUser()
    await world.settle()
    expect(world.state().status).toBe('connected')
    const state = world.state()
    expect(before).toHaveBeenCalledWith({
      identity: { type: 'user', user: { id: 'jane' } },
      client: 'client' in state ? state.client : null,
      sessionId: 'sessionId' in state ? state.sessionId : null,
      fetch: expect.any(Function),
    })
    await before.mock.calls[0]?.[0].fetch('/unregister')
    expect(world.requests).toMatchObject([{ path: '/unregister', outcome: 'taken' }])
    done.resolve()
    await leaving
    expect(world.state().status).toBe('disconnected')
  })

  it('keeps the session by false, and the caller is told', async () => {
    const world = await asJane({ beforeSessionEnd: () => false })
    const before = world.state()
    expect(await rejection(world.auth.disconnectUser())).toMatchObject({ code: 'vetoed' })
    const switching = world.auth.switchUser({ id: 'bob' })
    expect(await rejection(switching)).toMatchObject({ code: 'vetoed' })
    expect(world.state()).toBe(before)
  })

  it.each([() => true, () => undefined, () => Promise.resolve()])(
    'lets it end by anything else: %s',
    async (beforeSessionEnd) => {
      const world = await asJane({ beforeSessionEnd })
      await Promise.all([world.auth.switchUser({ id: 'bob' }), world.settle()])
      expect(whoIs(world)).toBe('bob')
    },
  )

  it('holds the end up for beforeEndTimeoutMs at most', async () => {
    const beforeSessionEnd = () => new Promise<void>(() => {})
    const world = await asJane({ beforeSessionEnd, beforeEndTimeoutMs: 500, ttlSeconds: null })
    const leaving = world.auth.disconnectUser()
    await world.clock.advance(499)
    expect(world.state().status).toBe('connected')
    await world.clock.advance(1)
    await leaving
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('that throws is reported, and the session ends', async () => {
    const world = await asJane({
      ttlSeconds: null,
      beforeSessionEnd: () => {
        throw new Error('mine')
      },
    })
    await world.auth.disconnectUser()
    expect(world.state().status).toBe('disconnected')
    await expect(world.clock.advance(0)).rejects.toThrow('mine')
  })

  it('is asked once for two intents at once, of which the later wins', async () => {
    const beforeSessionEnd = vi.fn(() => Promise.resolve())
    const world = await asJane({ beforeSessionEnd })
    const bob = rejection(world.auth.switchUser({ id: 'bob' }))
    const carol = world.auth.switchUser({ id: 'carol' })
    await world.settle()
    await carol
    expect(await bob).toMatchObject({ code: 'superseded' })
    expect(beforeSessionEnd).toHaveBeenCalledTimes(1)
    await Promise.all([world.auth.switchUser({ id: 'dave' }), world.settle()])
    expect(beforeSessionEnd).toHaveBeenCalledTimes(2)
  })

  it('gives the session back to who connects its user again meanwhile', async () => {
    const done = held<void>()
    const world = await asJane({ beforeSessionEnd: () => done.promise })
    const leaving = rejection(world.auth.disconnectUser())
    await world.auth.connectUser({ id: 'jane' })
    done.resolve()
    expect(await leaving).toMatchObject({ code: 'superseded' })
    expect(world.state().status).toBe('connected')
    expect(world.sockets).toHaveLength(1)
  })

  it('is not asked for a session that never connected, nor at dispose', async () => {
    const beforeSessionEnd = vi.fn()
    const world = createWorld({ beforeSessionEnd })
    world.controls.provider = 'hold'
    const connecting = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.auth.disconnectUser()
    await connecting
    const jane = await asJane({ beforeSessionEnd })
    jane.auth.dispose()
    expect(beforeSessionEnd).not.toHaveBeenCalled()
  })
})

describe('afterSessionEnd', () => {
  it('is told once of each session that had connected, and why it ended', async () => {
    const afterSessionEnd = vi.fn()
    const world = await asJane({ afterSessionEnd })
    const state = world.state()
    const sessionId = 'sessionId' in state ? state.sessionId : null
    await world.auth.disconnectUser()
    expect(afterSessionEnd.mock.calls).toEqual([
      [
        {
          identity: { type: 'user', user: { id: 'jane' } },
          sessionId,
          error: expect.objectContaining({ code: 'session-ended' }),
        },
      ],
    ])
    world.controls.openFault = suspended
    await rejection(Promise.all([world.auth.connectUser({ id: 'bob' }), world.settle()]))
    await world.auth.disconnectUser()
    expect(afterSessionEnd).toHaveBeenCalledTimes(1)
  })

  it('is told of a failure once, though the session is left later', async () => {
    const afterSessionEnd = vi.fn()
    const world = await asJane({ afterSessionEnd })
    world.controls.refuseAll = 43
    await rejection(world.auth.fetch('/'))
    await world.auth.disconnectUser()
    expect(afterSessionEnd).toHaveBeenCalledTimes(1)
    expect(afterSessionEnd.mock.calls[0]?.[0]).toMatchObject({
      error: { code: 'token-signature-invalid' },
    })
    expect(world.typesOf().filter((type) => type.startsWith('session-'))).toEqual([
      'session-started',
      'session-connected',
      'session-failed',
    ])
  })
})

describe('bad input', () => {
  it.each(['role', 'created_at', 'updated_at', 'deactivated_at', 'deleted_at', 'banned'])(
    'a user with the reserved field %s is a TypeError that names it',
    async (field) => {
      const world = createWorld()
      for (const user of [
        { id: 'jane', [field]: 'x' },
        { id: 'v', [field]: null },
      ]) {
        const error = await rejection(world.auth.connectUser(user))
        expect(error).toBeInstanceOf(TypeError)
        expect(error.message).toContain(`\`user.${field}\``)
        expect(await rejection(world.auth.setGuestUser(user))).toBeInstanceOf(TypeError)
      }
    },
  )

  it('a backend that makes no guests is guests-disabled', async () => {
    for (const code of ['not-allowed', 'authentication-failed'] as const) {
      const world = createWorld()
      world.controls.guestFault = new ChatAuthError(code)
      const connecting = rejection(world.auth.setGuestUser({ id: 'v' }))
      await world.settle()
      expect(await connecting).toMatchObject({ code: 'guests-disabled', cause: { code } })
    }
  })

  it('a guest who cannot be made for another reason fails for that reason', async () => {
    const world = createWorld()
    world.controls.guestFault = new ChatAuthError('server-error')
    const down = rejection(world.auth.setGuestUser({ id: 'v' }))
    await world.settle()
    expect(await down).toMatchObject({ code: 'server-error' })
    world.controls.guestFault = new RangeError('odd')
    const odd = rejection(world.auth.setGuestUser({ id: 'v' }))
    await world.settle()
    expect(await odd).toMatchObject({ code: 'connection-failed', cause: new RangeError('odd') })
  })

  it('a backend that takes no anonymous users is anonymous-refused', async () => {
    const world = createWorld()
    world.controls.refuseAll = 5
    const connecting = rejection(world.auth.connectAnonymousUser())
    await world.settle()
    expect(await connecting).toMatchObject({ code: 'anonymous-refused' })
  })
})

function fail(): never {
  throw new Error('blocked')
}
