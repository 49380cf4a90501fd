import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChatBackend } from '../../src/testing/chatBackend.js'
import { chromiumLaunchOptions } from '../support/chromium.js'
import { buildApp } from './buildApp.js'
import { people } from './openChat.js'
import { openPage, type OpenPage } from './openPage.js'

let browser: Browser | undefined
let opened: OpenPage
let tabs: readonly [Page, Page]
const errors: string[] = []

beforeAll(async () => {
  // Only this build runs effects twice under StrictMode, as a developer's page does.
  const app = await buildApp('development', 'moving')
  browser = await chromium.launch(chromiumLaunchOptions())
  opened = await openPage(browser, app, people)
  const context = opened.page.context()
  await context.addInitScript(drawEarly)
  tabs = [opened.page, await context.newPage()]
  for (const tab of tabs) tab.on('pageerror', (error) => errors.push(String(error)))
})

afterAll(async () => {
  await opened.close()
  await browser?.close()
})

const shapes = [
  'useCreateChatClient',
  'getInstance in an effect',
  "a module's own client",
  'a hook above Chat',
  'a guest or a user',
  'two clients on one page',
]

/**
 * Life of a token. The pages draw the moment of a renewal from its first fifth, see `drawEarly`, so that
 * a slow machine has 3.2 seconds for it.
 */
const expiresInSeconds = 8

/** Runs in the page: random numbers are below a fifth. */
function drawEarly() {
  const { random } = Math
  Math.random = () => random() / 5
}

/**
 * Opens Jane's chat, in both tabs after the move and in the first before it. Neither the backend nor the
 * browser knows of a chat before.
 */
async function openShape(shape: string, side: 'before' | 'after') {
  const [first, second] = tabs
  const { backend } = opened
  await second.goto('about:blank')
  await first.evaluate(() => localStorage.clear())
  const { origin, searchParams } = new URL(first.url())
  await first.goto('about:blank')
  backend.reset()
  errors.length = 0

  backend.tokenEndpoint.expiresInSeconds = side === 'after' ? expiresInSeconds : 3600
  const search = new URLSearchParams({ ...Object.fromEntries(searchParams), shape, side })
  const opening = side === 'after' ? tabs : [first]
  await Promise.all(
    opening.map(async (tab) => {
      await tab.goto(`${origin}/?${search}`)
      await shows(tab, 'Lunch at noon?')
    }),
  )
  return { backend, first, second, until: opened.until }
}

const shows = (tab: Page, text: string) =>
  tab
    .getByTestId('message-text-inner-wrapper')
    .filter({ has: tab.getByText(text, { exact: true }) })
    .waitFor()

const press = (tab: Page, name: string) => tab.getByRole('button', { name, exact: true }).click()

/** Writes in one tab, and sees the message there and in the other. */
async function write(from: Page, other: Page, text: string) {
  const composer = from.getByTestId('message-input')
  await composer.fill(text)
  await composer.press('Enter')
  await Promise.all([shows(from, text), shows(other, text)])
}

/** The first tab leaves the chat and comes back; the second goes on. */
async function leaveAndReturn(first: Page, second: Page) {
  await press(first, 'Leave')
  await write(second, second, 'While you were away')
  await press(first, 'Open')
  await shows(first, 'While you were away')
}

/** Requests that were refused and never accepted. */
function lostRequests({ requests }: ChatBackend) {
  const http = requests.filter(({ path }) => path !== '/connect')
  const accepted = new Set(http.filter(({ code }) => code === null).map((one) => one.requestId))
  return http.filter(({ code, requestId }) => code !== null && !accepted.has(requestId))
}

describe('in Chromium', { timeout: 120_000 }, () => {
  test.each(shapes)(
    '%s: after the move two tabs under StrictMode have nothing refused as tokens run out, and lose nothing',
    async (shape) => {
      const { backend, first, second, until } = await openShape(shape, 'after')

      const callsOfJane = () => backend.counters.tokenCallsByUser['jane'] ?? 0
      const asked = callsOfJane()
      await until(() => callsOfJane() >= asked + 2)
      await write(first, second, 'One')
      await leaveAndReturn(first, second)
      expect(backend.counters.refused).toEqual({})
      expect(backend.counters.socketsRefused).toEqual({})

      await backend.expireToken('jane')
      await write(first, second, 'Two')
      await write(second, first, 'Three')
      await until(() => lostRequests(backend).length === 0)

      const { counters } = backend
      const codes = Object.keys({ ...counters.refused, ...counters.socketsRefused })
      expect(codes.filter((code) => code !== '40')).toEqual([])
      expect(counters.messagesByUser).toEqual({ jane: 4 })
      expect(counters).toMatchObject({ acceptedTwice: 0, wrongUserTokens: 0 })
      expect(await second.evaluate(() => window.chatsGone)).toBe(0)
      expect(errors).toEqual([])
    },
  )

  test.each(shapes)(
    '%s: before the move a request is refused as a token runs out, and the message arrives',
    async (shape) => {
      const { backend, first } = await openShape(shape, 'before')
      // Of an expiry that the socket tells of, the bare client hears nothing more.
      backend.socketExpiry = 'silent'

      await backend.expireToken('jane')
      await write(first, first, 'One')

      expect(backend.counters.messagesByUser).toEqual({ jane: 1 })
      expect(backend.counters.refused).toHaveProperty('40')
    },
  )
})
