import { chromium, type Browser } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { chromiumLaunchOptions } from '../support/chromium.js'
import './app/pageApi.js'
import { buildApp } from './buildApp.js'
import './chatApp/chatPageApi.js'
import { openPage } from './openPage.js'
import { openTcpProxy } from './tcpProxy.js'

let browser: Browser | undefined

beforeAll(async () => {
  browser = await chromium.launch(chromiumLaunchOptions())
})

afterAll(() => browser?.close())

test.each([
  ['httpConnector', 'app'],
  ['streamChatConnector', 'chatApp'],
] as const)(
  'with %s, a half-open socket is replaced within five seconds of `online`',
  async (_, app) => {
    const opened = await openPage(browser, await buildApp('production', app))
    const proxy = await openTcpProxy(opened.backendUrl)
    onTestFinished(async () => {
      await opened.close()
      await proxy.close()
    })
    const { page, until } = opened
    const address = new URL(page.url())
    address.searchParams.set('baseUrl', proxy.url)
    await page.goto(address.href)
    await page.getByRole('button', { name: 'Jane', exact: true }).click()
    await page.locator('#status', { hasText: /^connected$/ }).waitFor()
    const isReplaced = until(({ socketsOpened }) => socketsOpened === 2)
    proxy.stall()
    const wokenAt = await page.evaluate(() => {
      window.dispatchEvent(new Event('online'))
      return Date.now()
    })
    await isReplaced
    await page.locator('#status', { hasText: /^connected$/ }).waitFor()
    const times = await page.evaluate(() => {
      const { events } = (window as Partial<Window>).page ?? window.chatPage
      return events.flatMap(({ type, atMs }) => (type === 'connection-opened' ? [atMs] : []))
    })
    expect(times).toHaveLength(2)
    expect((times[1] as number) - wokenAt).toBeLessThan(5000)
  },
)
