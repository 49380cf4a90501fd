import { describe, expect, it } from 'vitest'
import { createFakeBrowser, type FakeTab } from '../support/fakeBrowser.js'
import { canary, mint, rejection } from '../support/world.js'

type TabOptions = Parameters<ReturnType<typeof createFakeBrowser>['openTab']>[0]

/** So many tabs that are all connected as Jane, by one provider call. */
async function openAsJane(count: number, options?: TabOptions) {
  const browser = createFakeBrowser()
  const tabs = Array.from({ length: count }, () => browser.openTab(options))
  await Promise.all([...tabs.map(({ auth }) => auth.connectUser({ id: 'jane' })), browser.settle()])
  await browser.clock.advance(500)
  const [first, second] = tabs
  if (!first || !second) throw new Error('One tab is no test.')
  return { browser, tabs, first, second }
}

const callsOf = (tabs: readonly FakeTab[]) => tabs.flatMap(({ calls }) => calls)
const tokensOf = (tabs: readonly FakeTab[]) => [
  ...new Set(tabs.flatMap((tab) => tab.live().map(({ token }) => token))),
]
const received = (tab: FakeTab) =>
  tab.events.flatMap((event) => (event.type === 'token-received' ? [event.by] : []))
const statusOf = ({ state }: FakeTab) => state().status

describe('tabs of one user', () => {
  it('that connect at once make one provider call, and all use its token', async () => {
    const { tabs } = await openAsJane(10)
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
    const { browser, tabs } = await openAsJane(10)
    for (let renewals = 1; renewals <= 5; renewals++) {
      await browser.clock.advance(42_000)
      expect(callsOf(tabs)).toHaveLength(1 + renewals)
      expect(tokensOf(tabs)).toHaveLength(1)
    }
    expect(tabs.flatMap((tab) => tab.typesOf())).not.toContain('token-refused')
  })

  it('renew when the first of them is due, and all anew from there', async () => {
    const { browser, tabs, first } = await openAsJane(3)
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
    const { browser, tabs } = await openAsJane(5)
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
    const { browser, tabs, first } = await openAsJane(2)
    await Promise.all([first.auth.refreshToken(), browser.clock.advance(100)])
    const late = browser.openTab()
    await Promise.all([late.auth.connectUser({ id: 'jane' }), browser.settle()])
    expect(late.calls).toHaveLength(0)
    expect(tokensOf([...tabs, late])).toHaveLength(1)
  })

  it('wait for a token that is slower than the lock', async () => {
    const { browser, tabs } = await openAsJane(3)
    browser.controls.messagesTakeMs = 400
    await browser.clock.advance(43_000)
    expect(callsOf(tabs)).toHaveLength(2)
    expect(tokensOf(tabs)).toHaveLength(1)
  })

  it('let the next one call as soon as the one who called is gone', async () => {
    const { browser, tabs, first, second } = await openAsJane(2)
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
    const { browser, tabs } = await openAsJane(2)
    for (const tab of tabs) tab.controls.provider = 'hold'
    await browser.clock.advance(41_500)
    const before = callsOf(tabs)
    expect(before).toHaveLength(2)
    for (const call of before) call.reject(new Error('down'))
    await browser.settle()
    expect(callsOf(tabs)).toHaveLength(3)
  })

  it('wait for one that hangs no longer than providerTimeoutMs', async () => {
    const { browser, tabs, first, second } = await openAsJane(2, { providerTimeoutMs: 3000 })
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
    const { browser, tabs, first, second } = await openAsJane(2)
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
    const { browser, tabs, first, second } = await openAsJane(2)
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
    const { browser, first, second } = await openAsJane(2)
    second.controls.refuseAll = 43
    await rejection(second.auth.fetch('/'))
    await Promise.all([first.auth.refreshToken(), browser.settle()])
    first.auth.dispose()
    await browser.settle()
    expect(browser.clock.pendingTimers).toBe(0)
    expect(second.state().status).toBe('failed')
  })

  it('give up a call of their own when another was faster', async () => {
    const { browser, tabs, first, second } = await openAsJane(2)
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
    const { browser, tabs, first, second } = await openAsJane(2)
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
    const { browser, tabs } = await openAsJane(3, { crossTab: false })
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
    const { browser, tabs, first } = await openAsJane(3)
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
      const { browser, tabs, first } = await openAsJane(2)
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
    const { browser, tabs, first, second } = await openAsJane(2)
    for (const tab of tabs) tab.controls.provider = 'hold'
    await browser.clock.advance(41_500)
    expect(browser.locks()).toBe(2)
    const waits = first.calls.length === 2 ? second : first
    waits.auth.dispose()
    await browser.settle()
    expect(browser.locks()).toBe(1)
    expect(waits.calls.filter(({ reason }) => reason === 'renewal')).toEqual([])
  })
})

describe('a refresh that was asked for', () => {
  it('calls the provider, whatever another tab is doing, and does for all', async () => {
    const { browser, tabs, first, second } = await openAsJane(2)
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
    const { browser, tabs, first, second } = await openAsJane(2)
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
    expect(tokensOf(tabs)).toEqual([own])
  })

  it('rejects when it fails, though another tab was luckier', async () => {
    const { browser, tabs, first, second } = await openAsJane(2)
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
    const { browser, first } = await openAsJane(2, { providerTimeoutMs: Infinity })
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
    const { browser, tabs, first } = await openAsJane(2)
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
    const { browser, tabs, first } = await openAsJane(2)
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
    expect(browser.typesPosted()).toEqual(['departure'])
  })

  it('is not taken from nonsense', async () => {
    const { browser, tabs, first } = await openAsJane(2)
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
