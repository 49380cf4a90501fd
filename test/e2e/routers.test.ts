import { chromium, type Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumLaunchOptions } from '../support/chromium.js'
import { buildApp, type BuiltApp } from './buildApp.js'
import { openRouter, type OpenRouter } from './openRouter.js'

let browser: Browser | undefined

beforeAll(async () => {
  browser = await chromium.launch(chromiumLaunchOptions())
})

afterAll(() => browser?.close())

const tokens = /\/token\?/
const channels = /\/channels\?/

describe.each(['reactRouter', 'tanStackRouter'] as const)('the recipe %s:', (router) => {
  let app: BuiltApp

  beforeAll(async () => {
    app = await buildApp('development', `routers/${router}`)
  })

  const open = () => openRouter(browser, app)

  async function openAsJane(): Promise<OpenRouter> {
    const opened = await open()
    await opened.shows('Sign in')
    await opened.press('I am Jane')
    await opened.shows('Channel of jane')
    return opened
  }

  test('a guarded page leads to the sign-in page where nobody is declared, and the sign-in leads back', async () => {
    const opened = await openAsJane()
    expect(opened.path()).toBe('/')
    expect(opened.asked('/channels')).toBe(1)
  })

  test('a guarded page waits for its declared user on the first load, and asks once for its data', async () => {
    const opened = await open()
    await opened.shows('Sign in')
    await opened.declare('jane')
    const held = await opened.hold(tokens)
    await opened.visit('/channels/of-jane')
    await held.one
    await opened.shows('Loading…')
    held.letThrough()
    await opened.shows('Diary of jane')
    const texts = await opened.texts()
    expect(texts.filter((text) => text.includes('Sign in'))).toEqual([])
    expect(opened.path()).toBe('/channels/of-jane')
    expect(opened.asked('/channels/messaging/of-jane')).toBe(1)
  })

  test('a reload stays on the guarded page', async () => {
    const opened = await openAsJane()
    await opened.follow('Team')
    await opened.shows('All channels')
    await opened.visit(opened.path())
    await opened.shows('All channels')
    expect(opened.path()).toBe('/channels/team')
  })

  test('a switch shows no data of the former user in any frame, while the next one connects and loads', async () => {
    const opened = await openAsJane()
    const connecting = await opened.hold(tokens)
    const loading = await opened.hold(channels)
    await opened.press('Switch to Bob')
    await connecting.one
    await opened.shows('Loading…')
    connecting.letThrough()
    await loading.one
    await opened.shows('Loading…')
    loading.letThrough()
    await opened.shows('Channel of bob')
    expect(opened.path()).toBe('/')
  })

  test('a switch while the page of the former user loads shows the page of the next user', async () => {
    const opened = await openAsJane()
    await opened.follow('Team')
    await opened.shows('All channels')
    const loading = await opened.hold(channels)
    await opened.follow('All channels')
    await loading.one
    await opened.press('Switch to Bob')
    loading.letThrough()
    await opened.shows('Channel of bob')
    expect(opened.path()).toBe('/')
  })

  test('a page that the next user may not read shows that user an error, and no data', async () => {
    const opened = await openAsJane()
    await opened.follow('Channel of jane')
    await opened.shows('Diary of jane')
    await opened.press('Switch to Bob')
    await opened.page.getByRole('alert').waitFor()
    expect(opened.path()).toBe('/channels/of-jane')
    await opened.follow('All channels')
    await opened.shows('Channel of bob')
  })

  test('a page that the former user left shows none of its data to the next one', async () => {
    const opened = await openAsJane()
    await opened.follow('Team')
    await opened.shows('All channels')
    await opened.press('Switch to Bob')
    await opened.shows('All channels')
    const loading = await opened.hold(channels)
    await opened.follow('All channels')
    await loading.one
    loading.letThrough()
    await opened.shows('Channel of bob')
    expect(opened.path()).toBe('/')
  })

  test('a log-out leads to the sign-in page, and the router holds no data any more', async () => {
    const opened = await openAsJane()
    await opened.follow('Channel of jane')
    await opened.shows('Diary of jane')
    await opened.press('Log out')
    await opened.shows('Sign in')
    expect(opened.path()).toBe('/sign-in')
    expect(await opened.page.evaluate(() => window.routerPage.holds())).not.toMatch(/of jane/)
    await opened.press('I am Bob')
    await opened.shows('Channel of bob')
  })

  test('a log-out in another tab leads to the sign-in page in both', async () => {
    const opened = await openAsJane()
    const second = await opened.openTab()
    await opened.shows('Channel of jane', second)
    await opened.press('Log out', second)
    for (const tab of [opened.page, second]) {
      await opened.shows('Sign in', tab)
      expect(opened.path(tab)).toBe('/sign-in')
    }
  })

  test('a navigation that another one replaces while both wait never asks for its data', async () => {
    const opened = await open()
    await opened.shows('Sign in')
    const held = await opened.hold(tokens)
    await opened.press('I am Jane')
    await held.one
    await opened.page.evaluate(() => window.routerPage.go('/channels/of-jane'))
    await opened.page.evaluate(() => window.routerPage.go('/channels/team'))
    held.letThrough()
    await opened.shows('Team')
    expect(opened.asked('/channels/messaging/team')).toBe(1)
    expect(opened.asked('/channels/messaging/of-jane')).toBe(0)
    expect(opened.asked('/channels')).toBe(0)
  })

  test('a page opens while the socket of the session is lost', async () => {
    const opened = await open()
    await opened.shows('Sign in')
    await opened.declare('jane')
    let isBlocked = false
    await opened.page.routeWebSocket(/./, (socket) => {
      if (isBlocked) void socket.close()
      else socket.connectToServer()
    })
    await opened.visit('/')
    await opened.shows('Channel of jane')
    isBlocked = true
    opened.backend.dropConnections()
    await opened.page.waitForFunction(
      () => window.routerPage.auth.getState().status === 'reconnecting',
    )
    await opened.follow('Channel of jane')
    await opened.shows('Diary of jane')
    const { status } = await opened.page.evaluate(() => window.routerPage.auth.getState())
    expect(status).toBe('reconnecting')
  })

  test('a token endpoint that answers 401 shows its remedy on the error page, and a retry loads the page', async () => {
    const opened = await open()
    await opened.shows('Sign in')
    opened.backend.tokenEndpoint.fault = '401'
    await opened.press('I am Jane')
    await opened.shows("The app's own session is over: ask the user to sign in again.")
    expect(opened.asked('/channels')).toBe(0)
    opened.backend.tokenEndpoint.fault = null
    const held = await opened.hold(tokens)
    await opened.press('Try again')
    await held.one
    await opened.shows('Loading…')
    held.letThrough()
    await opened.shows('Channel of jane')
  })

  test('a message that is sent appears, and one in flight at a switch shows the next user no error', async () => {
    const opened = await openAsJane()
    await opened.follow('Team')
    await opened.page.getByLabel('Message').fill('Lunch at noon?')
    await opened.press('Send')
    await opened.shows('Lunch at noon?')
    const held = await opened.hold(/\/message\?/)
    await opened.page.getByLabel('Message').fill('Never mind')
    await opened.press('Send')
    await held.one
    await opened.press('Switch to Bob')
    await opened.shows('Lunch at noon?')
    held.letThrough()
    expect(await opened.page.getByRole('alert').count()).toBe(0)
  })
})
