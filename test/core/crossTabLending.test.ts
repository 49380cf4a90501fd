import { describe, expect, it } from 'vitest'
import { createFakeBrowser, type FakeTab } from '../support/fakeBrowser.js'
import { held, rejection } from '../support/promises.js'
import { callsOf, connect, received, statusOf, tokensOf } from '../support/tabsOfJane.js'
import { mint } from '../support/world.js'

type Browser = ReturnType<typeof createFakeBrowser>

/** So many tabs that Jane opened one after another, half a second apart. */
async function openOneByOne(count: number) {
  const browser = createFakeBrowser()
  const tabs: FakeTab[] = []
  while (tabs.length < count) {
    const tab = browser.openTab()
    tab.controls.random = (tabs.length * 0.618034) % 1
    tabs.push(tab)
    await connect(browser, tab)
    await browser.clock.advance(500)
  }
  const [first, second] = tabs as [FakeTab, FakeTab]
  return { browser, tabs, first, second }
}

/** A tab of Jane's that connects while nothing else does. */
async function openAnother(browser: Browser, options?: Parameters<Browser['openTab']>[0]) {
  const tab = browser.openTab(options)
  void tab.auth.connectUser({ id: 'jane' }).catch(() => {})
  await browser.settle()
  return tab
}

/** Posts a message as another tab of Jane's would. */
function say(browser: Browser, message: object) {
  const name = browser.posted[0]?.name ?? ''
  const channel = browser.openTab().environment.tabs?.openChannel(name, () => {})
  channel?.post(message)
  channel?.close()
  return browser.settle()
}

const handshakes = (tabs: readonly FakeTab[]) => tabs.flatMap(({ sockets }) => sockets).length
const refusals = (tabs: readonly FakeTab[]) =>
  tabs.flatMap((tab) => tab.typesOf().filter((type) => type === 'token-refused'))

describe('eight tabs that are opened one after another', () => {
  it('make one provider call and eight handshakes', async () => {
    const { browser, tabs } = await openOneByOne(8)
    expect([callsOf(tabs).length, handshakes(tabs)]).toEqual([1, 8])
    expect(tabs.map(statusOf)).toEqual(Array(8).fill('connected'))
    // One question and one arrival each, one answer from each tab that was there, and the first token.
    expect(browser.posted).toHaveLength(8 + 8 + (1 + 2 + 3 + 4 + 5 + 6 + 7) + 1)
  })

  it('make one provider call for each token that they live through, and one handshake each', async () => {
    const { browser, tabs } = await openOneByOne(8)
    await browser.clock.advance(600_000)
    const calls = callsOf(tabs).length
    // A token of 60 s is renewed when half of it is over, at the earliest.
    expect(calls).toBeGreaterThanOrEqual(11)
    expect(calls).toBeLessThanOrEqual(21)
    for (const { sockets } of tabs) {
      const tokens = sockets.map(({ token }) => token)
      expect(new Set(tokens).size).toBe(tokens.length)
      expect(calls - tokens.length).toBeLessThanOrEqual(1)
    }
    expect(refusals(tabs)).toEqual([])
  })
})

describe('a tab that is reloaded among others', () => {
  it('costs one handshake and no provider call, also if it had fetched the token', async () => {
    const { browser, tabs, first } = await openOneByOne(8)
    const before = [callsOf(tabs).length, handshakes(tabs)]
    first.die()
    const again = await openAnother(browser)
    expect(statusOf(again)).toBe('connected')
    const all = [...tabs, again]
    expect([callsOf(all).length, handshakes(all)]).toEqual([before[0], (before[1] ?? 0) + 1])
    expect(received(again)).toEqual(['another-tab'])
  })

  it('renews a token that is old by then in time, whatever its own clock shows', async () => {
    const { browser, tabs, first } = await openOneByOne(2)
    // Half of its life is over, which a clock that is a day behind cannot tell.
    await browser.clock.advance(28_000)
    const late = browser.openTab()
    browser.clock.jumpWallClock(-86_400_000)
    late.controls.random = 0.99
    await connect(browser, late)
    expect([late.calls.length, late.live()[0]?.token]).toEqual([0, first.live()[0]?.token])
    for (const tab of tabs) tab.die()
    for (let seconds = 0; seconds < 60; seconds++) {
      await browser.clock.advance(1000)
      await late.auth.fetch('/')
    }
    expect(refusals([late])).toEqual([])
    expect(late.calls.length).toBeGreaterThan(0)
  })

  it('asks its own provider if the backend refuses it the token that it got', async () => {
    const { browser, tabs } = await openOneByOne(2)
    const late = browser.openTab()
    late.revoke(...tokensOf(tabs))
    await connect(browser, late)
    expect([statusOf(late), late.calls.length]).toEqual(['connected', 1])
    expect(tabs.map(statusOf)).toEqual(['connected', 'connected'])
  })
})

