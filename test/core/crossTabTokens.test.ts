import { describe, expect, it } from 'vitest'
import { createFakeBrowser } from '../support/fakeBrowser.js'
import { rejection } from '../support/promises.js'
import { callsOf, openTabsAsJane, received, statusOf, tokensOf } from '../support/tabsOfJane.js'
import { canary } from '../support/world.js'

describe('tabs of one user', () => {
  it('that connect at once make one provider call, and all use its token', async () => {
    const { tabs } = await openTabsAsJane(10)
    expect(callsOf(tabs)).toHaveLength(1)
    expect(tokensOf(tabs)).toHaveLength(1)
    expect(tabs.map(statusOf)).toEqual(Array(10).fill('connected'))
    expect(tabs.flatMap(received).toSorted()).toEqual([
      ...Array<string>(9).fill('another-tab'),
      'this-tab',
    ])
    const asked = tabs.filter((tab) => tab.typesOf().includes('token-requested'))
    expect(asked).toHaveLength(1)
  })

  it('that are due at once make one provider call a renewal, again and again', async () => {
    const { browser, tabs } = await openTabsAsJane(10)
    for (let renewals = 1; renewals <= 5; renewals++) {
      await browser.clock.advance(42_000)
      expect(callsOf(tabs)).toHaveLength(1 + renewals)
      expect(tokensOf(tabs)).toHaveLength(1)
    }
    expect(tabs.flatMap((tab) => tab.typesOf())).not.toContain('token-refused')
  })

  it('are all served by the call of the one that is due first', async () => {
    const { browser, tabs, first } = await openTabsAsJane(3)
    await browser.clock.advance(10_000)
    for (const tab of tabs) tab.controls.random = tab === first ? 0 : 0.9
    await Promise.all([first.auth.refreshToken(), browser.settle()])
    expect(callsOf(tabs)).toHaveLength(2)
    await browser.clock.advance(30_000)
    expect(callsOf(tabs)).toHaveLength(3)
    expect(first.lastCall().reason).toBe('renewal')
    // Theirs would have been due at 51.6 s.
    await browser.clock.advance(29_000)
    expect(callsOf(tabs)).toHaveLength(3)
  })

  it('that are refused at once make one call, and replay with its token', async () => {
    const { browser, tabs } = await openTabsAsJane(5)
    const revoked = tokensOf(tabs)
    for (const tab of tabs) tab.revoke(...revoked)
    const asked = tabs.map(({ auth }) => auth.fetch('/'))
    await Promise.all([...asked, browser.settle()])
    expect(callsOf(tabs)).toHaveLength(2)
    expect(tabs.map(({ requests }) => requests.map(({ outcome }) => outcome))).toEqual(
      tabs.map(() => [40, 'taken']),
    )
  })

  it('that come while the token is still being told get it without a call', async () => {
    const { browser, tabs, first } = await openTabsAsJane(2)
    await Promise.all([first.auth.refreshToken(), browser.clock.advance(100)])
    const late = browser.openTab()
    await Promise.all([late.auth.connectUser({ id: 'jane' }), browser.settle()])
    expect(late.calls).toHaveLength(0)
    expect(tokensOf(tabs)).toContain(tokensOf([late])[0])
  })

  it('wait for a token that is slower than the lock', async () => {
    const { browser, tabs } = await openTabsAsJane(3)
    browser.controls.messagesTakeMs = 400
    await browser.clock.advance(43_000)
    expect(callsOf(tabs)).toHaveLength(2)
    expect(tokensOf(tabs)).toHaveLength(1)
  })

  it('let the next one call as soon as the one who called is gone', async () => {
    const { browser, tabs, first, second } = await openTabsAsJane(2)
    for (const tab of tabs) tab.controls.provider = 'hold'
    await browser.clock.advance(42_000)
    expect(callsOf(tabs)).toHaveLength(2)
    const caller = first.calls.length === 2 ? first : second
    const other = caller === first ? second : first
    caller.die()
    await browser.settle()
    expect(other.lastCall().reason).toBe('renewal')
    other.lastCall().resolve(other.mintFor('jane'))
    await browser.settle()
    expect(other.state()).toMatchObject({ status: 'connected', token: { status: 'valid' } })
  })

  it('let the next one call at once when a call fails', async () => {
    const { browser, tabs } = await openTabsAsJane(2)
    for (const tab of tabs) tab.controls.provider = 'hold'
    await browser.clock.advance(41_500)
    const before = callsOf(tabs)
    expect(before).toHaveLength(2)
    for (const call of before) call.reject(new Error('down'))
    await browser.settle()
    expect(callsOf(tabs)).toHaveLength(3)
  })

  it('wait for one that hangs no longer than providerTimeoutMs', async () => {
    const { browser, tabs, first, second } = await openTabsAsJane(2, { providerTimeoutMs: 3000 })
    for (const tab of tabs) tab.controls.provider = 'hold'
    await browser.clock.advance(41_500)
    const caller = first.calls.length === 2 ? first : second
    const other = caller === first ? second : first
    const before = other.calls.length
    // A frozen tab holds its lock for ever: nothing in it would see the time pass.
    caller.freeze()
    await browser.clock.advance(2999)
    expect(other.calls).toHaveLength(before)
    await browser.clock.advance(1)
    expect(other.calls).toHaveLength(before + 1)
  })

  it('take a token that comes while they wait to ask again, and do not ask', async () => {
    const { browser, tabs, first, second } = await openTabsAsJane(2)
    for (const tab of tabs) tab.revoke(...tokensOf(tabs))
    for (const tab of tabs) tab.controls.provider = () => Promise.reject(new Error('down'))
    const asked = tabs.map(({ auth }) => auth.fetch('/'))
    await browser.settle()
    expect(second.state()).toMatchObject({ token: { status: 'retrying' } })
    first.controls.provider = 'mint'
    await Promise.all([first.auth.refreshToken(), browser.settle()])
    await Promise.all(asked)
    const before = second.calls.length
    await browser.clock.advance(5000)
    expect(second.calls).toHaveLength(before)
    expect(second.state()).toMatchObject({ token: { status: 'valid', attempt: 0 } })
  })

  it('ask at once for another, when one that came to them offline is refused', async () => {
    const { browser, tabs, first, second } = await openTabsAsJane(2)
    second.controls.isOnline = false
    second.controls.provider = () => Promise.reject(new Error('down'))
    second.revoke(...tokensOf(tabs))
    const asked = second.auth.fetch('/')
    await browser.settle()
    expect(second.calls).toHaveLength(1)
    await Promise.all([first.auth.refreshToken(), browser.settle(), asked])
    await browser.clock.advance(5000)
    expect(second.calls).toHaveLength(1)
    second.revoke(...tokensOf(tabs))
    second.controls.provider = 'mint'
    await Promise.all([second.auth.fetch('/again'), browser.settle()])
    expect(second.calls).toHaveLength(2)
  })

  it('take none any more once they have failed', async () => {
    const { browser, first, second } = await openTabsAsJane(2)
    second.controls.refuseAll = 43
    await rejection(second.auth.fetch('/'))
    await Promise.all([first.auth.refreshToken(), browser.settle()])
    first.auth.dispose()
    await browser.settle()
    expect(browser.clock.pendingTimers).toBe(0)
    expect(second.state().status).toBe('failed')
  })

  it('give up a call of their own when another was faster', async () => {
    const { browser, tabs, first, second } = await openTabsAsJane(2)
    browser.lacks.locks = true
    for (const tab of tabs) tab.controls.provider = 'hold'
    await browser.clock.advance(41_500)
    expect([first.calls.at(-1)?.reason, second.calls.at(-1)?.reason]).toEqual([
      'renewal',
      'renewal',
    ])
    first.lastCall().resolve(first.mintFor('jane'))
    await browser.settle()
    expect(second.lastCall().signal.aborted).toBe(true)
    expect(tokensOf(tabs)).toHaveLength(1)
    expect(second.state()).toMatchObject({ token: { status: 'valid' } })
    expect(second.typesOf()).not.toContain('token-request-failed')
  })

  it('fetch for themselves what another fetched before the refusal that they saw', async () => {
    const { browser, tabs, first, second } = await openTabsAsJane(2)
    for (const tab of tabs) tab.controls.provider = 'hold'
    const refreshing = first.auth.refreshToken()
    await browser.settle()
    second.revoke(...tokensOf(tabs))
    const asked = rejection(second.auth.fetch('/'))
    await browser.settle()
    expect(second.calls).toHaveLength(0)
    const old = first.mintFor('jane')
    second.revoke(old)
    first.lastCall().resolve(old)
    await Promise.all([refreshing, browser.clock.advance(1000)])
    // Not even the replay got through; but the session lives, and asks for another token.
    expect(await asked).toMatchObject({ code: 'token-refused' })
    expect(second.state().status).toBe('connected')
    second.lastCall().resolve(second.mintFor('jane'))
    await Promise.all([second.auth.fetch('/again'), browser.settle()])
  })

  it('have each its own way where sharing is switched off', async () => {
    const { browser, tabs } = await openTabsAsJane(3, { crossTab: false })
    expect(callsOf(tabs)).toHaveLength(3)
    expect([browser.posted, browser.locks(), browser.channels()]).toEqual([[], 0, 0])
  })

  it.each([['locks'], ['channels'], ['storage'], ['locks', 'channels', 'storage']] as const)(
    'work where a browser lacks %s',
    async (...missing) => {
      const browser = createFakeBrowser()
      for (const what of missing) browser.lacks[what] = true
      const tabs = [browser.openTab(), browser.openTab()]
      const connecting = tabs.map(({ auth }) => auth.connectUser({ id: 'jane' }))
      await browser.clock.advance(2000)
      await Promise.all(connecting)
      await browser.clock.advance(120_000)
      await Promise.all(tabs.map(({ auth }) => auth.fetch('/')))
      expect(tabs.flatMap((tab) => tab.typesOf())).not.toContain('token-refused')
      await tabs[0]?.auth.disconnectUser()
      expect(tabs[0] && statusOf(tabs[0])).toBe('disconnected')
    },
  )

  it('leave nothing behind, and no token in storage', async () => {
    const { browser, tabs, first } = await openTabsAsJane(3)
    await browser.clock.advance(42_000)
    await Promise.all([first.auth.disconnectUser(), browser.settle()])
    for (const tab of tabs) tab.auth.dispose()
    await browser.settle()
    expect([browser.locks(), browser.channels(), browser.clock.pendingTimers]).toEqual([0, 0, 0])
    expect(tabs.map(({ wakers }) => wakers.size)).toEqual([0, 0, 0])
    expect([...browser.storage.entries()].flat().join()).not.toContain(canary)
    expect(JSON.stringify(tabs.map(({ events }) => events))).not.toContain(canary)
  })

  it('tell nothing after their end, however close their provider’s answer came to it', async () => {
    for (let turns = 0; turns < 15; turns++) {
      const { browser, tabs, first } = await openTabsAsJane(2)
      first.controls.provider = 'hold'
      first.auth.refreshToken().catch(() => {})
      await browser.settle()
      first.lastCall().resolve(first.mintFor('jane'))
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      first.auth.dispose()
      const { length } = browser.posted
      await browser.settle()
      expect(browser.posted).toHaveLength(length)
      for (const tab of tabs) tab.auth.dispose()
      await browser.settle()
      expect(browser.clock.pendingTimers).toBe(0)
    }
  })

  it('are let go of by a session that ends while it waits for its turn', async () => {
    const { browser, tabs, first, second } = await openTabsAsJane(2)
    for (const tab of tabs) tab.controls.provider = 'hold'
    await browser.clock.advance(41_500)
    expect(browser.turns()).toBe(2)
    const waits = first.calls.length === 2 ? second : first
    waits.auth.dispose()
    await browser.settle()
    expect(browser.turns()).toBe(1)
    expect(waits.calls.filter(({ reason }) => reason === 'renewal')).toEqual([])
  })
})
