import type { Browser, Locator, Route } from 'playwright'
import type { ChatBackendOptions } from '../../src/testing/backendOptions.js'
import type { BuiltApp } from './buildApp.js'
import './chatApp/chatPageApi.js'
import { openPage, type OpenPage } from './openPage.js'

export const team = 'messaging:team'
export const townHall = 'livestream:town-hall'

/** Carol is a member of the same channel and never appears on the page. */
export const people: ChatBackendOptions = {
  users: [
    { id: 'jane', name: 'Jane' },
    { id: 'bob', name: 'Bob' },
    { id: 'carol', name: 'Carol' },
  ],
  channels: [
    {
      type: 'livestream',
      id: 'town-hall',
      name: 'Town hall',
      messages: [{ userId: 'bob', text: 'Welcome, everyone.' }],
    },
    {
      type: 'messaging',
      id: 'team',
      name: 'Team',
      members: ['jane', 'bob', 'carol'],
      messages: [{ userId: 'carol', text: 'Lunch at noon?' }],
    },
  ],
}

/** Requests that the test delays until it releases them. */
export interface Held {
  /** Resolves once a request is delayed. */
  readonly one: Promise<void>
  letThrough(): void
}

export interface OpenChat extends OpenPage {
  press(button: string): Promise<void>
  /** Resolves once the page shows this user as connected. */
  isConnected(user: string | RegExp): Promise<void>
  /** Resolves once one socket is open, the total is reached, and its recovery is done. */
  hasSettled(socketsOpened: number): Promise<void>
  readonly composer: Locator
  /** Types into the composer, presses Enter, and sees the message in the list. */
  write(text: string): Promise<void>
  /** Finds the message with that text in the list. */
  message(text: string): Locator
  /** Resolves once messages of all these texts are in the list. */
  shows(texts: readonly string[]): Promise<unknown>
  /** Returns the texts of all messages in the list, in order. */
  texts(): Promise<string[]>
  /** Sends a message as Carol. */
  writeAsCarol(text: string, cid?: string): Promise<void>
  /** Delays calls of the token endpoint for a user. */
  holdTokenCalls(userId: string): Promise<Held>
  /** Delays the backend's answer to a message with this text, which the backend has already stored. */
  holdAnswerTo(text: string): Promise<Held>
  /** Delays requests to matching URLs. */
  hold(url: RegExp): Promise<Held>
}

/** Opens the built chat page; returns the actions of its tests. */
export async function openChat(
  browser: Browser | undefined,
  app: BuiltApp,
  options: ChatBackendOptions = {},
): Promise<OpenChat> {
  const opened = await openPage(browser, app, { ...people, ...options })
  const { page, backend, until } = opened
  const composer = page.getByTestId('message-input')
  const testId = 'message-text-inner-wrapper'
  const texts = page.getByTestId(testId)
  const message = (text: string) => texts.filter({ has: page.getByText(text, { exact: true }) })
  const carolsToken = await backend.createToken('carol')

  /** `begin` returns the continuation of a delayed request; null for a request that is not delayed. */
  async function hold(url: RegExp, begin: (route: Route) => Promise<(() => Promise<void>) | null>) {
    let letThrough = () => {}
    let isThere = () => {}
    const isLetThrough = new Promise<void>((resolve) => (letThrough = resolve))
    const one = new Promise<void>((resolve) => (isThere = resolve))
    await page.route(url, async (route) => {
      const finish = await begin(route)
      if (!finish) return route.fallback()
      isThere()
      await isLetThrough
      // The page may have aborted the request by then.
      await finish().catch(() => {})
    })
    return { one, letThrough }
  }

  const onTheirWay = async (route: Route) => () => route.fallback()

  return {
    ...opened,
    press: (button) => page.getByRole('button', { name: button, exact: true }).click(),
    async isConnected(user) {
      await page.locator('#status', { hasText: /^connected$/ }).waitFor()
      await page.locator('#user', { hasText: user }).waitFor()
    },
    async hasSettled(count) {
      await until(({ socketsOpened, liveSockets }) => socketsOpened >= count && liveSockets === 1)
      // The first socket opens before the recording starts. Each later one queries the channels again.
      await page.waitForFunction((reopened) => {
        const { connection } = window.chatPage
        const online = connection.filter((event) => event === 'online')
        return online.length >= reopened && connection.at(-1) === 'queried'
      }, count - 1)
    },
    composer,
    async write(text) {
      await composer.pressSequentially(text)
      await composer.press('Enter')
      await message(text).waitFor()
    },
    message,
    shows: (wanted) =>
      page.waitForFunction(
        ([all, id]) => {
          const found = document.querySelectorAll(`[data-testid="${id}"]`)
          const shown = new Set([...found].map(({ textContent }) => textContent))
          return all.every((text) => shown.has(text))
        },
        [wanted, testId] as const,
      ),
    texts: () => texts.allInnerTexts(),
    async writeAsCarol(text, cid = team) {
      const query = new URLSearchParams({ user_id: 'carol', api_key: backend.apiKey })
      await backend.fetch(`${backend.url}/channels/${cid.replace(':', '/')}/message?${query}`, {
        method: 'POST',
        headers: { Authorization: carolsToken, 'stream-auth-type': 'jwt' },
        body: JSON.stringify({ message: { text } }),
      })
    },
    holdTokenCalls: (userId) =>
      hold(RegExp(`${backend.tokenEndpoint.path}\\?.*user_id=${userId}`), onTheirWay),
    holdAnswerTo: (text) =>
      hold(/\/message\?/, async (route) => {
        const body = route.request().postDataJSON() as { message?: { text: string } } | null
        if (body?.message?.text !== text) return null
        const response = await route.fetch()
        return () => route.fulfill({ response })
      }),
    hold: (url) => hold(url, onTheirWay),
  }
}
