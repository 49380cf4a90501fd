import { describe, expect, it, vi } from 'vitest'
import type { GuestStorage } from '../../src/core/environment.js'
import { held, rejection } from '../support/promises.js'
import {
  connectedWorld,
  createWorld,
  type World,
  type WorldOptions,
  failWith,
  whoIs,
} from '../support/world.js'

/** Storage that survives a reload of the page. */
function createStorage() {
  const items = new Map<string, string>()
  const storage: GuestStorage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
  return { items, storage }
}

async function asGuest(options?: WorldOptions): Promise<World> {
  const world = createWorld(options)
  await Promise.all([world.auth.setGuestUser({ id: 'v', name: 'V' }), world.settle()])
  return world
}

describe('a kept guest', () => {
  it('is the same guest after a reload, whatever id is asked for', async () => {
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
  ])('is replaced by a new guest if the storage %s', async (_, getItem) => {
    const storage = { getItem, setItem: fail, removeItem: fail } as unknown as GuestStorage
    const world = await asGuest({ guestStorage: storage })
    expect(whoIs(world)).toBe('guest-1-v')
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect(whoIs(world)).toBe('disconnected')
  })

  it('who is refused fails the session, and is not replaced', async () => {
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

  it('fails with the original error if it is not about the token', async () => {
    const world = await asGuest()
    world.controls.openFault = failWith('app-suspended')
    world.live()[0]?.drop()
    await world.clock.advance(500)
    expect(world.state()).toMatchObject({ error: { code: 'app-suspended' } })
  })

  it('is forgotten at log-out, but not when another user connects', async () => {
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

  it('is neither used nor created if the storage answers too late', async () => {
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

  it('is not kept if the backend creates the guest too late', async () => {
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
      const make = () => createWorld({ guestStorage } as unknown as WorldOptions)
      expect(make).toThrow(TypeError)
      expect(make).toThrow('`guestStorage`')
    },
  )
})

describe('upgradeGuest', () => {
  it('makes the guest a member, and resolves with both ids', async () => {
    const { items, storage } = createStorage()
    const world = await asGuest({ guestStorage: storage })
    const upgrading = world.auth.upgradeGuest({ id: 'jane' })
    await world.settle()
    expect(await upgrading).toEqual({ guestId: 'guest-1-v', userId: 'jane' })
    expect(world.state()).toMatchObject({ status: 'connected', identity: { type: 'user' } })
    expect(items.size).toBe(0)
  })

  it('goes back to the guest if the member cannot connect, and rejects with the reason', async () => {
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

  it('rejects unless a guest is connected', async () => {
    const world = await connectedWorld()
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

function fail(): never {
  throw new Error('blocked')
}
