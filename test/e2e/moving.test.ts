import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { chromiumLaunchOptions } from '../support/chromium.js'
import { buildApp, type BuiltApp } from './buildApp.js'
import { people } from './openChat.js'
import { openPage } from './openPage.js'

let browser: Browser | undefined
let app: BuiltApp

beforeAll(async () => {
  // Only this build runs effects twice under StrictMode, as a developer's page does.
  app = await buildApp('development', 'moving')
  browser = await chromium.launch(chromiumLaunchOptions())
})

afterAll(() => browser?.close())

const shapes = [
  'useCreateChatClient',
  'getInstance in an effect',
  "a module's own client",
  'a hook above Chat',
  'a guest or a user',
  'two clients on one page',
]

/** Two tabs of one browser, in both of which Jane's chat is open. */
async function openTwo(shape: string, side: 'before' | 'after') {
  const opened = await openPage(browser, app, people)
  onTestFinished(() => opened.close())
  opened.backend.tokenEndpoint.expiresInSeconds = 2
  const url = `${opened.page.url()}&${new URLSearchParams({ shape, side })}`
  const second = await opened.page.context().newPage()
  const errors: string[] = []
  second.on('pageerror', (error) => errors.push(String(error)))
  const tabs = [opened.page, second] as const
  for (const tab of tabs) {
    await tab.goto(url)
    await shows(tab, 'Lunch at noon?')
  }
  return { ...opened, tabs, errorsOf: () => [...opened.pageErrors, ...errors] }
}

const shows = (tab: Page, text: string) =>
  tab
    .getByTestId('message-text-inner-wrapper')
    .filter({ has: tab.getByText(text, { exact: true }) })
    .waitFor()

const press = (tab: Page, name: string) => tab.getByRole('button', { name, exact: true }).click()

async function write(tab: Page, text: string) {
  const composer = tab.getByTestId('message-input')
  await composer.pressSequentially(text)
  await composer.press('Enter')
}

/** What a person does in both tabs, while several tokens expire. */
async function chatInTwoTabs({
  tabs: [first, second],
  backend,
  until,
}: Awaited<ReturnType<typeof openTwo>>) {
  const { tokenCalls } = backend.counters
  await until((counters) => counters.tokenCalls >= tokenCalls + 3)
  await write(first, 'One')
  await shows(second, 'One')
  await press(first, 'Leave')
  await write(second, 'Two')
  await shows(second, 'Two')
  await press(first, 'Open')
  await shows(first, 'Two')
  await write(first, 'Three')
  await shows(second, 'Three')
}

describe(
  'in Chromium, under StrictMode, with two tabs and tokens of 2 seconds',
  { timeout: 240_000 },
  () => {
    test.each(shapes)(
      '%s: the app after the move loses no message, and a tab that leaves ends no other chat',
      async (shape) => {
        const opened = await openTwo(shape, 'after')
        await chatInTwoTabs(opened)
        const { backend, tabs, errorsOf } = opened
        expect(backend.counters).toMatchObject({
          messagesByUser: { jane: 3 },
          acceptedTwice: 0,
          wrongUserTokens: 0,
        })
        expect(await tabs[1].evaluate(() => window.chatsGone)).toBe(0)
        expect(errorsOf()).toEqual([])
      },
    )

    test.each(shapes)(
      '%s: the app before the move has its requests refused as its tokens expire',
      async (shape) => {
        const opened = await openTwo(shape, 'before')
        await chatInTwoTabs(opened)
        const { backend, errorsOf } = opened
        expect(backend.counters.messagesByUser).toEqual({ jane: 3 })
      },
    )
  },
)
