import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { chromiumLaunchOptions } from '../support/chromium.js'
import { buildApp, type BuiltApp } from './buildApp.js'
import { openPage, type OpenPage } from './openPage.js'

let browser: Browser | undefined
let app: BuiltApp

beforeAll(async () => {
  app = await buildApp('production')
  // Playwright switches the back-forward cache off.
  const ignoreDefaultArgs = ['--disable-back-forward-cache']
  browser = await chromium.launch({ ...chromiumLaunchOptions(), ignoreDefaultArgs })
})

afterAll(() => browser?.close())

interface Tabs {
  readonly opened: OpenPage
  readonly tabs: readonly Page[]
  readonly first: Page
  readonly second: Page
}

/** Opens several tabs of one browser with the same page, without a connected user. */
async function openTabs(count: number): Promise<Tabs> {
  const opened = await openPage(browser, app)
  const context = opened.page.context()
  const pageErrors: string[] = []
  context.on('weberror', (error) => pageErrors.push(String(error.error())))
  onTestFinished(async () => {
    await opened.close()
    expect(pageErrors).toEqual([])
    expect(opened.backend.counters.wrongUserTokens).toBe(0)
  })
  const tabs = [opened.page]
  while (tabs.length < count) {
    const tab = await context.newPage()
    await tab.goto(opened.page.url())
    tabs.push(tab)
  }
  const [first, second] = tabs
  if (!first || !second) throw new Error('One tab is no test.')
  return { opened, tabs, first, second }
}

async function openAsJane(count: number): Promise<Tabs> {
  const all = await openTabs(count)
  for (const tab of all.tabs) await connect(tab)
  return all
}

const press = (tab: Page, name: string) => tab.getByRole('button', { name }).click()
const shows = (tab: Page, id: string, text: string) =>
  tab.locator(`#${id}`, { hasText: RegExp(`^${text}$`) }).waitFor()

async function connect(tab: Page) {
  await press(tab, 'Jane')
  await shows(tab, 'status', 'connected')
}

const eventsOf = (tab: Page) => tab.evaluate(() => window.page.events)
const endingsOf = async (tab: Page) =>
  (await eventsOf(tab)).flatMap((event) => (event.type === 'session-ended' ? [event.by] : []))
const ask = (tab: Page) => tab.evaluate(() => window.page.fetch!('/channels').then((r) => r.status))

/** Resolves once this number of tabs waits for the lock to call the token provider. */
const whenWaiting = (tab: Page, count: number) =>
  tab.waitForFunction(
    async (wanted) => (await navigator.locks.query()).pending?.length === wanted,
    count,
  )

/** Delays the token endpoint's answers until the test releases them. */
async function holdTokenCalls({ page, backend }: OpenPage) {
  let letThrough = () => {}
  const until = new Promise<void>((resolve) => {
    letThrough = resolve
  })
  const callers: (Page | undefined)[] = []
  let onCall = () => {}
  const called = new Promise<void>((resolve) => {
    onCall = resolve
  })
  await page.context().route(`**${backend.tokenEndpoint.path}*`, async (route) => {
    callers.push(route.request().frame().page())
    onCall()
    await until
    // The tab may be closed by then.
    await route.continue().catch(() => {})
  })
  return { callers, called, letThrough }
}

test('ten tabs that connect at once make one provider call', async () => {
  const { opened, tabs, first } = await openTabs(10)
  const { called, letThrough } = await holdTokenCalls(opened)
  await Promise.all(tabs.map((tab) => press(tab, 'Jane')))
  await Promise.all([called, whenWaiting(first, 9)])
  letThrough()
  await Promise.all(tabs.map((tab) => shows(tab, 'status', 'connected')))
  expect(await Promise.all(tabs.map(ask))).toEqual(Array(10).fill(200))
  expect(opened.backend.counters).toMatchObject({ tokenCalls: 1, socketsOpened: 10 })
})

test('eight tabs opened one after another, and reloads of them, make one provider call and no other tab a handshake', async () => {
  const { opened, tabs, first } = await openAsJane(8)
  expect(opened.backend.counters).toMatchObject({ tokenCalls: 1, socketsOpened: 8 })
  // The first one is the one that called the provider.
  const reloaded = [first, ...tabs.slice(4, 6)]
  for (const tab of reloaded) {
    await tab.reload()
    await connect(tab)
  }
  expect(await Promise.all(tabs.map(ask))).toEqual(Array(8).fill(200))
  expect(opened.backend.counters).toMatchObject({
    tokenCalls: 1,
    socketsOpened: 8 + reloaded.length,
    refused: {},
  })
  await opened.until(({ liveSockets }) => liveSockets === 8)
})

