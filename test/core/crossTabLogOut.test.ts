import { describe, expect, it, vi } from 'vitest'
import type { TabEnvironment } from '../../src/core/environment.js'
import { createFakeBrowser, type FakeTab } from '../support/fakeBrowser.js'
import { connect, endings, openAsJane } from '../support/tabsOfJane.js'
import { held, rejection } from '../support/promises.js'
import { whoIs } from '../support/world.js'

/** Has the backend refuse the tab's token, and the one of its own provider. */
async function failForGood(browser: ReturnType<typeof createFakeBrowser>, tab: FakeTab) {
  tab.controls.refuseAll = 43
  const asked = rejection(tab.auth.fetch('/'))
  await browser.clock.advance(2000)
  await asked
}

describe('a log-out', () => {
  it('reaches every tab of this user, and is announced once', async () => {
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

  it('leaves the sessions of other users and later ones alone', async () => {
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

  it('ends a session of the user that is still connecting in another tab', async () => {
    const browser = createFakeBrowser()
    const [acting, other] = [browser.openTab(), browser.openTab()]
    await connect(browser, acting)
    await browser.clock.advance(500)
    other.controls.openFault = () => new Promise(() => {})
    const connecting = rejection(other.auth.connectUser({ id: 'jane' }))
    await browser.settle()
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect(await connecting).toMatchObject({ code: 'superseded' })
    expect(whoIs(other)).toBe('disconnected')
  })

  it.each(['told', 'woken'])(
    'ends a failed session of the user in another tab when it is %s',
    async (how) => {
      const { browser, acting, other } = await openAsJane()
      await failForGood(browser, other)
      expect(other.state().status).toBe('failed')
      browser.lacks.channels = how === 'woken'
      await Promise.all([acting.auth.disconnectUser(), browser.settle()])
      if (how === 'woken') other.wake()
      await browser.settle()
      expect(whoIs(other)).toBe('disconnected')
      expect(other.wakers.size).toBe(0)
    },
  )

  it('is noticed by a retry, which then does not revive the session', async () => {
    const { browser, acting, other } = await openAsJane()
    await failForGood(browser, other)
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

  it('supersedes what was waiting to leave there', async () => {
    const may = held<void>()
    const { browser, acting, other } = await openAsJane({ beforeSessionEnd: () => may.promise })
    const switching = rejection(other.auth.switchUser({ id: 'bob' }))
    await browser.settle()
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    may.resolve()
    await browser.settle()
    expect(await switching).toMatchObject({ code: 'superseded' })
    expect(whoIs(other)).toBe('disconnected')
  })

  it.each([['dispose'], ['die'], ['retry'], ['fail']])(
    'does not reach the other tabs where one tab only does this: %s',
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

  it.each([7, {}, { userId: 'bob' }, { userId: 7, stay: 'x-1' }, { userId: '', stay: 'x-1' }])(
    'is the outcome in a tab that hears of a switch to the invalid user %j',
    async (next) => {
      const { browser, other } = await openAsJane()
      const name = browser.posted[0]?.name ?? ''
      const channel = browser.openTab().environment.tabs?.openChannel(name, () => {})
      channel?.post({ type: 'departure', stay: 'x-1', next })
      await browser.settle()
      expect(whoIs(other)).toBe('disconnected')
    },
  )

  it('does not reach the next user, even where a closed channel still delivers messages', async () => {
    const browser = createFakeBrowser()
    const listeners: ((message: unknown) => void)[] = []
    const { environment } = browser.openTab()
    if (!environment.tabs) throw new Error('no tabs')
    const tabs: TabEnvironment = {
      ...environment.tabs,
      openChannel(_, onMessage) {
        listeners.push(onMessage)
        return { post() {}, close() {} }
      },
    }
    const tab = browser.openTab({ tabs })
    await connect(browser, tab)
    await connect(browser, tab, 'bob')
    listeners[0]?.({ type: 'departure', stay: 'x-1', next: null })
    listeners[0]?.({ type: 'token', token: tab.mintFor('jane') })
    await browser.settle()
    expect([whoIs(tab), tab.sockets.length]).toEqual(['bob', 2])
  })

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

  it('of an anonymous user is not announced', async () => {
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
