import { describe, expect, it } from 'vitest'
import { createFakeBrowser, type FakeTab } from '../support/fakeBrowser.js'
import { connect } from '../support/tabsOfJane.js'
import { rejection } from '../support/promises.js'
import { failure, whoIs } from '../support/world.js'

type Browser = ReturnType<typeof createFakeBrowser>

const declare = (browser: Browser, tab: FakeTab, id = 'jane') =>
  Promise.all([tab.auth.connectUser({ id }, undefined, { declared: true }), browser.settle()])

const logOut = (browser: Browser, tab: FakeTab) =>
  Promise.all([tab.auth.disconnectUser(), browser.settle()])

/** Two tabs connected as Jane; the second one declares her. */
async function openDeclared() {
  const browser = createFakeBrowser()
  const [acting, declaring] = [browser.openTab(), browser.openTab()]
  await connect(browser, acting)
  await declare(browser, declaring)
  return { browser, acting, declaring }
}

/** The second one has been ended by the first one's log-out. */
async function openEnded() {
  const tabs = await openDeclared()
  await logOut(tabs.browser, tabs.acting)
  return tabs
}

const looks: Record<string, (tab: FakeTab) => void> = {
  'becomes visible': (tab) => tab.wake(),
  'gains the focus': (tab) => tab.focus(),
}

describe('a declared user whom another tab logs out', () => {
  it('is disconnected at once, and the state says that another tab did it', async () => {
    const { declaring, acting } = await openEnded()
    expect(declaring.state()).toEqual({ status: 'disconnected', endedBy: 'another-tab' })
    expect(acting.state()).toEqual({ status: 'disconnected' })
    expect(declaring.live()).toEqual([])
  })

  it.each(Object.keys(looks))('is asked for anew when the page %s', async (how) => {
    const { browser, declaring } = await openEnded()
    const { length } = declaring.calls
    await browser.clock.advance(3_600_000)
    expect(declaring.calls).toHaveLength(length)
    looks[how]?.(declaring)
    await browser.settle()
    expect(whoIs(declaring)).toBe('jane')
    expect(declaring.calls).toHaveLength(length + 1)
    expect(declaring.focusListeners.size).toBe(0)
  })

  it('is asked for anew when the user connects in another tab, with the token of that tab', async () => {
    const { browser, acting, declaring } = await openEnded()
    const { length } = declaring.calls
    await connect(browser, acting)
    await browser.clock.advance(500)
    expect([acting, declaring].map(whoIs)).toEqual(['jane', 'jane'])
    expect(declaring.calls).toHaveLength(length)
  })

  it('is asked for anew when the user is connected in another tab without a socket', async () => {
    const { browser, acting, declaring } = await openEnded()
    await Promise.all([
      acting.auth.connectUser({ id: 'jane' }, undefined, { paused: true }),
      browser.settle(),
    ])
    // Nothing has shown yet that the backend takes the other tab's token: it keeps its turn for 10 s.
    await browser.clock.advance(10_000)
    expect(acting.state().status).toBe('paused')
    expect(whoIs(declaring)).toBe('jane')
  })

  it('is not asked for anew when the network returns to a hidden page, but once it is shown', async () => {
    const { browser, declaring } = await openEnded()
    const { length } = declaring.calls
    declaring.setVisible(false)
    declaring.wake()
    await browser.settle()
    expect([whoIs(declaring), declaring.calls.length]).toEqual(['disconnected', length])
    declaring.setVisible(true)
    declaring.wake()
    await browser.settle()
    expect(whoIs(declaring)).toBe('jane')
  })

  it('is not asked for anew when another user connects, nor by what else is posted', async () => {
    const { browser, declaring } = await openEnded()
    await connect(browser, browser.openTab(), 'bob')
    const name = browser.posted[0]?.name ?? ''
    const channel = browser.openTab().environment.tabs?.openChannel(name, () => {})
    for (const message of [null, 7, 'arrival', {}, { type: 'token' }, { type: 'departure' }]) {
      channel?.post(message)
    }
    await browser.settle()
    expect(declaring.state()).toEqual({ status: 'disconnected', endedBy: 'another-tab' })
  })

  it('is asked for anew by retry()', async () => {
    const { browser, declaring } = await openEnded()
    await Promise.all([declaring.auth.retry(), browser.settle()])
    expect(whoIs(declaring)).toBe('jane')
  })

  it('holds after every log-out, and does not log the other tab in', async () => {
    const { browser, acting, declaring } = await openEnded()
    for (let times = 0; times < 3; times++) {
      declaring.wake()
      await browser.settle()
      expect([acting, declaring].map(whoIs)).toEqual(['disconnected', 'jane'])
      await connect(browser, acting)
      await logOut(browser, acting)
      expect(whoIs(declaring)).toBe('disconnected')
    }
  })

  it('holds in both tabs that declare the user, and ends in a log-out of one for that one only', async () => {
    const { browser, acting, declaring } = await openDeclared()
    await declare(browser, acting)
    await logOut(browser, acting)
    for (const tab of [acting, declaring]) tab.wake()
    await browser.settle()
    expect([acting, declaring].map(whoIs)).toEqual(['disconnected', 'jane'])
  })

  it('is declared from then on where the session was there before', async () => {
    const browser = createFakeBrowser()
    const [acting, declaring] = [browser.openTab(), browser.openTab()]
    for (const tab of [acting, declaring]) await connect(browser, tab)
    await declare(browser, declaring)
    await logOut(browser, acting)
    declaring.wake()
    await browser.settle()
    expect(whoIs(declaring)).toBe('jane')
  })

  it('is asked for anew after a switch elsewhere that the tab followed, once that user is logged out', async () => {
    const { browser, acting, declaring } = await openDeclared()
    await Promise.all([acting.auth.switchUser({ id: 'bob' }), browser.settle()])
    expect(whoIs(declaring)).toBe('bob')
    await logOut(browser, acting)
    expect(whoIs(declaring)).toBe('disconnected')
    declaring.wake()
    await browser.settle()
    expect(whoIs(declaring)).toBe('jane')
  })

  it.each([
    ['connects another user', (tab: FakeTab) => tab.auth.connectUser({ id: 'bob' }), 'bob'],
    ['logs out as well', (tab: FakeTab) => tab.auth.disconnectUser(), 'disconnected'],
    ['leaves', (tab: FakeTab) => tab.auth.disconnectUser({ thisTabOnly: true }), 'disconnected'],
    ['is disposed', async (tab: FakeTab) => tab.auth.dispose(), 'disconnected'],
  ])('is not asked for anew once the tab %s, which leaves no listener', async (_, act, who) => {
    const { browser, acting, declaring } = await openEnded()
    await Promise.all([act(declaring), browser.settle()])
    declaring.focus()
    await connect(browser, acting)
    expect(whoIs(declaring)).toBe(who)
    expect(declaring.focusListeners.size).toBe(0)
  })

  it('is not logged out again elsewhere when the tab goes on with another user', async () => {
    const { browser, acting, declaring } = await openEnded()
    browser.lacks.channels = true
    await connect(browser, acting)
    browser.lacks.channels = false
    await connect(browser, declaring, 'bob')
    acting.wake()
    await browser.settle()
    expect([acting, declaring].map(whoIs)).toEqual(['jane', 'bob'])
  })
})