describe('a tab that comes', () => {
  it('waits one second for a frozen one that lends, and then calls its provider', async () => {
    const { browser, first, second } = await openOneByOne(2)
    first.freeze()
    second.freeze()
    const late = await openAnother(browser)
    await browser.clock.advance(999)
    expect([statusOf(late), late.calls.length]).toEqual(['connecting', 0])
    await browser.clock.advance(1)
    expect([statusOf(late), late.calls.length]).toEqual(['connected', 1])
  })

  it('waits so once, and not before every attempt', async () => {
    const { browser, first, second } = await openOneByOne(2)
    first.freeze()
    second.freeze()
    const late = browser.openTab()
    late.controls.provider = 'hold'
    void late.auth.connectUser({ id: 'jane' }).catch(() => {})
    await browser.clock.advance(1000)
    late.lastCall().reject(Object.assign(new Error('down'), { retryAfterMs: 500 }))
    await browser.settle()
    const { token } = late.state() as { token: { nextAttemptAt: Date } }
    await browser.clock.advance(token.nextAttemptAt.getTime() - browser.clock.now())
    expect(late.calls).toHaveLength(2)
  })

  it('takes the token of one that answers late in place of a call that is under way', async () => {
    const { browser, first, second } = await openOneByOne(2)
    second.die()
    first.freeze()
    const late = browser.openTab()
    late.controls.provider = 'hold'
    void late.auth.connectUser({ id: 'jane' }).catch(() => {})
    await browser.clock.advance(1500)
    expect(late.calls).toHaveLength(1)
    first.thaw()
    await browser.settle()
    expect(statusOf(late)).toBe('connected')
    expect(late.lastCall().signal.aborted).toBe(true)
  })

  it('waits for one second where the browser never says who is there', async () => {
    const { browser } = await openOneByOne(2)
    browser.controls.query = () => new Promise(() => {})
    browser.lacks.channels = true
    const late = await openAnother(browser)
    await browser.clock.advance(1000)
    expect(statusOf(late)).toBe('connected')
  })

  it('waits for nobody where nobody could be asked', async () => {
    const { browser, first, second } = await openOneByOne(2)
    first.freeze()
    second.freeze()
    const late = browser.openTab()
    delete late.environment.tabs?.isAnyoneThere
    await connect(browser, late)
    expect([statusOf(late), late.calls.length]).toEqual(['connected', 1])
  })

  const nobodyLends: [string, (browser: Browser, tab: FakeTab) => Promise<unknown>][] = [
    ['is of another user', (browser, tab) => connect(browser, tab, 'bob')],
    [
      'has a static token',
      async (browser, { auth, mintFor }) =>
        Promise.all([auth.connectUser({ id: 'jane' }, mintFor('jane')), browser.settle()]),
    ],
    [
      'has failed',
      async (browser, tab) => {
        await connect(browser, tab)
        tab.controls.refuseAll = 43
        await rejection(tab.auth.fetch('/'))
        expect(statusOf(tab)).toBe('failed')
      },
    ],
    [
      'has logged out',
      async (browser, tab) => {
        await connect(browser, tab)
        await Promise.all([tab.auth.disconnectUser(), browser.settle()])
      },
    ],
    [
      'is still connecting',
      async (browser, tab) => {
        tab.controls.openFault = () => new Promise(() => {})
        void tab.auth.connectUser({ id: 'jane' }).catch(() => {})
        await browser.clock.advance(10_000)
      },
    ],
  ]
  it.each(nobodyLends)('waits for no tab that %s', async (_, prepare) => {
    const browser = createFakeBrowser()
    const other = browser.openTab()
    await prepare(browser, other)
    await browser.clock.advance(500)
    other.freeze()
    const late = await openAnother(browser)
    expect([statusOf(late), late.calls.length]).toEqual(['connected', 1])
  })

  it('leaves no lock, timer or channel if it is disposed while it waits', async () => {
    const { browser, tabs } = await openOneByOne(2)
    for (const tab of tabs) tab.freeze()
    const before = [browser.locks(), browser.channels(), browser.clock.pendingTimers]
    const late = await openAnother(browser)
    late.auth.dispose()
    await browser.settle()
    expect([browser.locks(), browser.channels(), browser.clock.pendingTimers]).toEqual(before)
    for (const tab of tabs) tab.thaw()
    for (const tab of tabs) tab.auth.dispose()
    await browser.settle()
    expect([browser.locks(), browser.channels(), browser.clock.pendingTimers]).toEqual([0, 0, 0])
  })
})

