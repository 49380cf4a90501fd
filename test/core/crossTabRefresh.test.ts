import { describe, expect, it } from 'vitest'
import { createFakeBrowser, type FakeTab } from '../support/fakeBrowser.js'
import { rejection } from '../support/promises.js'
import { openTabsAsJane, received, statusOf, tokensOf } from '../support/tabsOfJane.js'
import { mint } from '../support/world.js'

describe('a refresh that was asked for', () => {
  it('calls the provider, whatever another tab is doing, and does for all', async () => {
    const { browser, tabs, first, second } = await openTabsAsJane(2)
    for (const tab of tabs) tab.controls.provider = 'hold'
    await browser.clock.advance(41_500)
    const waits = first.calls.length === 2 ? second : first
    const other = waits === first ? second : first
    const before = other.lastCall()
    other.freeze()
    waits.auth.dispose()
    const third = browser.openTab()
    const connecting = third.auth.connectUser({ id: 'jane' }, () => third.mintFor('jane'))
    await browser.clock.advance(10_000)
    await connecting
    const refreshing = third.auth.refreshToken()
    await browser.settle()
    await refreshing
    expect(before.signal.aborted).toBe(false)
    expect(received(third)).toEqual(['this-tab', 'this-tab'])
  })

  it('is not answered by what another tab fetches meanwhile', async () => {
    const { browser, tabs, first, second } = await openTabsAsJane(2)
    for (const tab of tabs) tab.controls.provider = 'hold'
    let isDone = false
    const refreshing = first.auth.refreshToken().then(() => (isDone = true))
    void second.auth.refreshToken().catch(() => {})
    await browser.settle()
    second.lastCall().resolve(second.mintFor('jane'))
    await browser.settle()
    expect([isDone, first.lastCall().signal.aborted]).toEqual([false, false])
    const own = first.mintFor('jane')
    first.lastCall().resolve(own)
    await Promise.all([refreshing, browser.settle()])
    expect(tokensOf([first])).toEqual([own])
  })

  it('rejects when it fails, though another tab was luckier', async () => {
    const { browser, tabs, first, second } = await openTabsAsJane(2)
    for (const tab of tabs) tab.controls.provider = 'hold'
    const refreshing = rejection(first.auth.refreshToken())
    void second.auth.refreshToken().catch(() => {})
    await browser.settle()
    second.lastCall().resolve(second.mintFor('jane'))
    await browser.settle()
    first.lastCall().reject(new Error('down'))
    expect(await refreshing).toMatchObject({ code: 'token-provider-failed' })
  })
})

describe('a turn', () => {
  it('is waited for 30 s, whatever limit the provider has', async () => {
    const { browser, first, second } = await openTabsAsJane(2, { providerTimeoutMs: Infinity })
    second.die()
    first.controls.provider = 'hold'
    void first.auth.refreshToken().catch(() => {})
    await browser.settle()
    first.freeze()
    const third = browser.openTab({ providerTimeoutMs: Infinity })
    const connecting = third.auth.connectUser({ id: 'jane' })
    await browser.clock.advance(29_999)
    expect(third.calls).toEqual([])
    await browser.clock.advance(1)
    await connecting
    expect(third.calls).toHaveLength(1)
  })
})

describe('a token from another tab', () => {
  const fakes: [string, (tab: FakeTab) => unknown][] = [
    ['of another user', () => mint({ user_id: 'bob' })],
    ['that is none', () => 'nonsense'],
    ['that is missing', () => undefined],
    ['that is an array', () => [mint({ user_id: 'jane' })]],
    ['that is older', () => mint({ user_id: 'jane', iat: 1, exp: 4e9 })],
    ['that is the one held', (tab) => tab.live()[0]?.token],
  ]
  it.each(fakes)('%s is not taken', async (_, fake) => {
    const { browser, tabs, first } = await openTabsAsJane(2)
    const name = browser.posted[0]?.name ?? ''
    const before = tokensOf(tabs)
    const token = fake(first)
    browser
      .openTab()
      .environment.tabs?.openChannel(name, () => {})
      .post({ type: 'token', token })
    await browser.settle()
    expect(tokensOf(tabs)).toEqual(before)
    expect(first.sockets).toHaveLength(1)
  })

  it('that was refused is not taken', async () => {
    const { browser, tabs, first } = await openTabsAsJane(2)
    const [refused] = tokensOf(tabs)
    first.controls.provider = 'hold'
    first.revoke(refused ?? '')
    const asked = first.auth.fetch('/')
    await browser.settle()
    const name = browser.posted[0]?.name ?? ''
    const channel = browser.openTab().environment.tabs?.openChannel(name, () => {})
    channel?.post({ type: 'token', token: refused })
    await browser.settle()
    expect(first.requests).toHaveLength(1)
    first.lastCall().resolve(first.mintFor('jane'))
    await Promise.all([asked, browser.settle()])
  })

  it('is nothing to a session that has a static one', async () => {
    const browser = createFakeBrowser()
    const own = browser.openTab()
    const other = browser.openTab()
    const kept = own.mintFor('jane', null)
    await Promise.all([own.auth.connectUser({ id: 'jane' }, kept), browser.settle()])
    await Promise.all([other.auth.connectUser({ id: 'jane' }), browser.settle()])
    expect(other.calls).toHaveLength(1)
    expect(tokensOf([own])).toEqual([kept])
  })

  it('never comes from guests, anonymous users or static tokens', async () => {
    const browser = createFakeBrowser()
    const { auth, mintFor } = browser.openTab()
    await Promise.all([auth.setGuestUser({ id: 'v' }), browser.settle()])
    await Promise.all([auth.connectAnonymousUser(), browser.settle()])
    await Promise.all([auth.connectUser({ id: 'jane' }, mintFor('jane')), browser.settle()])
    expect(browser.typesPosted()).toEqual(['departure', 'arrival'])
  })

  it('is not taken from nonsense', async () => {
    const { browser, tabs, first } = await openTabsAsJane(2)
    const name = browser.posted[0]?.name ?? ''
    const channel = browser.openTab().environment.tabs?.openChannel(name, () => {})
    const nonsense = [
      null,
      7,
      'token',
      {},
      { type: 'departure' },
      { type: 'departure', stay: 9 },
      { type: 'departure', stay: 'a-1 ', next: null },
    ]
    for (const message of nonsense) channel?.post(message)
    await browser.settle()
    expect(tabs.map(statusOf)).toEqual(['connected', 'connected'])
    expect(first.sockets).toHaveLength(1)
  })
})