describe('a user who is not declared', () => {
  it('stays logged out when the tab is looked at, or the user connects elsewhere', async () => {
    const browser = createFakeBrowser()
    const [acting, other] = [browser.openTab(), browser.openTab()]
    for (const tab of [acting, other]) await connect(browser, tab)
    await logOut(browser, acting)
    other.wake()
    other.focus()
    await connect(browser, acting)
    expect(other.state()).toEqual({ status: 'disconnected', endedBy: 'another-tab' })
  })
})

describe('the app’s own session', () => {
  const signedOut = () => Promise.reject(failure({ status: 401 }))

  it('that is over leaves a declared user failed, who is asked for once at each look', async () => {
    const { browser, declaring } = await openEnded()
    declaring.controls.provider = signedOut
    const { length } = declaring.calls
    for (let looked = 1; looked <= 3; looked++) {
      declaring.wake()
      declaring.focus()
      await browser.clock.advance(10_000)
      expect(declaring.state()).toMatchObject({ status: 'failed' })
      expect(declaring.calls).toHaveLength(length + looked)
    }
    declaring.controls.provider = 'mint'
    declaring.focus()
    await browser.settle()
    expect(whoIs(declaring)).toBe('jane')
  })

  it('that is over is asked no more than twice a second, however often a page is looked at', async () => {
    const { browser, declaring } = await openEnded()
    declaring.controls.provider = signedOut
    const { length } = declaring.calls
    for (let i = 0; i < 100; i++) {
      declaring.wake()
      declaring.focus()
      await browser.clock.advance(20)
    }
    expect(declaring.calls.length - length).toBeLessThanOrEqual(5)
    expect(declaring.calls.length - length).toBeGreaterThan(2)
  })

  it('that begins again in another tab connects the declared user who had failed', async () => {
    const { browser, acting, declaring } = await openEnded()
    declaring.controls.provider = signedOut
    declaring.wake()
    await browser.clock.advance(10_000)
    expect(declaring.state().status).toBe('failed')
    await connect(browser, acting)
    await browser.clock.advance(500)
    expect(whoIs(declaring)).toBe('jane')
  })

  it('that is over when the user is first declared is asked again at a look as well', async () => {
    const browser = createFakeBrowser()
    const tab = browser.openTab()
    tab.controls.provider = signedOut
    const connecting = rejection(
      tab.auth.connectUser({ id: 'jane' }, undefined, { declared: true }),
    )
    await browser.settle()
    expect((await connecting).retryable).toBe(false)
    tab.controls.provider = 'mint'
    await browser.clock.advance(60_000)
    expect(tab.state().status).toBe('failed')
    tab.focus()
    await browser.settle()
    expect(whoIs(tab)).toBe('jane')
  })
})