test('a token with a wrong signature fails only the tab that received it, not the other ten', async () => {
  const { opened, tabs, first } = await openTabs(11)
  await first.route(`**${opened.backend.tokenEndpoint.path}*`, async (route) => {
    const response = await route.fetch()
    const { token } = (await response.json()) as { token: string }
    const unsigned = token.split('.').slice(0, 2).join('.')
    await whenWaiting(first, 10)
    await route.fulfill({ response, json: { token: `${unsigned}.${'A'.repeat(43)}` } })
  })
  const asked = first.waitForRequest(`**${opened.backend.tokenEndpoint.path}*`)
  await press(first, 'Jane')
  await asked
  const rest = tabs.slice(1)
  await Promise.all(rest.map((tab) => press(tab, 'Jane')))
  await shows(first, 'status', 'failed')
  await Promise.all(rest.map((tab) => shows(tab, 'status', 'connected')))
  expect(await Promise.all(rest.map(ask))).toEqual(Array(10).fill(200))
  expect(opened.backend.counters).toMatchObject({ tokenCalls: 2, socketsOpened: 10 })
})

test('ten tabs of a user share every renewal, from a refusal to the last rotation', async ({
  annotate,
}) => {
  const { opened, tabs, first } = await openAsJane(10)
  const { backend } = opened
  const callsBefore = backend.counters.tokenCalls
  const before = await Promise.all(tabs.map(async (tab) => (await eventsOf(tab)).length))
  const renewals = async () => {
    const events = await Promise.all(tabs.map(eventsOf))
    return events.map((all, i) => {
      const later = all.slice(before[i])
      return later.filter(({ type }) => type === 'token-received').length
    })
  }

  backend.tokenEndpoint.expiresInSeconds = 4
  await backend.expireToken('jane')
  await first.waitForFunction(
    (from) => window.page.events.slice(from).filter((e) => e.type === 'token-received').length >= 5,
    before[0],
  )
  // The next token is good for long, so that everyone comes to rest with it.
  backend.tokenEndpoint.expiresInSeconds = 36_000
  for (const tab of tabs) {
    await tab.waitForFunction(() => {
      const state = window.page.auth!.getState()
      const expiresAt = state.status === 'connected' ? state.token.expiresAt : null
      return expiresAt !== null && expiresAt.getTime() > Date.now() + 18_000_000
    })
  }

  const calls = backend.counters.tokenCalls - callsBefore
  await annotate(`rotations ${calls}, in ten tabs`)
  expect(calls).toBeGreaterThan(5)
  // Each tab takes a token at its own moment; in these seconds a slow one may miss it.
  for (const count of await renewals()) expect(count).toBeLessThanOrEqual(calls)
  expect(await Promise.all(tabs.map(ask))).toEqual(Array(10).fill(200))
  expect(backend.counters.refused).toEqual({})
})

test('a tab that is closed during its provider call no longer delays the others', async () => {
  const { opened, tabs, first } = await openTabs(3)
  const { callers, called, letThrough } = await holdTokenCalls(opened)
  await Promise.all(tabs.map((tab) => press(tab, 'Jane')))
  await Promise.all([called, whenWaiting(first, 2)])
  const [caller] = callers
  const others = tabs.filter((tab) => tab !== caller)
  const startedAt = Date.now()
  await caller?.close()
  letThrough()
  for (const tab of others) await shows(tab, 'status', 'connected')
  // Without its lock being freed they would wait for providerTimeoutMs.
  expect(Date.now() - startedAt).toBeLessThan(10_000)
  expect(callers).toHaveLength(2)
})

