import { describe, expect, it } from 'vitest'
import { createFakeBrowser, type FakeTab } from '../support/fakeBrowser.js'
import { connect, endings, openAsJane } from '../support/tabsOfJane.js'
import { whoIs } from '../support/world.js'

type Browser = ReturnType<typeof createFakeBrowser>

const logOut = (browser: Browser, { auth }: FakeTab) =>
  Promise.all([auth.disconnectUser(), browser.settle()])

/** The note of the user who came first; there is one from their first session on. */
function noteOf(browser: Browser): { name: string; value: string } {
  const [[name, value] = ['', '']] = browser.storage
  return { name, value }
}

/** What anyone may write over a note: nonsense, and notes that are another's. */
const edits: [string, (value: string) => string][] = [
  ['nothing', () => ''],
  ['no JSON', () => 'nonsense'],
  ['null', () => 'null'],
  ['a number', () => '7'],
  ['an object', () => '{}'],
  ['a note of the protocol before', () => '{"count":9,"next":null}'],
  ['stays that are none', (value) => JSON.stringify({ ...JSON.parse(value), stays: { 0: 'a-1' } })],
  ['a stay that is none', (value) => JSON.stringify({ ...JSON.parse(value), stays: ['a-1', 7] })],
  [
    'one that is none before its own',
    (value) => {
      const note = JSON.parse(value) as { stays: string[] }
      return JSON.stringify({ ...note, stays: [7, ...note.stays] })
    },
  ],
  ['no stay', (value) => JSON.stringify({ ...JSON.parse(value), stays: [] })],
  ['another stay', (value) => JSON.stringify({ ...JSON.parse(value), stays: ['a-1', 'b-0'] })],
  ['half of it', (value) => value.slice(0, -20)],
  ['another user’s', (value) => value.replaceAll('jane', 'bob')],
]

describe('storage that is cleared after an earlier log-out', () => {
  it.each([1, 2, 3])('keeps nobody connected at log-out %d from there', async (more) => {
    const { browser, acting, other } = await openAsJane()
    for (let times = 0; times < 3; times++) {
      await logOut(browser, acting)
      await connect(browser, acting)
      await connect(browser, other)
    }
    for (let times = 0; times < more; times++) {
      browser.storage.clear()
      await logOut(browser, acting)
      expect([acting, other].map(whoIs)).toEqual(['disconnected', 'disconnected'])
      await connect(browser, acting)
      await connect(browser, other)
    }
  })

  it('keeps no frozen tab connected, which finds the later log-out noted', async () => {
    const { browser, acting, other } = await openAsJane()
    other.freeze()
    browser.storage.clear()
    browser.lacks.channels = true
    await logOut(browser, acting)
    other.thaw()
    await browser.settle()
    expect([whoIs(other), endings(other)]).toEqual(['disconnected', ['another-tab']])
  })

  it('logs nobody out who wakes', async () => {
    const { browser, acting, other } = await openAsJane()
    await logOut(browser, acting)
    await connect(browser, acting)
    await connect(browser, other)
    browser.storage.clear()
    for (const tab of [acting, other]) tab.wake()
    await browser.settle()
    expect([acting, other].map(whoIs)).toEqual(['jane', 'jane'])
  })

  it('by the app at its own log-out keeps no tab connected that is awake', async () => {
    const { browser, acting, other } = await openAsJane()
    const leaving = acting.auth.disconnectUser()
    browser.storage.clear()
    await Promise.all([leaving, browser.settle()])
    expect(whoIs(other)).toBe('disconnected')
  })

  it('ends the sessions of both sides of the clearing at once', async () => {
    const { browser, acting, other } = await openAsJane()
    browser.storage.clear()
    const third = browser.openTab()
    await connect(browser, third)
    await logOut(browser, acting)
    expect([acting, other, third].map(whoIs)).toEqual(Array(3).fill('disconnected'))
  })
})

describe.each(edits)('storage that is edited to %s', (_, edit) => {
  it('logs nobody out, and keeps nobody connected who hears of a log-out', async () => {
    const { browser, acting, other } = await openAsJane()
    const { name, value } = noteOf(browser)
    browser.storage.set(name, edit(value))
    for (const tab of [acting, other]) tab.wake()
    await browser.settle()
    expect([acting, other].map(whoIs)).toEqual(['jane', 'jane'])
    await logOut(browser, acting)
    expect(whoIs(other)).toBe('disconnected')
  })

  it('does not keep a later log-out from being noted for a frozen tab', async () => {
    const { browser, acting, other } = await openAsJane()
    const { name, value } = noteOf(browser)
    other.freeze()
    browser.storage.set(name, edit(value))
    browser.lacks.channels = true
    await logOut(browser, acting)
    other.thaw()
    await browser.settle()
    expect(whoIs(other)).toBe('disconnected')
  })

  it('lets who comes afterwards stay, and leave', async () => {
    const { browser, acting, other } = await openAsJane()
    const { name, value } = noteOf(browser)
    await logOut(browser, acting)
    browser.storage.set(name, edit(value))
    await connect(browser, acting)
    await connect(browser, other)
    for (const tab of [acting, other]) tab.wake()
    await browser.settle()
    expect([acting, other].map(whoIs)).toEqual(['jane', 'jane'])
    browser.lacks.channels = true
    await logOut(browser, acting)
    other.wake()
    await browser.settle()
    expect(whoIs(other)).toBe('disconnected')
  })
})

