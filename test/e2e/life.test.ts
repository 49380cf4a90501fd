import { chromium, type Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { SocketExpiry } from '../../src/testing/realtime/sockets.js'
import { chromiumLaunchOptions } from '../support/chromium.js'
import { buildApp, type BuiltApp } from './buildApp.js'
import { openPage, type OpenPage } from './openPage.js'
import { serveFiles } from './serveFiles.js'

let browser: Browser | undefined
let app: BuiltApp

beforeAll(async () => {
  // StrictMode runs every effect twice there.
  app = await buildApp('development')
  browser = await chromium.launch(chromiumLaunchOptions())
})

afterAll(() => browser?.close())

const press = ({ page }: OpenPage, name: string) => page.getByRole('button', { name }).click()
const shows = ({ page }: OpenPage, id: string, text: string | RegExp) =>
  page
    .locator(`#${id}`, { hasText: typeof text === 'string' ? RegExp(`^${text}$`) : text })
    .waitFor()
const statusesOf = ({ page }: OpenPage) => page.evaluate(() => [...window.page.rendered])
const changesIn = (statuses: readonly string[]) =>
  statuses.filter((status, i) => status !== statuses[i - 1])

/** Sends so many requests at once, from the page. */
const ask = ({ page }: OpenPage, count = 1, path = '/channels') =>
  page.evaluate(
    ([times, to]) =>
      Promise.all(
        Array.from({ length: times }, () =>
          window.page.fetch!(to).then(
            ({ status }) => String(status),
            (error: unknown) => (error as { code?: string }).code ?? String(error),
          ),
        ),
      ),
    [count, path] as const,
  )

async function open(): Promise<OpenPage> {
  const opened = await openPage(browser, app)
  onTestFinished(async () => {
    const { pageErrors, origins, page, pageUrl, backendUrl } = opened
    const html = await page.content()
    await opened.close()
    expect(pageErrors).toEqual([])
    expect([pageUrl, backendUrl]).toEqual(expect.arrayContaining([...origins]))
    // Every token begins like this: no part of any is in the page.
    expect(html).not.toContain('eyJ')
  })
  return opened
}

async function openAsJane(): Promise<OpenPage> {
  const opened = await open()
  await press(opened, 'Jane')
  await shows(opened, 'status', 'connected')
  return opened
}

test('a click connects: one session, one provider call, one socket, under StrictMode', async () => {
  const opened = await openAsJane()
  await shows(opened, 'user', 'jane')
  expect(changesIn(await statusesOf(opened))).toEqual(['disconnected', 'connecting', 'connected'])
  expect(await ask(opened, 20)).toEqual(Array(20).fill('200'))
  expect(opened.backend.counters).toMatchObject({
    tokenCalls: 1,
    socketsOpened: 1,
    liveSockets: 1,
    accepted: 20,
  })
})

test('a log-out closes the socket and ends requests in flight', async () => {
  const opened = await openAsJane()
  opened.backend.faults.slowMs = 600_000
  const asked = ask(opened, 5)
  await press(opened, 'Log out')
  await shows(opened, 'status', 'disconnected')
  expect(await asked).toEqual(Array(5).fill('session-ended'))
  await opened.until(({ liveSockets }) => liveSockets === 0)
  expect(await ask(opened)).toEqual(['not-connected'])
})

test('a switch starts a new session without data of the old one', async () => {
  const opened = await openAsJane()
  const { backend, until } = opened
  await press(opened, 'Bob')
  await shows(opened, 'user', 'bob')
  await until(({ liveSockets }) => liveSockets === 1)
  expect(await ask(opened, 5)).toEqual(Array(5).fill('200'))
  expect(backend.counters).toMatchObject({
    wrongUserTokens: 0,
    tokenCallsByUser: { jane: 1, bob: 1 },
    peakSocketsByUser: { jane: 1, bob: 1 },
  })
  expect(opened.liveSockets).toEqual([1, 0, 1])
  const askedAsJane = backend.requests.filter(({ userId }) => userId === 'jane')
  expect(askedAsJane.map(({ path }) => path)).toEqual(['/connect'])
})

test('a guest, an anonymous visitor and a member connect one after another', async () => {
  const opened = await open()
  await press(opened, 'Guest')
  await shows(opened, 'user', /^guest-.+-visitor$/)
  await press(opened, 'Anonymous')
  await shows(opened, 'user', '!anon')
  expect(await ask(opened, 1, '/channels/livestream/town-hall')).toEqual(['200'])
  expect(await ask(opened, 1, '/channels/messaging/team')).toEqual(['anonymous-not-allowed'])
  await press(opened, 'Jane')
  await shows(opened, 'user', 'jane')
  expect(await ask(opened, 1, '/channels/messaging/team')).toEqual(['200'])
  await opened.until(({ liveSockets }) => liveSockets === 1)
  expect(opened.backend.counters).toMatchObject({ guestsCreated: 1, tokenCalls: 1 })
  expect(opened.backend.counters.refused).toEqual({ 17: 1 })
})

describe.each<SocketExpiry>(['silent', 'error-event', 'error-frame', 'abnormal'])(
  'told by %s',
  (how) => {
    test.each(['expires', 'is revoked'])(
      'that its token %s, the session continues with another token',
      async (what) => {
        const opened = await openAsJane()
        const { backend, until } = opened
        backend.socketExpiry = how
        if (what === 'expires') await backend.expireToken('jane')
        else await backend.revokeTokens('jane')
        // These are the first to learn of it, where the socket says nothing.
        expect(await ask(opened, 50)).toEqual(Array(50).fill('200'))
        await until(() => opened.liveSockets.length === 3)
        await shows(opened, 'status', 'connected')

        expect(backend.counters).toMatchObject({ tokenCalls: 2, accepted: 50, acceptedTwice: 0 })
        // A line that breaks says nothing of a token: only then may the session look for another.
        const usual = ['disconnected', 'connecting', 'connected']
        const seen = await statusesOf(opened)
        const others = seen.filter((status) => !usual.includes(status))
        expect(others.every((status) => how === 'abnormal' && status === 'reconnecting')).toBe(true)
      },
    )
  },
)

test('a token endpoint that denies ends the session, and a retry restarts it', async () => {
  const opened = await openAsJane()
  const { backend } = opened
  backend.tokenEndpoint.fault = '403'
  await backend.revokeTokens('jane')
  await shows(opened, 'status', 'failed')
  await shows(opened, 'error', 'token-provider-denied')
  expect(await ask(opened)).toEqual(['token-provider-denied'])
  expect(backend.counters.tokenCalls).toBe(2)
  backend.tokenEndpoint.fault = null
  await press(opened, 'Retry')
  await shows(opened, 'status', 'connected')
  expect(await ask(opened)).toEqual(['200'])
})

test('no request follows a redirect to another server, with a token or without', async () => {
  const opened = await openAsJane()
  const elsewhere = await serveFiles()
  onTestFinished(() => elsewhere.close())
  opened.backend.faults.redirectTo = `${elsewhere.url}/channels`
  expect(await ask(opened)).toEqual(['redirect-refused'])
  opened.backend.faults.redirectTo = null
  expect(await ask(opened, 1, `${elsewhere.url}/channels`)).toEqual(['foreign-origin'])
  expect(await ask(opened, 1, `//${new URL(elsewhere.url).host}/channels`)).toEqual([
    'foreign-origin',
  ])
  expect(elsewhere.requests).toEqual([])
  // Playwright counts the redirect that nobody followed.
  opened.origins.delete(elsewhere.url)
})

test('an offline session reconnects once the browser reports the network', async () => {
  const opened = await openAsJane()
  const { backend, page, until } = opened
  await page.context().setOffline(true)
  backend.dropConnections()
  await shows(opened, 'status', 'reconnecting')
  await page.context().setOffline(false)
  await shows(opened, 'status', 'connected')
  await until(({ liveSockets }) => liveSockets === 1)
  expect(backend.counters).toMatchObject({ socketsOpened: 2, tokenCalls: 1 })
})

test('an unmount closes the socket, and a mount opens a new session', async () => {
  const opened = await openAsJane()
  await press(opened, 'Unmount')
  await opened.until(({ liveSockets }) => liveSockets === 0)
  await press(opened, 'Unmount')
  await shows(opened, 'status', 'disconnected')
  await press(opened, 'Jane')
  await shows(opened, 'status', 'connected')
  await opened.until(({ liveSockets }) => liveSockets === 1)
  expect(opened.backend.counters.socketsOpened).toBe(2)
})