describe('a log-out', () => {
  test('reaches every tab, and closes every socket', async () => {
    const { opened, tabs, first } = await openAsJane(3)
    await press(first, 'Log out')
    for (const tab of tabs) await shows(tab, 'status', 'disconnected')
    await opened.until(({ liveSockets }) => liveSockets === 0)
    expect(await Promise.all(tabs.map(endingsOf))).toEqual([
      ['this-tab'],
      ['another-tab'],
      ['another-tab'],
    ])
  })

  test('reaches every tab even if the page is closed at the same moment', async () => {
    const { first, second, opened } = await openAsJane(2)
    await first.evaluate(() => {
      void window.page.auth!.disconnectUser()
      location.href = '/elsewhere'
    })
    await shows(second, 'status', 'disconnected')
    await opened.until(({ liveSockets }) => liveSockets === 0)
    expect(await endingsOf(second)).toEqual(['another-tab'])
  })

  test('does not happen when a tab closes, reloads or unmounts', async () => {
    const { tabs, first, second } = await openAsJane(4)
    await tabs[2]?.close()
    await tabs[3]?.reload()
    await press(first, 'Unmount')
    await connect(tabs[3] ?? first)
    expect(await ask(second)).toBe(200)
    expect(await endingsOf(second)).toEqual([])
  })

  test('reaches a tab that missed the message, such as a frozen one, once it resumes', async () => {
    const { first, second, opened } = await openTabs(2)
    // Chromium freezes only what is hidden, which Playwright's pages never are.
    await second.addInitScript(() => Reflect.deleteProperty(window, 'BroadcastChannel'))
    await second.reload()
    await Promise.all([first, second].map(connect))
    await press(first, 'Log out')
    await shows(first, 'status', 'disconnected')
    expect(await ask(second)).toBe(200)
    await second.evaluate(() => document.dispatchEvent(new Event('resume')))
    await shows(second, 'status', 'disconnected')
    await opened.until(({ liveSockets }) => liveSockets === 0)
    expect(await endingsOf(second)).toEqual(['another-tab'])
  })

  test('reaches every tab even if one has cleared or edited the storage before', async () => {
    const { tabs, first, second, opened } = await openAsJane(3)
    const edits = [
      () => localStorage.clear(),
      () => Object.keys(localStorage).forEach((key) => localStorage.setItem(key, '{"stays":[]}')),
    ]
    for (const edit of edits) {
      await press(first, 'Log out')
      for (const tab of tabs) await shows(tab, 'status', 'disconnected')
      for (const tab of tabs) await connect(tab)
      await second.evaluate(edit)
      for (const tab of tabs) {
        await tab.evaluate(() => document.dispatchEvent(new Event('resume')))
        expect(await ask(tab)).toBe(200)
      }
    }
    await press(first, 'Log out')
    for (const tab of tabs) await shows(tab, 'status', 'disconnected')
    await opened.until(({ liveSockets }) => liveSockets === 0)
  })

  test('reaches a tab that missed the message, even if the storage was cleared before', async () => {
    const { first, second } = await openTabs(2)
    await second.addInitScript(() => Reflect.deleteProperty(window, 'BroadcastChannel'))
    await second.reload()
    await Promise.all([first, second].map(connect))
    await first.evaluate(() => localStorage.clear())
    await press(first, 'Log out')
    await shows(first, 'status', 'disconnected')
    await second.evaluate(() => document.dispatchEvent(new Event('resume')))
    await shows(second, 'status', 'disconnected')
    expect(await endingsOf(second)).toEqual(['another-tab'])
  })

  test('reaches a tab in the back-forward cache, which is restored logged out', async () => {
    const { first, second, opened } = await openAsJane(2)
    // Chromium throws a page out of the cache when a message comes for it, and loads it anew.
    await second.addInitScript(() => Reflect.deleteProperty(window, 'BroadcastChannel'))
    await second.reload()
    await connect(second)
    await second.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => Object.assign(window, { persisted }))
    })
    await second.goto(`${opened.backendUrl}/elsewhere`)
    await press(first, 'Log out')
    await shows(first, 'status', 'disconnected')
    await second.goBack({ waitUntil: 'commit' })
    await shows(second, 'status', 'disconnected')
    expect(await second.evaluate(() => Reflect.get(window, 'persisted'))).toBe(true)
    expect(await endingsOf(second)).toEqual(['another-tab'])
    expect(opened.backend.counters.liveSockets).toBe(0)
  })

  test('works in a tab without locks, channels or storage', async () => {
    const { first, second, opened } = await openTabs(2)
    for (const tab of [first, second]) {
      await tab.addInitScript(() => {
        const blocked = {
          get() {
            throw new DOMException('blocked', 'SecurityError')
          },
        }
        Reflect.deleteProperty(window, 'BroadcastChannel')
        Object.defineProperty(window, 'localStorage', blocked)
        Object.defineProperty(navigator, 'locks', blocked)
      })
      await tab.reload()
      await connect(tab)
    }
    await press(first, 'Log out')
    await shows(first, 'status', 'disconnected')
    expect(await ask(second)).toBe(200)
    await press(second, 'Log out')
    await shows(second, 'status', 'disconnected')
    expect(opened.backend.counters.tokenCalls).toBe(2)
  })
})

test('every tab follows a switch, with one provider call for the new user', async () => {
  const { opened, tabs, first } = await openAsJane(3)
  await press(first, 'Bob')
  for (const tab of tabs) await shows(tab, 'user', 'bob')
  expect(await Promise.all(tabs.map(ask))).toEqual([200, 200, 200])
  await opened.until(({ liveSockets }) => liveSockets === 3)
  const storage = await first.evaluate(() => JSON.stringify(localStorage))
  expect(storage).toContain('jane')
  // Every token begins like this.
  expect(storage).not.toContain('eyJ')
})
