import { describe, expect, it, vi } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import { createFakeBrowser, type FakeTab } from '../support/fakeBrowser.js'
import { rejection } from '../support/world.js'

type Browser = ReturnType<typeof createFakeBrowser>
type TabOptions = Parameters<Browser['openTab']>[0]

async function connect(browser: Browser, tab: FakeTab, id = 'jane') {
  await Promise.all([tab.auth.connectUser({ id }), browser.settle()])
}

/** A tab that acts and one that should notice, both connected as Jane. */
async function openAsJane(options?: TabOptions) {
  const browser = createFakeBrowser()
  const [acting, other] = [browser.openTab(), browser.openTab(options)]
  await connect(browser, acting)
  await connect(browser, other)
  return { browser, acting, other }
}

const whoIs = ({ state }: FakeTab) => {
  const now = state()
  return 'user' in now ? now.user.id : now.status
}
const endings = (tab: FakeTab) =>
  tab.events.flatMap((event) => (event.type === 'session-ended' ? [event.by] : []))
const openFault = () => Promise.reject(new ChatAuthError('app-suspended'))

describe('a log-out', () => {
  it('reaches every tab of this user, which tell nobody in turn', async () => {
    const { browser, acting, other } = await openAsJane()
    const third = browser.openTab()
    await connect(browser, third)
    other.controls.requestGate = new Promise(() => {})
    const asked = rejection(other.auth.fetch('/'))
    await browser.settle()
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect([acting, other, third].map(whoIs)).toEqual(Array(3).fill('disconnected'))
    expect([acting, other, third].map(endings)).toEqual([
      ['this-tab'],
      ['another-tab'],
      ['another-tab'],
    ])
    expect(await asked).toMatchObject({ code: 'session-ended' })
    expect(browser.typesPosted().filter((type) => type === 'departure')).toHaveLength(1)
    expect([browser.channels(), browser.clock.pendingTimers]).toEqual([0, 0])
  })

  it('is told before the connection has closed, which may outlive the page', async () => {
    const { browser, acting, other } = await openAsJane()
    void acting.auth.disconnectUser()
    expect(browser.typesPosted().at(-1)).toBe('departure')
    acting.die()
    await browser.settle()
    expect(whoIs(other)).toBe('disconnected')
  })

  it('leaves other users alone, and who comes after', async () => {
    const { browser, acting, other } = await openAsJane()
    const bob = browser.openTab()
    await connect(browser, bob, 'bob')
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    await connect(browser, acting)
    await browser.settle()
    expect([acting, other, bob].map(whoIs)).toEqual(['jane', 'disconnected', 'bob'])
    for (const tab of [acting, other, bob]) tab.wake()
    await browser.settle()
    expect([acting, other, bob].map(whoIs)).toEqual(['jane', 'disconnected', 'bob'])
  })

  it('ends one that is still connecting', async () => {
    const browser = createFakeBrowser()
    const [acting, other] = [browser.openTab(), browser.openTab()]
    await connect(browser, acting)
    await browser.clock.advance(500)
    other.controls.provider = 'hold'
    const connecting = rejection(other.auth.connectUser({ id: 'jane' }))
    await browser.settle()
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect(await connecting).toMatchObject({ code: 'superseded' })
    expect(whoIs(other)).toBe('disconnected')
  })

  it.each(['told', 'woken'])('ends one that has failed, when it is %s', async (how) => {
    const { browser, acting, other } = await openAsJane()
    other.controls.refuseAll = 43
    await rejection(other.auth.fetch('/'))
    expect(other.state().status).toBe('failed')
    browser.lacks.channels = how === 'woken'
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    if (how === 'woken') other.wake()
    await browser.settle()
    expect(whoIs(other)).toBe('disconnected')
    expect(other.wakers.size).toBe(0)
  })

  it('is noticed by a retry, which then does not revive the session', async () => {
    const { browser, acting, other } = await openAsJane()
    other.controls.refuseAll = 43
    await rejection(other.auth.fetch('/'))
    browser.lacks.channels = true
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    other.controls.refuseAll = null
    const calls = other.calls.length
    const retried = rejection(other.auth.retry())
    await browser.settle()
    expect(await retried).toMatchObject({ code: 'superseded' })
    expect([whoIs(other), other.calls.length]).toEqual(['disconnected', calls])
    // Who connects by intent is not held back by what was before.
    await connect(browser, other)
    expect(whoIs(other)).toBe('jane')
  })

  it('is noticed by a frozen tab as soon as it runs again, before it sends anything', async () => {
    const { browser, acting, other } = await openAsJane({ ttlSeconds: 60 })
    other.freeze()
    browser.lacks.channels = true
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    await browser.clock.advance(600_000)
    const { length } = other.calls
    other.thaw()
    expect(other.state().status).toBe('disconnecting')
    await browser.settle()
    expect(whoIs(other)).toBe('disconnected')
    expect([other.calls.length, other.sockets.length]).toEqual([length, 1])
  })

  it('is noticed once, by the message or the mark', async () => {
    const { browser, acting, other } = await openAsJane()
    other.freeze()
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    other.thaw()
    await browser.settle()
    expect(endings(other)).toEqual(['another-tab'])
  })

  it('needs no storage where there are channels', async () => {
    const browser = createFakeBrowser()
    browser.lacks.storage = true
    const [acting, other] = [browser.openTab(), browser.openTab()]
    for (let times = 0; times < 2; times++) {
      await connect(browser, acting)
      await connect(browser, other)
      await Promise.all([acting.auth.disconnectUser(), browser.settle()])
      expect(whoIs(other)).toBe('disconnected')
    }
  })

  it('that was vetoed is told to nobody, and those who follow are not asked', async () => {
    const browser = createFakeBrowser()
    const mayEnd = vi.fn(() => false)
    const asked = vi.fn(() => false)
    const acting = browser.openTab({ beforeSessionEnd: mayEnd })
    const other = browser.openTab({ beforeSessionEnd: asked })
    await connect(browser, acting)
    await connect(browser, other)
    expect(await rejection(acting.auth.disconnectUser())).toMatchObject({ code: 'vetoed' })
    await browser.settle()
    expect(whoIs(other)).toBe('jane')
    mayEnd.mockReturnValue(true)
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect(whoIs(other)).toBe('disconnected')
    expect(asked).not.toHaveBeenCalled()
  })

  it.each([['dispose'], ['die'], ['retry'], ['fail']])(
    'is not what a tab does by %s',
    async (how) => {
      const { browser, acting, other } = await openAsJane()
      if (how === 'dispose') acting.auth.dispose()
      if (how === 'die') acting.die()
      if (how === 'fail' || how === 'retry') {
        acting.controls.refuseAll = 43
        await rejection(acting.auth.fetch('/'))
        acting.controls.refuseAll = null
      }
      if (how === 'retry') await Promise.all([acting.auth.retry(), browser.settle()])
      await browser.settle()
      other.wake()
      await browser.settle()
      expect(whoIs(other)).toBe('jane')
    },
  )

  it('stays in its tab where that is what the app wants', async () => {
    const { browser, acting, other } = await openAsJane({ crossTab: false })
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    other.wake()
    await browser.settle()
    expect(whoIs(other)).toBe('jane')
    await Promise.all([other.auth.disconnectUser(), browser.settle()])
    expect(browser.typesPosted().filter((type) => type === 'departure')).toHaveLength(1)
  })

  it.each(['', 'nonsense', 'null', '7', '{"count":"9"}', '{}'])(
    'is not read from the mark %j, nor kept from being marked by it',
    async (mark) => {
      const { browser, acting, other } = await openAsJane()
      const third = browser.openTab()
      await connect(browser, third)
      third.freeze()
      await Promise.all([acting.auth.disconnectUser(), browser.settle()])
      const [name = ''] = browser.storage.keys()
      expect(name).toContain('jane')
      browser.storage.set(name, mark)
      await connect(browser, acting)
      await connect(browser, other)
      other.wake()
      await browser.settle()
      expect(whoIs(other)).toBe('jane')
      browser.lacks.channels = true
      await Promise.all([acting.auth.disconnectUser(), browser.settle()])
      other.wake()
      await browser.settle()
      expect(whoIs(other)).toBe('disconnected')
    },
  )

  it('is heeded though the app has cleared its storage in between', async () => {
    const { browser, acting, other } = await openAsJane()
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    await connect(browser, acting)
    await connect(browser, other)
    browser.storage.clear()
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect(whoIs(other)).toBe('disconnected')
  })

  it.each([7, {}, { userId: 'bob' }, { userId: 7, departures: 0 }])(
    'is what is left of a switch to %j',
    async (next) => {
      const { browser, other } = await openAsJane()
      const name = browser.posted[0]?.name ?? ''
      const channel = browser.openTab().environment.tabs?.openChannel(name, () => {})
      channel?.post({ type: 'departure', count: 1, next })
      await browser.settle()
      expect(whoIs(other)).toBe('disconnected')
    },
  )

  it('of a guest ends the same guest elsewhere, who is forgotten there as well', async () => {
    const browser = createFakeBrowser()
    const kept = new Map<string, string>()
    const guestStorage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: vi.fn((key: string) => void kept.delete(key)),
    }
    const [acting, other] = [browser.openTab({ guestStorage }), browser.openTab({ guestStorage })]
    for (const { auth } of [acting, other]) {
      await Promise.all([auth.setGuestUser({ id: 'v' }), browser.settle()])
    }
    expect([acting, other].map(whoIs)).toEqual(['guest-1-v', 'guest-1-v'])
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect([acting, other].map(whoIs)).toEqual(['disconnected', 'disconnected'])
    expect(guestStorage.removeItem).toHaveBeenCalledTimes(2)
  })

  it('of an anonymous user is nobody’s business', async () => {
    const browser = createFakeBrowser()
    const [acting, other] = [browser.openTab(), browser.openTab()]
    for (const { auth } of [acting, other]) {
      await Promise.all([auth.connectAnonymousUser(), browser.settle()])
    }
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect(whoIs(other)).toBe('!anon')
    expect([browser.posted, browser.channels()]).toEqual([[], 0])
  })
})

