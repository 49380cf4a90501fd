import { chromium, type Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumLaunchOptions } from '../support/chromium.js'
import { buildApp, type BuiltApp } from './buildApp.js'
import { openPage } from './openPage.js'

const requestEveryMs = 50
const durationMs = 30_000
const tokenLifeSeconds = 2
/**
 * More than that is not sent before there are answers: a browser has six connections to a host, and
 * keeps what is beyond them, tokens included, in a queue of its own for as long as the machine is slow.
 */
const atOnce = 4

let browser: Browser | undefined
let app: BuiltApp

beforeAll(async () => {
  app = await buildApp('production')
  browser = await chromium.launch(chromiumLaunchOptions())
})

afterAll(() => browser?.close())

test('for 30 seconds of 2-second tokens, nobody notices that they expire', async ({
  annotate,
  onTestFinished,
}) => {
  const opened = await openPage(browser, app)
  onTestFinished(opened.close)
  const { page, backend, liveSockets, pageErrors, origins, until } = opened
  backend.tokenEndpoint.expiresInSeconds = tokenLifeSeconds
  await page.getByRole('button', { name: 'Jane' }).click()
  await page.locator('#status', { hasText: /^connected$/ }).waitFor()

  const run = await page.evaluate(sendAndLogOut, { requestEveryMs, durationMs, atOnce })
  await until(({ liveSockets: live }) => live === 0)

  const { counters, requests } = backend
  const sent = durationMs / requestEveryMs
  const rotations = counters.socketsOpened - 1
  const { outcomes, rendered, passed, longestStallMs } = run
  await annotate(`longest stall of the page ${longestStallMs} ms, rotations ${rotations}`)

  // No request refused, none lost, none sent twice: each was answered, and was seen by the backend once.
  expect(outcomes).toEqual(Array(sent).fill('200'))
  expect(counters).toMatchObject({
    requests: sent,
    accepted: sent,
    replays: 0,
    requestsWithoutId: 0,
    wrongUserTokens: 0,
  })
  expect(counters.refused).toEqual({})
  const ids = requests.filter(({ path }) => path === '/channels').map(({ requestId }) => requestId)
  expect(new Set(ids).size).toBe(sent)

  // One provider call and one socket a rotation; at all times one socket, or two while it rotates.
  expect(rotations).toBeGreaterThan(durationMs / 1000 / tokenLifeSeconds / 2)
  expect(counters.tokenCalls).toBe(rotations + 1)
  expect(counters.socketsRefused).toEqual({})
  expect(liveSockets).toEqual([1, ...Array<number[]>(rotations).fill([2, 1]).flat(), 0])

  // Nobody who looked at the page, or at the state, saw anything but `connected`.
  expect(new Set(rendered)).toEqual(new Set(['connected']))
  expect(new Set(passed)).toEqual(new Set(['connected']))
  expect(pageErrors).toEqual([])
  expect(origins).toEqual(new Set([opened.pageUrl, opened.backendUrl]))
})

interface Pace {
  requestEveryMs: number
  durationMs: number
  atOnce: number
}

/**
 * Runs in the page: a request every so often, and as many as are due after a stall, so that their number
 * does not depend on the machine. Logs out right after a rotation, which is when nothing is under way.
 */
async function sendAndLogOut({ requestEveryMs: everyMs, durationMs: forMs, atOnce }: Pace) {
  const { page } = window
  const before = { rendered: page.rendered.length - 1, passed: page.passed.length }
  const count = forMs / everyMs
  const startedAt = performance.now()
  const answers: Promise<string>[] = []
  let underWay = 0
  let longestStallMs = 0
  let lastTick = startedAt

  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now()
      longestStallMs = Math.max(longestStallMs, Math.round(now - lastTick - everyMs))
      lastTick = now
      const due = Math.min(count, Math.floor((now - startedAt) / everyMs))
      while (answers.length < due && underWay < atOnce) {
        underWay++
        const answer = page.fetch!('/channels')
          .then(({ status }) => String(status), String)
          .finally(() => underWay--)
        answers.push(answer)
      }
      if (answers.length < count) return
      clearInterval(timer)
      resolve()
    }, everyMs)
  })
  const outcomes = await Promise.all(answers)

  await new Promise<void>((resolve) => {
    page.onEvent = ({ type }) => {
      if (type === 'connection-opened') resolve()
    }
  })
  const rendered = page.rendered.slice(before.rendered)
  const passed = page.passed.slice(before.passed)
  await page.auth!.disconnectUser()
  return { outcomes, longestStallMs, rendered, passed }
}
