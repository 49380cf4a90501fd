import { describe, expect, it } from 'vitest'
import { createChatAuth } from '../../src/core/createChatAuth.js'
import { ChatAuthError } from '../../src/core/errors.js'
import type { GuestStorage } from '../../src/core/environment.js'
import {
  RefusedError,
  type ConnectionContext,
  type Connector,
  type Credential,
} from '../../src/core/connector.js'
import { createFakeBrowser } from '../support/fakeBrowser.js'
import { held, rejection, quietly } from '../support/promises.js'
import { createWorld } from '../support/world.js'

const jane = { id: 'jane' }
/** A session whose sockets the test opens and loses by hand. */
function createByHand(options: { provider?: 'hold' } = {}) {
  const opens: { credential: Credential; opened: ReturnType<typeof held<{ id: string }>> }[] = []
  let context: ConnectionContext | undefined
  const connector: Connector<null> = {
    id: 'by hand',
    createConnection(given) {
      context = given
      return {
        client: null,
        open(credential) {
          const opened = held<{ id: string }>()
          opens.push({ credential, opened })
          return opened.promise
        },
        fetch: () => Promise.reject(new Error('unused')),
        close: () => Promise.resolve(),
      }
    },
    createGuest: () => Promise.reject(new Error('unused')),
  }
  const world = createWorld()
  if (options.provider) world.controls.provider = options.provider
  const ended: string[] = []
  let connects = 0
  const auth = createChatAuth({
    connector,
    environment: world.environment,
    tokenProvider: world.provider,
    onEvent: ({ type }) => void (type === 'session-connected' && connects++),
    afterSessionEnd: ({ error }) => ended.push(error.code),
  })
  return {
    auth,
    world,
    opens,
    ended,
    connects: () => connects,
    open: (index: number) => opens[index]?.opened.resolve(jane),
    /** @param index without it, the connector does not say which socket was lost */
    lose: (error: ChatAuthError | RefusedError, index?: number) =>
      context?.connectionLost(error, index === undefined ? undefined : opens[index]?.credential),
  }
}

const expired = () => new RefusedError({ code: 40, message: 'token is expired' })
const broken = () => new ChatAuthError('connection-failed')

async function microtasks(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve()
}

/** A session whose socket was welcomed `after` microtasks ago. */
async function welcomed(microtasksAgo: number) {
  const hand = createByHand()
  quietly(hand.auth.connectUser(jane))
  await hand.world.settle()
  hand.open(0)
  await microtasks(microtasksAgo)
  return hand
}

describe('a socket that is lost at the moment of its welcome', () => {
  it.each([
    ['over its token', expired],
    ['with its line', broken],
  ])('%s is opened again, in whichever microtask the loss is reported', async (_, reason) => {
    for (let after = 0; after <= 16; after++) {
      const hand = await welcomed(after)
      hand.lose(reason())
      await hand.world.clock.advance(1000)
      expect(hand.opens, `after ${after} microtasks`).toHaveLength(2)
      hand.open(1)
      await hand.world.settle()
      expect(hand.auth.getState().status).toBe('connected')
      hand.auth.dispose()
    }
  })

  it('before its `open` resolves is opened again', async () => {
    const hand = createByHand()
    quietly(hand.auth.connectUser(jane))
    await hand.world.settle()
    hand.lose(expired(), 0)
    hand.open(0)
    await hand.world.clock.advance(1000)
    expect(hand.opens).toHaveLength(2)
  })
})

describe('a socket that is lost at a rotation', () => {
  async function rotating() {
    const hand = createByHand()
    quietly(hand.auth.connectUser(jane))
    await hand.world.settle()
    hand.open(0)
    await hand.world.settle()
    await Promise.all([hand.auth.refreshToken(), hand.world.settle()])
    expect(hand.opens).toHaveLength(2)
    return hand
  }

  it('is not taken for the new one if the connector says which is lost', async () => {
    const hand = await rotating()
    hand.lose(broken(), 0)
    expect(hand.auth.getState().status).toBe('reconnecting')
    hand.open(1)
    await hand.world.clock.advance(60_000 / 4)
    expect(hand.auth.getState().status).toBe('connected')
    expect(hand.opens).toHaveLength(2)
  })

  it('as the new one is opened again, with the old one gone', async () => {
    const hand = await rotating()
    hand.open(1)
    hand.lose(broken(), 1)
    await hand.world.clock.advance(1000)
    expect(hand.opens).toHaveLength(3)
    hand.open(2)
    await hand.world.settle()
    expect(hand.auth.getState().status).toBe('connected')
  })

  it('is opened once more if the connector does not say which is lost', async () => {
    const hand = await rotating()
    hand.open(1)
    hand.lose(broken())
    await hand.world.clock.advance(1000)
    expect(hand.opens).toHaveLength(3)
  })

  it('twice counts as one loss', async () => {
    const hand = await rotating()
    hand.open(1)
    await hand.world.settle()
    hand.lose(broken(), 1)
    hand.lose(broken(), 1)
    await hand.world.clock.advance(1000)
    expect(hand.opens).toHaveLength(3)
  })
})