describe('a switch', () => {
  it('is followed by tabs with a token provider of their own, which tell nobody', async () => {
    const { browser, acting, other } = await openAsJane()
    await Promise.all([acting.auth.switchUser({ id: 'bob' }), browser.settle()])
    expect([acting, other].map(whoIs)).toEqual(['bob', 'bob'])
    expect(other.typesOf().filter((type) => type === 'session-started')).toHaveLength(2)
    expect(browser.typesPosted().filter((type) => type === 'departure')).toHaveLength(1)
    // As any tabs of one user, they share what follows.
    await browser.clock.advance(500)
    const before = acting.calls.length + other.calls.length
    await browser.clock.advance(42_000)
    expect(acting.calls.length + other.calls.length).toBe(before + 1)
  })

  it('logs those out that have none', async () => {
    const browser = createFakeBrowser()
    const [acting, other] = [browser.openTab(), browser.openTab({ tokenProvider: undefined })]
    await connect(browser, acting)
    const own = () => other.mintFor('jane')
    await Promise.all([other.auth.connectUser({ id: 'jane' }, own), browser.settle()])
    await Promise.all([acting.auth.switchUser({ id: 'bob' }), browser.settle()])
    expect([acting, other].map(whoIs)).toEqual(['bob', 'disconnected'])
  })

  it.each([
    ['a guest', (tab: FakeTab) => tab.auth.setGuestUser({ id: 'v' })],
    ['an anonymous user', (tab: FakeTab) => tab.auth.connectAnonymousUser()],
  ])('to %s logs the others out', async (_, become) => {
    const { browser, acting, other } = await openAsJane()
    await Promise.all([become(acting), browser.settle()])
    expect(whoIs(other)).toBe('disconnected')
  })

  it('that fails is followed as well: the old user has left', async () => {
    const { browser, acting, other } = await openAsJane()
    acting.controls.openFault = openFault
    await Promise.all([rejection(acting.auth.switchUser({ id: 'bob' })), browser.settle()])
    expect([whoIs(acting), whoIs(other)]).toEqual(['failed', 'bob'])
  })

  it('whose follower cannot connect is a failure in its state, and nothing more', async () => {
    const { browser, acting, other } = await openAsJane()
    other.controls.openFault = openFault
    await Promise.all([acting.auth.switchUser({ id: 'bob' }), browser.settle()])
    expect(other.state()).toMatchObject({ status: 'failed', identity: { user: { id: 'bob' } } })
  })

  it('is followed by a frozen tab as far as it went on', async () => {
    const { browser, acting, other } = await openAsJane()
    other.freeze()
    browser.lacks.channels = true
    for (const id of ['bob', 'carol']) {
      await Promise.all([acting.auth.switchUser({ id }), browser.settle()])
    }
    other.thaw()
    // Without channels, until Carol's other tab has let go of her lock.
    await browser.clock.advance(500)
    expect(whoIs(other)).toBe('carol')
    expect(other.sockets.map(({ userId }) => userId)).toEqual(['jane', 'carol'])
  })

  it('is followed by a frozen tab into the log-out at its end', async () => {
    const { browser, acting, other } = await openAsJane()
    other.freeze()
    await Promise.all([acting.auth.switchUser({ id: 'bob' }), browser.settle()])
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    other.thaw()
    await browser.settle()
    expect(whoIs(other)).toBe('disconnected')
    expect(other.calls.map(({ userId }) => userId)).not.toContain('bob')
  })

  it('to someone who had left before is followed to them', async () => {
    const { browser, acting, other } = await openAsJane()
    await Promise.all([acting.auth.switchUser({ id: 'bob' }), browser.settle()])
    await Promise.all([acting.auth.switchUser({ id: 'jane' }), browser.settle()])
    await Promise.all([acting.auth.switchUser({ id: 'bob' }), browser.settle()])
    expect([acting, other].map(whoIs)).toEqual(['bob', 'bob'])
  })

  it('that went back was none, neither for her tabs nor for those of the other user', async () => {
    const { browser, acting, other } = await openAsJane()
    const bob = browser.openTab()
    await connect(browser, bob, 'bob')
    acting.controls.openFault = vi.fn(openFault).mockImplementationOnce(() => {
      acting.controls.openFault = null
      return openFault()
    })
    const switching = rejection(acting.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await browser.settle()
    expect(await switching).toMatchObject({ code: 'app-suspended' })
    expect([acting, other, bob].map(whoIs)).toEqual(['jane', 'jane', 'bob'])
    expect(browser.typesPosted()).not.toContain('departure')
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect([acting, other, bob].map(whoIs)).toEqual(['disconnected', 'disconnected', 'bob'])
  })

  it('that was superseded is followed to who came in the end', async () => {
    const { browser, acting, other } = await openAsJane()
    const outcomes = ['bob', 'carol'].map((id) => rejection(acting.auth.switchUser({ id })))
    await Promise.all([acting.auth.switchUser({ id: 'dave' }), browser.settle()])
    for (const outcome of outcomes) expect(await outcome).toMatchObject({ code: 'superseded' })
    expect([acting, other].map(whoIs)).toEqual(['dave', 'dave'])
    expect(other.calls.map(({ userId }) => userId)).not.toContain('bob')
  })

  it('that was superseded by a log-out is followed into that, and one by her return not at all', async () => {
    const { browser, acting, other } = await openAsJane()
    const switched = rejection(acting.auth.switchUser({ id: 'bob' }))
    await Promise.all([acting.auth.connectUser({ id: 'jane' }), browser.settle()])
    expect(await switched).toMatchObject({ code: 'superseded' })
    expect([acting, other].map(whoIs)).toEqual(['jane', 'jane'])
    const again = rejection(acting.auth.switchUser({ id: 'bob' }))
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect(await again).toMatchObject({ code: 'superseded' })
    expect([acting, other].map(whoIs)).toEqual(['disconnected', 'disconnected'])
  })

  it('that could have gone back is not told by an app that is gone', async () => {
    const { browser, acting, other } = await openAsJane()
    acting.controls.provider = 'hold'
    const switching = rejection(acting.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await browser.settle()
    acting.auth.dispose()
    await Promise.all([switching, browser.settle()])
    expect(whoIs(other)).toBe('jane')
  })

  it('that could have gone back is told when it cannot any more', async () => {
    const { browser, acting, other } = await openAsJane()
    acting.controls.provider = 'hold'
    const switching = acting.auth.switchUser({ id: 'bob' }, undefined, { goBack: true })
    await browser.settle()
    expect(whoIs(other)).toBe('jane')
    acting.lastCall().resolve(acting.mintFor('bob'))
    await Promise.all([switching, browser.settle()])
    expect([acting, other].map(whoIs)).toEqual(['bob', 'bob'])
  })

  it('that could have gone back and was superseded is told as what came of it', async () => {
    const { browser, acting, other } = await openAsJane()
    acting.controls.provider = 'hold'
    const switching = rejection(acting.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await browser.settle()
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect(await switching).toMatchObject({ code: 'superseded' })
    expect([acting, other].map(whoIs)).toEqual(['disconnected', 'disconnected'])
  })

  it('from a guest to a member is followed, once the upgrade worked', async () => {
    const browser = createFakeBrowser()
    const kept = new Map<string, string>()
    const guestStorage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }
    const [acting, other] = [browser.openTab({ guestStorage }), browser.openTab({ guestStorage })]
    for (const { auth } of [acting, other]) {
      await Promise.all([auth.setGuestUser({ id: 'v' }), browser.settle()])
    }
    acting.controls.provider = () => Promise.reject(Object.assign(new Error(), { status: 403 }))
    await Promise.all([rejection(acting.auth.upgradeGuest({ id: 'jane' })), browser.settle()])
    expect([acting, other].map(whoIs)).toEqual(['guest-1-v', 'guest-1-v'])
    acting.controls.provider = 'mint'
    await Promise.all([acting.auth.upgradeGuest({ id: 'jane' }), browser.settle()])
    expect([acting, other].map(whoIs)).toEqual(['jane', 'jane'])
  })
})