describe('storage that an app puts back as it was', () => {
  it('logs nobody out', async () => {
    const { browser, acting, other } = await openAsJane()
    const before = noteOf(browser)
    await logOut(browser, acting)
    const after = noteOf(browser)
    await connect(browser, acting)
    await connect(browser, other)
    for (const { name, value } of [before, after]) {
      browser.storage.set(name, value)
      for (const tab of [acting, other]) tab.wake()
      await browser.settle()
      expect([acting, other].map(whoIs)).toEqual(['jane', 'jane'])
    }
  })
})

describe('a note that is copied to another user', () => {
  it('before and after a log-out logs out nobody but who left', async () => {
    const { browser, acting } = await openAsJane()
    const { name, value } = noteOf(browser)
    const ofBob = name.replace('jane', 'bob')
    browser.storage.set(ofBob, value)
    const bob = browser.openTab()
    await connect(browser, bob, 'bob')
    await logOut(browser, acting)
    browser.storage.set(ofBob, noteOf(browser).value)
    bob.wake()
    await browser.settle()
    expect([acting, bob].map(whoIs)).toEqual(['disconnected', 'bob'])
  })
})

describe('a log-out', () => {
  it('is old news to a session that began after it, though it hears of it late', async () => {
    const { browser, acting, other } = await openAsJane()
    browser.controls.messagesTakeMs = 50
    const late = browser.openTab()
    const name = noteOf(browser).name
    // A channel of the tab that was open before: the message finds it, and the session behind it is new.
    const heard: unknown[] = []
    late.environment.tabs?.openChannel(name, (message) => heard.push(message))
    await logOut(browser, acting)
    await Promise.all([late.auth.connectUser({ id: 'jane' }), browser.clock.advance(1050)])
    const departures = heard.filter((m) => (m as { type?: unknown }).type === 'departure')
    const channel = other.environment.tabs?.openChannel(name, () => {})
    for (const departure of departures) channel?.post(departure)
    await browser.clock.advance(50)
    expect([departures.length, whoIs(late)]).toEqual([1, 'jane'])
  })

  it('of two tabs at once is over with both', async () => {
    const { browser, acting, other } = await openAsJane()
    const third = browser.openTab()
    await connect(browser, third)
    await browser.clock.advance(500)
    browser.controls.messagesTakeMs = 50
    await Promise.all([logOut(browser, acting), logOut(browser, other)])
    await Promise.all([acting.auth.connectUser({ id: 'jane' }), browser.clock.advance(1100)])
    expect([acting, other, third].map(whoIs)).toEqual(['jane', 'disconnected', 'disconnected'])
  })

  it('reaches a tab that slept through 49 of them', async () => {
    const { browser, acting, other } = await openAsJane()
    other.freeze()
    browser.lacks.channels = true
    for (let times = 0; times < 49; times++) {
      await logOut(browser, acting)
      await connect(browser, acting)
    }
    other.thaw()
    await browser.settle()
    expect(whoIs(other)).toBe('disconnected')
    expect(noteOf(browser).value.length).toBeLessThan(2000)
  })

  it('is heard where chance is always the same, as in an app’s tests', async () => {
    const { browser, acting, other } = await openAsJane()
    for (let times = 0; times < 3; times++) {
      await logOut(browser, acting)
      expect(whoIs(other)).toBe('disconnected')
      await connect(browser, acting)
      await connect(browser, other)
    }
  })

  it('where storage is full is heard, and nobody is logged out by waking', async () => {
    const browser = createFakeBrowser()
    browser.lacks.storage = true
    const [acting, other] = [browser.openTab(), browser.openTab()]
    for (const tab of [acting, other]) await connect(browser, tab)
    for (const tab of [acting, other]) tab.wake()
    await browser.settle()
    expect([acting, other].map(whoIs)).toEqual(['jane', 'jane'])
    browser.lacks.storage = false
    await logOut(browser, acting)
    expect(whoIs(other)).toBe('disconnected')
  })
})