describe('a token that another tab was given', () => {
  /** The first of two tabs has a newer token, which the second has heard of. */
  async function openWithNewer() {
    const all = await openOneByOne(2)
    await all.browser.clock.advance(4000)
    await Promise.all([all.first.auth.refreshToken(), all.browser.settle()])
    return all
  }

  it('is kept aside by a tab whose own is good, with its socket', async () => {
    const { browser, tabs, second } = await openWithNewer()
    expect(handshakes(tabs)).toBe(3)
    await second.auth.fetch('/')
    await browser.clock.advance(10_000)
    expect([handshakes([second]), received(second)]).toEqual([1, ['another-tab']])
  })

  it('is taken at the own renewal, in place of a provider call', async () => {
    const { browser, first, second } = await openWithNewer()
    first.freeze()
    // Hers is due after 49.8 s at the latest.
    await browser.clock.advance(46_000)
    expect([second.calls.length, handshakes([second])]).toEqual([0, 2])
    expect(tokensOf([second])).toEqual([first.sockets.at(-1)?.token])
  })

  it('is taken at once when the own one is refused, and the request replayed with it', async () => {
    const { browser, tabs, second } = await openWithNewer()
    const [newer] = tokensOf(tabs)
    second.revoke(...tokensOf([second]))
    await Promise.all([second.auth.fetch('/'), browser.settle()])
    expect(second.requests.map(({ outcome }) => outcome)).toEqual([40, 'taken'])
    expect([second.calls.length, second.requests.at(-1)?.token]).toEqual([0, newer])
  })

  it('is taken at once after a second refusal in a row too', async () => {
    const { browser, first, second } = await openWithNewer()
    second.revoke(...tokensOf([second]))
    await Promise.all([second.auth.fetch('/'), browser.settle()])
    await Promise.all([first.auth.refreshToken(), browser.settle()])
    second.revoke(...tokensOf([second]))
    await Promise.all([second.auth.fetch('/'), browser.settle()])
    expect(second.calls).toHaveLength(0)
    expect(tokensOf([second])).toEqual(tokensOf([first]))
  })

  it('is followed by the own provider if it is refused as well', async () => {
    const { browser, tabs, second } = await openWithNewer()
    second.revoke(...tokensOf(tabs))
    const asked = rejection(second.auth.fetch('/'))
    await browser.clock.advance(1000)
    expect(await asked).toMatchObject({ code: 'token-refused' })
    expect((await second.auth.fetch('/')).status).toBe(200)
    expect([second.calls.length, statusOf(second)]).toEqual([1, 'connected'])
  })

  it('is not taken once it has died', async () => {
    const { browser, first, second } = await openWithNewer()
    first.die()
    second.freeze()
    await browser.clock.advance(120_000)
    second.thaw()
    await browser.settle()
    expect([second.calls.length, refusals([second]).length]).toEqual([1, 0])
    expect(statusOf(second)).toBe('connected')
  })

  it('is not taken in the last second of its life', async () => {
    const { browser, first, second } = await openOneByOne(2)
    first.freeze()
    await say(browser, { type: 'token', token: second.mintFor('jane', 3600), leftMs: 5000 })
    await browser.clock.advance(4500)
    second.revoke(...tokensOf([second]))
    await Promise.all([second.auth.fetch('/'), browser.settle()])
    expect(second.calls).toHaveLength(1)
  })

  it('is not taken if it lives no longer than the own one', async () => {
    const { browser, first, second } = await openOneByOne(2)
    first.freeze()
    const { iat, exp } = JSON.parse(atob(second.live()[0]?.token.split('.')[1] ?? ''))
    await say(browser, { type: 'token', token: mint({ user_id: 'jane', iat, exp }) })
    await browser.clock.advance(55_000)
    expect([second.calls.length, handshakes([second])]).toEqual([1, 2])
  })

  it('is believed to live no longer than the tab said that lent it', async () => {
    const { browser, first, second } = await openOneByOne(2)
    first.freeze()
    await say(browser, { type: 'token', token: second.mintFor('jane', 3600), leftMs: 1000 })
    await browser.clock.advance(55_000)
    expect([second.calls.length, handshakes([second])]).toEqual([1, 2])
  })

  it('does not stand in for a refresh that was asked for, and is forgotten after it', async () => {
    const { browser, first, second } = await openWithNewer()
    Object.assign(second.controls, { random: 0, ttlSeconds: 20 })
    await Promise.all([second.auth.refreshToken(), browser.settle()])
    expect([second.calls.length, handshakes([second])]).toEqual([1, 2])
    first.die()
    await browser.clock.advance(11_000)
    expect([second.calls.length, handshakes([second])]).toEqual([2, 3])
  })

  it('is taken by a tab whose refresh is under way, once its own is dead', async () => {
    const { browser, first, second } = await openOneByOne(2)
    second.controls.provider = 'hold'
    void second.auth.refreshToken().catch(() => {})
    await browser.settle()
    second.revoke(...tokensOf([second]))
    const asked = second.auth.fetch('/')
    await browser.settle()
    await Promise.all([first.auth.refreshToken(), browser.settle()])
    expect((await asked).status).toBe(200)
    expect(second.lastCall().signal.aborted).toBe(false)
  })

  it('is kept aside too while a refresh is under way that was asked for', async () => {
    const { browser, first, second } = await openOneByOne(2)
    second.controls.provider = 'hold'
    const refreshing = second.auth.refreshToken()
    await browser.settle()
    await Promise.all([first.auth.refreshToken(), browser.settle()])
    expect(handshakes([second])).toBe(1)
    second.lastCall().resolve(second.mintFor('jane'))
    await Promise.all([refreshing, browser.settle()])
    expect(handshakes([second])).toBe(2)
  })

  it('is not taken once an accepted token has shown that it is dead', async () => {
    const browser = createFakeBrowser()
    const tab = browser.openTab()
    browser.clock.jumpWallClock(-86_400_000)
    const door = held<never>()
    tab.controls.openFault = () => door.promise
    void tab.auth.connectUser({ id: 'jane' }).catch(() => {})
    await browser.settle()
    // By the wall clock, which is a day behind, it lives.
    const exp = Math.floor(tab.serverNow() / 1000) - 10
    await say(browser, { type: 'token', token: mint({ user_id: 'jane', exp }) })
    tab.controls.openFault = null
    door.reject(new Error('no answer'))
    await browser.clock.advance(1000)
    tab.revoke(...tokensOf([tab]))
    await Promise.all([tab.auth.fetch('/'), browser.settle()])
    expect(tab.requests.map(({ outcome }) => outcome)).toEqual([40, 'taken'])
    expect(tab.calls).toHaveLength(2)
  })

  it('is told to no tab before the backend has accepted it, also if one asks', async () => {
    const { browser, first } = await openOneByOne(2)
    const door = held<never>()
    const before = tokensOf([first])
    first.controls.openFault = () => door.promise
    await Promise.all([first.auth.refreshToken(), browser.settle()])
    const late = await openAnother(browser)
    expect([statusOf(late), tokensOf([late])]).toEqual(['connected', before])
  })

  it('that is forged displaces no socket, and costs no request', async () => {
    const { browser, tabs, second } = await openOneByOne(2)
    for (const token of [mint({ user_id: 'bob' }), 7, null, second.mintBad('jane')]) {
      await say(browser, { type: 'token', token, leftMs: 'long' })
      await second.auth.fetch('/')
    }
    expect([handshakes(tabs), callsOf(tabs).length]).toEqual([2, 1])
    await browser.clock.advance(60_000)
    expect(tabs.map(statusOf)).toEqual(['connected', 'connected'])
    expect((await second.auth.fetch('/')).status).toBe(200)
  })
})
