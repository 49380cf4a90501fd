import { expect, onTestFinished, test } from 'vitest'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import type { ChatBackend } from '../../src/testing/chatBackend.js'
import { serveBackend } from '../support/serveBackend.js'
import { buildApp, type BuiltApp } from './buildApp.js'
import { launchRawChromium, type RawChromium } from './rawChromium.js'
import { serveFiles } from './serveFiles.js'

/** The throttling begins after five minutes; here, after a second. */
const throttling = '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1'

/** From here on the page lives five times as fast, by its clocks and by its timers. */
const hasten = `{
  const { setTimeout } = window
  window.setTimeout = (callback, ms, ...rest) => setTimeout(callback, ms / 5, ...rest)
  for (const clock of [Date, performance]) {
    const now = clock.now.bind(clock)
    const start = now()
    clock.now = () => start + (now() - start) * 5
  }
}`

/** A chain of timers that counts them, in the browser's own time. */
const chain = `{
  const { setTimeout } = window
  window.links = 0
  const next = () => {
    window.links++
    setTimeout(next, 200)
  }
  next()
}`

const until = (isSo: string) => `new Promise((resolve) => {
  const look = () => ((${isSo}) ? resolve() : requestAnimationFrame(look))
  look()
})`

/** A page with a backend of its own, in which Jane is connected. */
async function openAsJane(browser: RawChromium, app: BuiltApp) {
  const backend = createChatBackend()
  let pings = 0
  let onPing = () => {}
  const accept: ChatBackend['accept'] = (url, peer) => {
    const accepted = backend.accept(url, peer)
    if (!accepted) return accepted
    return {
      message(text) {
        pings++
        accepted.message(text)
        onPing()
      },
      closed: () => accepted.closed(),
    }
  }
  const served = await serveBackend(
    Object.create(backend, { accept: { value: accept } }) as ChatBackend,
  )
  const site = await serveFiles(app)
  onTestFinished(async () => {
    backend.dispose()
    await served.close()
    await site.close()
  })
  const parameters = new URLSearchParams({
    apiKey: backend.apiKey,
    baseUrl: served.url,
    tokenUrl: served.url + backend.tokenEndpoint.path,
  })
  const tab = await browser.openTab(`${site.url}/?${parameters}`)
  const jane = `[...document.querySelectorAll('button')].find((one) => one.textContent === 'Jane')`
  await tab.evaluate(until(jane))
  await tab.evaluate(`${jane}.click()`)
  await tab.evaluate(until(`document.querySelector('#status')?.textContent === 'connected'`))
  return {
    tab,
    backend,
    pinged: (times: number) =>
      new Promise<void>((resolve) => {
        onPing = () => void (pings >= times && resolve())
        onPing()
      }),
  }
}

test('hidden in a browser that throttles chained timers, neither connector loses its socket in three minutes', async () => {
  const browser = await launchRawChromium([throttling])
  onTestFinished(() => browser.close())
  const pages = [
    await openAsJane(browser, await buildApp('production', 'app')),
    await openAsJane(browser, await buildApp('production', 'chatApp')),
  ]
  const idle = await browser.openTab('about:blank')
  const inFront = await browser.openTab('about:blank')
  await idle.evaluate(chain)
  await Promise.all(
    pages.map(async ({ tab, pinged }) => {
      expect(await tab.evaluate('document.visibilityState')).toBe('hidden')
      await tab.evaluate(hasten)
      await pinged(8)
    }),
  )
  for (const { backend } of pages) {
    expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
  }
  expect(await inFront.evaluate('document.visibilityState')).toBe('visible')
  // One a second at first, and then one a minute. Chromium spares pages with an open socket the latter.
  expect(await idle.evaluate('window.links')).toBeLessThan(15)
})
