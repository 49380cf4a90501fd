import type { Browser, Page } from 'playwright'
import { expect, onTestFinished } from 'vitest'
import type { ChatBackendOptions } from '../../src/testing/backendOptions.js'
import type { BuiltApp } from './buildApp.js'
import { openPage, type OpenPage } from './openPage.js'
import type { Frame } from './routers/routerApi.js'

/** What is in the private channels names its reader: it must be in no frame of another user. */
const people: ChatBackendOptions = {
  users: [{ id: 'jane' }, { id: 'bob' }],
  channels: [
    ...['jane', 'bob'].map((userId) => ({
      type: 'messaging' as const,
      id: `of-${userId}`,
      name: `Channel of ${userId}`,
      members: [userId],
      messages: [{ userId, text: `Diary of ${userId}` }],
    })),
    { type: 'messaging', id: 'team', name: 'Team', members: ['jane', 'bob'], messages: [] },
  ],
}

/** Requests that the test delays until it releases them. */
interface Held {
  /** Resolves once a request is delayed. */
  readonly one: Promise<void>
  letThrough(): void
}

export interface OpenRouter extends OpenPage {
  press(button: string, tab?: Page): Promise<void>
  /** Follows a link of the page. */
  follow(link: string): Promise<void>
  /** Resolves once the tab shows this text. */
  shows(text: string, tab?: Page): Promise<void>
  /** Opens a page of the app, as a person does who has signed in before. */
  visit(path: string, tab?: Page): Promise<void>
  /** Declares a user for the next load of the page. */
  declare(userId: string): Promise<void>
  /** Opens the app in another tab. */
  openTab(): Promise<Page>
  path(tab?: Page): string
  /** Delays requests to matching URLs. */
  hold(url: RegExp): Promise<Held>
  /** Texts of the page since it was last loaded, without repetitions. */
  texts(): Promise<string[]>
  /** How often the backend was asked for this path. */
  asked(path: string): number
}

/** Opens the built page of a router, with nobody signed in; checks at the end what each frame showed. */
export async function openRouter(browser: Browser | undefined, app: BuiltApp): Promise<OpenRouter> {
  const opened = await openPage(browser, app, people)
  const { page, pageUrl, backend } = opened
  const tabs = [page]
  const frames: Frame[] = []
  const collect = async (tab: Page) => {
    frames.push(...(await tab.evaluate(() => window.routerPage.frames)))
  }
  onTestFinished(async () => {
    for (const tab of tabs) await collect(tab)
    await opened.close()
    expect(
      frames.filter(({ user, text }) => readers(text).some((reader) => reader !== user)),
    ).toEqual([])
    expect(opened.pageErrors).toEqual([])
    expect(backend.counters.wrongUserTokens).toBe(0)
  })

  return {
    ...opened,
    press: (name, tab = page) => tab.getByRole('button', { name, exact: true }).click(),
    follow: (name) => page.getByRole('link', { name, exact: true }).click(),
    shows: (text, tab = page) => tab.locator('main').getByText(text, { exact: true }).waitFor(),
    async visit(path, tab = page) {
      await collect(tab)
      await tab.goto(pageUrl + path)
    },
    declare: (userId) => page.evaluate((id) => localStorage.setItem('account', id), userId),
    async openTab() {
      const tab = await page.context().newPage()
      await tab.goto(pageUrl)
      tabs.push(tab)
      return tab
    },
    path: (tab = page) => new URL(tab.url()).pathname,
    async hold(url) {
      let letThrough = () => {}
      let isThere = () => {}
      const isLetThrough = new Promise<void>((resolve) => (letThrough = resolve))
      const one = new Promise<void>((resolve) => (isThere = resolve))
      await page.route(url, async (route) => {
        isThere()
        await isLetThrough
        // The page may have aborted the request by then.
        await route.fallback().catch(() => {})
      })
      return { one, letThrough }
    },
    texts: () => page.evaluate(() => window.routerPage.frames.map(({ text }) => text)),
    asked: (path) => backend.requests.filter((request) => request.path === path).length,
  }
}

/** Users whose private data is in a text. */
const readers = (text: string) => [...text.matchAll(/of (jane|bob)/g)].map((match) => match[1])
