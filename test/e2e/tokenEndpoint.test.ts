import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'
import { toNodeHandler } from '../../src/server/toNodeHandler.js'
import { chromiumLaunchOptions } from '../support/chromium.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'

// The app with its token endpoint, and another server on the same host: another origin, whose pages
// send the app's cookies along.
let browser: Browser
let page: Page
let appUrl: string
let otherUrl: string
let asked: string[]
let servers: ReturnType<typeof createServer>[] = []

const html: RequestListener = (_, outgoing) => {
  outgoing.setHeader('Content-Type', 'text/html').end('<!doctype html><title>A page</title>')
}

async function serve(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeAll(async () => {
  browser = await chromium.launch(chromiumLaunchOptions())
})
afterAll(() => browser?.close())

beforeEach(async () => {
  asked = []
  otherUrl = await serve(html)
  const handlerFor = (allowedOrigins: string[]) =>
    toNodeHandler(
      createTokenHandler({
        secret,
        allowedOrigins,
        authenticate({ headers }) {
          asked.push(headers.get('Sec-Fetch-Site') ?? '')
          return headers.get('Cookie')?.includes('user=jane') ? 'jane' : null
        },
        rateLimit: (_, { url }) => (url.includes('limited') ? 7 : null),
      }),
    )
  const [strict, friendly] = [handlerFor([]), handlerFor([otherUrl])]
  appUrl = await serve((incoming, outgoing) => {
    if (incoming.url?.startsWith('/strict')) void strict(incoming, outgoing)
    else if (incoming.url?.startsWith('/friendly')) void friendly(incoming, outgoing)
    else html(incoming, outgoing)
  })
  const context = await browser.newContext()
  await context.addCookies([{ name: 'user', value: 'jane', url: appUrl, sameSite: 'Lax' }])
  page = await context.newPage()
})

afterEach(async () => {
  await page.context().close()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  servers = []
})

/** Fetches a token from a page; returns the parts of the answer that the page can read. */
const askFrom = async (from: string, path: string, init: RequestInit = {}) => {
  await page.goto(from)
  return page.evaluate(
    ([url, options]) =>
      fetch(url, { credentials: 'include', ...options }).then(
        async (answer) => ({
          status: answer.status,
          hasToken: (await answer.text()).includes('"token"'),
          retryAfter: answer.headers.get('Retry-After'),
        }),
        () => 'blocked' as const,
      ),
    [appUrl + path, init] as const,
  )
}
const withToken = { status: 200, hasToken: true, retryAfter: null }

test('the token endpoint gives the app’s own page its token, by GET and by POST', async () => {
  expect(await askFrom(appUrl, '/strict?user_id=jane')).toEqual(withToken)
  const body = JSON.stringify({ user_id: 'jane' })
  expect(await askFrom(appUrl, '/strict', { method: 'POST', body })).toEqual(withToken)
  expect(asked).toEqual(['same-origin', 'same-origin'])
})

test('the token endpoint gives a foreign page no token, though its request carries the user’s cookie', async () => {
  expect(await askFrom(otherUrl, '/strict')).toBe('blocked')
  expect(await askFrom(otherUrl, '/strict', { method: 'POST', body: '{}' })).toBe('blocked')
  expect(await askFrom(otherUrl, '/strict', { headers: { 'X-App': '1' } })).toBe('blocked')
  const opaque = await page.evaluate(
    (url) => fetch(url, { mode: 'no-cors', credentials: 'include' }).then(({ type }) => type),
    `${appUrl}/strict`,
  )
  expect(opaque).toBe('opaque')
  expect(asked).toEqual([])
})

test('the token endpoint lets an allowed origin read the token and Retry-After', async () => {
  expect(await askFrom(otherUrl, '/friendly')).toEqual(withToken)
  const headers = { 'X-App': '1', 'Content-Type': 'application/json' }
  const post = { method: 'POST', body: '{"user_id":"jane"}', headers }
  expect(await askFrom(otherUrl, '/friendly', post)).toEqual(withToken)
  expect(await askFrom(otherUrl, '/friendly/limited')).toEqual({
    status: 429,
    hasToken: false,
    retryAfter: '7',
  })
})
