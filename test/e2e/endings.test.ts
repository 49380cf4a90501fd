import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { chromiumLaunchOptions } from '../support/chromium.js'
import { buildApp, type BuiltApp } from './buildApp.js'
import { openPage } from './openPage.js'

let browser: Browser | undefined
let app: BuiltApp

beforeAll(async () => {
  // Only this build runs effects twice under StrictMode, as a developer's page does.
  app = await buildApp('development')
  browser = await chromium.launch(chromiumLaunchOptions())
})

afterAll(() => browser?.close())

const press = (tab: Page, name: string) => tab.getByRole('button', { name, exact: true }).click()
const shows = (tab: Page, text: string) =>
  tab.locator('#status', { hasText: RegExp(`^${text}$`) }).waitFor()
const endingsOf = (tab: Page) =>
  tab.evaluate(() => window.page.events.filter(({ type }) => type === 'session-ended').length)

/** Two tabs of one browser. */
async function openTwo() {
  const opened = await openPage(browser, app)
  onTestFinished(() => opened.close())
  const second = await opened.page.context().newPage()
  await second.goto(opened.page.url())
  return { opened, first: opened.page, second }
}

test('a page that disconnects its tab in the cleanup of an effect disconnects no other tab, opened or left', async () => {
  const { opened, first, second } = await openTwo()
  await press(first, 'Jane')
  await shows(first, 'connected')
  await press(second, 'Chat page')
  await shows(second, 'connected')
  await press(second, 'Chat page')
  await shows(second, 'disconnected')
  await opened.until(({ liveSockets }) => liveSockets === 1)
  expect(await endingsOf(first)).toBe(0)
  await shows(first, 'connected')
})

test('a declared user whom another tab logs out is connected again when that tab connects, or when the page is looked at', async () => {
  const { opened, first, second } = await openTwo()
  await press(first, 'Jane')
  await press(second, 'Declare')
  for (const tab of [first, second]) await shows(tab, 'connected')
  await press(first, 'Log out')
  for (const tab of [first, second]) await shows(tab, 'disconnected')
  const state = await second.evaluate(() => window.page.auth!.getState())
  expect(state).toEqual({ status: 'disconnected', endedBy: 'another-tab' })
  await press(first, 'Jane')
  for (const tab of [first, second]) await shows(tab, 'connected')
  await press(first, 'Log out')
  await shows(second, 'disconnected')
  const { tokenCalls } = opened.backend.counters
  await second.evaluate(() => window.dispatchEvent(new Event('focus')))
  await shows(second, 'connected')
  await shows(first, 'disconnected')
  expect(opened.backend.counters.tokenCalls).toBe(tokenCalls + 1)
})