describe('a log-out', () => {
  it('in the microtasks after the welcome calls `afterSessionEnd` only for a session that had connected', async () => {
    for (let after = 0; after <= 16; after++) {
      const hand = await welcomed(after)
      await Promise.all([hand.auth.disconnectUser(), hand.world.settle()])
      expect(hand.ended, `after ${after} microtasks`).toEqual(
        hand.connects() > 0 ? ['session-ended'] : [],
      )
    }
  })

  it('in the microtasks after the provider’s answer opens no socket with its token', async () => {
    for (let after = 0; after <= 16; after++) {
      const hand = createByHand({ provider: 'hold' })
      quietly(hand.auth.connectUser(jane))
      await hand.world.settle()
      hand.world.lastCall().resolve(hand.world.mintFor('jane'))
      await microtasks(after)
      const opensBefore = hand.opens.length
      await Promise.all([hand.auth.disconnectUser(), hand.world.settle()])
      expect(hand.opens, `after ${after} microtasks`).toHaveLength(opensBefore)
    }
  })
})

describe('a storage for guests', () => {
  const storageOf = (methods: Partial<GuestStorage>) => ({
    getItem: () => null,
    setItem: () => {},
    removeItem: () => {},
    ...methods,
  })
  const never = () => new Promise<never>(() => {})

  it('that never answers delays a guest by three seconds, and a log-out by as much', async () => {
    const guestStorage = storageOf({ getItem: never, setItem: never, removeItem: never })
    const world = createWorld({ guestStorage })
    const connecting = world.auth.setGuestUser({ id: 'v' })
    await world.clock.advance(3000)
    await connecting
    expect(world.state().status).toBe('connected')
    const leaving = world.auth.disconnectUser()
    await world.clock.advance(3000)
    await leaving
    expect(world.state()).toEqual({ status: 'disconnected' })
    expect(world.clock.pendingTimers).toBe(0)
  })

  it('that forgets slowly does not bring back a guest who has logged out', async () => {
    let kept: string | null = null
    const removal = held<void>()
    const guestStorage = storageOf({
      getItem: () => kept,
      setItem: (_, value) => void (kept = value),
      removeItem: () => removal.promise.then(() => void (kept = null)),
    })
    const world = createWorld({ guestStorage })
    await Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()])
    quietly(world.auth.disconnectUser())
    await world.settle()
    const again = world.auth.setGuestUser({ id: 'v' })
    await world.clock.advance(3000)
    await again
    expect(world.guestsMade()).toBe(2)
    removal.resolve()
    await world.settle()
    // The second guest is written only after the first one is removed.
    expect(JSON.parse(String(kept))).toMatchObject({ user: { id: 'guest-2-v' } })
  })

  it('forgets a guest who logs out during an upgrade', async () => {
    let kept: string | null = null
    const guestStorage = storageOf({
      getItem: () => kept,
      setItem: (_, value) => void (kept = value),
      removeItem: () => void (kept = null),
    })
    const world = createWorld({ guestStorage })
    await Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()])
    expect(kept).not.toBeNull()
    world.controls.provider = 'hold'
    const upgrading = rejection(world.auth.upgradeGuest(jane))
    await world.settle()
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect((await upgrading).code).toBe('superseded')
    expect(kept).toBeNull()
  })
})

describe('a session that cannot be assembled', () => {
  it('fails three times over a bad static token, and leaves no channel open', async () => {
    const browser = createFakeBrowser()
    const tab = browser.openTab()
    for (let time = 0; time < 3; time++) {
      const error = await rejection(tab.auth.connectUser(jane, 'no token'))
      expect(error.code).toBe('token-malformed')
      expect(browser.channels()).toBe(0)
    }
    tab.auth.dispose()
    expect(browser.channels()).toBe(0)
  })
})

describe('a retry of a failed session', () => {
  it('shows `connecting` before it returns', async () => {
    const world = createWorld()
    world.controls.provider = () => Promise.reject(Object.assign(new Error(), { status: 401 }))
    quietly(world.auth.connectUser(jane))
    await world.settle()
    expect(world.state().status).toBe('failed')
    world.controls.provider = 'mint'
    const retrying = world.auth.retry()
    expect(world.state()).toMatchObject({ status: 'connecting', identity: { user: jane } })
    await Promise.all([retrying, world.settle()])
    expect(world.state().status).toBe('connected')
  })

  it('superseded by a log-out in the same task leaves the handle disconnected', async () => {
    const world = createWorld()
    world.controls.provider = () => Promise.reject(Object.assign(new Error(), { status: 401 }))
    quietly(world.auth.connectUser(jane))
    await world.settle()
    const retrying = rejection(world.auth.retry())
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect((await retrying).code).toBe('superseded')
    expect(world.state()).toEqual({ status: 'disconnected' })
  })
})

describe('two requests that were refused', () => {
  it('are both held and answered although only one request may be held', async () => {
    const world = createWorld({ maxHeldRequests: 1 })
    await Promise.all([world.auth.connectUser(jane), world.settle()])
    world.revoke(...world.live().map(({ token }) => token))
    world.controls.provider = 'hold'
    const requests = [world.auth.fetch('/1'), world.auth.fetch('/2')]
    await world.settle()
    expect((await rejection(world.auth.fetch('/3'))).code).toBe('hold-overflow')
    world.lastCall().resolve(world.mintFor('jane'))
    const answers = await Promise.all(requests)
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })
})

describe('a connection that is lost over its token', () => {
  it('is shown as lost once the provider has failed to return a new one', async () => {
    const world = createWorld()
    await Promise.all([world.auth.connectUser(jane), world.settle()])
    world.controls.provider = () => Promise.reject(new Error('down'))
    world.revoke(...world.live().map(({ token }) => token))
    world.live()[0]?.drop(40)
    await world.settle()
    expect(world.state()).toMatchObject({
      status: 'reconnecting',
      error: { code: 'token-provider-failed' },
    })
    world.controls.provider = 'mint'
    await world.clock.advance(30_000)
    expect(world.state().status).toBe('connected')
  })
})
