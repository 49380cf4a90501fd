import { describe, expect, it, vi } from 'vitest'
import { createFakeBrowser, type FakeTab } from '../support/fakeBrowser.js'
import { rejection } from '../support/promises.js'
import { connect, openAsJane } from '../support/tabsOfJane.js'
import { failWith, whoIs } from '../support/world.js'

const openFault = failWith('app-suspended')

describe('a switch', () => {
  it('is followed by other tabs that have a token provider, without a further message', async () => {
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

  it('logs out the other tabs that have no token provider', async () => {
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
  ])('to %s logs the other tabs out', async (_, become) => {
    const { browser, acting, other } = await openAsJane()
    await Promise.all([become(acting), browser.settle()])
    expect(whoIs(other)).toBe('disconnected')
  })

  it('that fails is followed by the other tabs, since the old user has left', async () => {
    const { browser, acting, other } = await openAsJane()
    acting.controls.openFault = openFault
    await Promise.all([rejection(acting.auth.switchUser({ id: 'bob' })), browser.settle()])
    expect([whoIs(acting), whoIs(other)]).toEqual(['failed', 'bob'])
  })

  it('leaves a tab failed that follows it and cannot connect', async () => {
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

  it('back to a user who was switched away from before is followed by the other tabs', async () => {
    const { browser, acting, other } = await openAsJane()
    await Promise.all([acting.auth.switchUser({ id: 'bob' }), browser.settle()])
    await Promise.all([acting.auth.switchUser({ id: 'jane' }), browser.settle()])
    await Promise.all([acting.auth.switchUser({ id: 'bob' }), browser.settle()])
    expect([acting, other].map(whoIs)).toEqual(['bob', 'bob'])
  })

  it('that is rolled back logs out no tab of either user', async () => {
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

  it('that was superseded is followed by the other tabs to the last user', async () => {
    const { browser, acting, other } = await openAsJane()
    const outcomes = ['bob', 'carol'].map((id) => rejection(acting.auth.switchUser({ id })))
    await Promise.all([acting.auth.switchUser({ id: 'dave' }), browser.settle()])
    for (const outcome of outcomes) expect(await outcome).toMatchObject({ code: 'superseded' })
    expect([acting, other].map(whoIs)).toEqual(['dave', 'dave'])
    expect(other.calls.map(({ userId }) => userId)).not.toContain('bob')
  })

  it('superseded by a log-out logs the other tabs out, and by the old user’s return does not', async () => {
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

  it('with goBack logs out no other tab when its handle is disposed first', async () => {
    const { browser, acting, other } = await openAsJane()
    acting.controls.provider = 'hold'
    const switching = rejection(acting.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await browser.settle()
    acting.auth.dispose()
    await Promise.all([switching, browser.settle()])
    expect(whoIs(other)).toBe('jane')
  })

  it('with goBack is followed by the other tabs only once it has succeeded', async () => {
    const { browser, acting, other } = await openAsJane()
    acting.controls.provider = 'hold'
    const switching = acting.auth.switchUser({ id: 'bob' }, undefined, { goBack: true })
    await browser.settle()
    expect(whoIs(other)).toBe('jane')
    acting.lastCall().resolve(acting.mintFor('bob'))
    await Promise.all([switching, browser.settle()])
    expect([acting, other].map(whoIs)).toEqual(['bob', 'bob'])
  })

  it('with goBack, superseded by a log-out, logs the other tabs out', async () => {
    const { browser, acting, other } = await openAsJane()
    acting.controls.provider = 'hold'
    const switching = rejection(acting.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await browser.settle()
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect(await switching).toMatchObject({ code: 'superseded' })
    expect([acting, other].map(whoIs)).toEqual(['disconnected', 'disconnected'])
  })

  it('with goBack to a user who logs out in another tab meanwhile logs every tab out', async () => {
    const { browser, acting, other } = await openAsJane()
    const bob = browser.openTab()
    await connect(browser, bob, 'bob')
    await browser.clock.advance(500)
    acting.controls.openFault = () => new Promise(() => {})
    const switching = rejection(acting.auth.switchUser({ id: 'bob' }, undefined, { goBack: true }))
    await browser.settle()
    await Promise.all([bob.auth.disconnectUser(), browser.settle()])
    expect(await switching).toMatchObject({ code: 'superseded' })
    expect([acting, other, bob].map(whoIs)).toEqual(Array(3).fill('disconnected'))
  })

  it('from a guest to a member is followed by the other tabs once the upgrade succeeded', async () => {
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
