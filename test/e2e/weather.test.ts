import { setTimeout as passed } from 'node:timers/promises'
import { chromium, type Browser } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test, type TestContext } from 'vitest'
import { chromiumLaunchOptions } from '../support/chromium.js'
import { lacks } from '../support/programs.js'
import { buildApp, type BuiltApp } from './buildApp.js'
import { until } from './until.js'
import './weather/page/weatherApi.js'
import { findingsOf, reportOf, type Seen } from './weather/findings.js'
import { drawSpells, type Spell } from './weather/spells.js'
import { openStation, users, type Station } from './weather/station.js'
import { playSpells } from './weather/storm.js'
import { tellStory } from './weather/story.js'

/**
 * `SEED=… WEATHER_SECONDS=600 npx vitest run --project e2e test/e2e/weather` plays other weather, for
 * longer. A failure prints its seed.
 */
const seed = Number(process.env['SEED'] ?? 1)
const seconds = Number(process.env['WEATHER_SECONDS'] ?? 60)
/** After so long, in milliseconds, whoever is not well again never will be. */
const recoveryMs = 45_000
const timeout = { timeout: seconds * 1000 + 2 * recoveryMs }

let browser: Browser | undefined
let app: BuiltApp

beforeAll(async () => {
  app = await buildApp('production', 'weather/page')
  browser = await chromium.launch(chromiumLaunchOptions())
})

afterAll(() => browser?.close())

const eventsOf = ({ pages }: Station) =>
  Promise.all(pages.map((page) => page.evaluate(() => [...window.weather.events])))

/** Plays the weather; returns what went wrong. */
async function weather(isBehindNginx: boolean, { annotate }: TestContext): Promise<string[]> {
  const spells = drawSpells(seed, seconds * 1000, isBehindNginx)
  const station = await openStation(browser, app, isBehindNginx)
  onTestFinished(() => station.close())
  const tell = async () =>
    console.error(`SEED=${seed} WEATHER_SECONDS=${seconds}`, await tellStory(station, spells))
  try {
    const seen = await Promise.race([endure(station, spells), neverWell()])
    for (const { sent, failures } of seen.reports) {
      const sendings = sent.reduce((sum, message) => sum + message.sendings, 0)
      await annotate(`${sent.length} messages, ${sendings} sendings, ${JSON.stringify(failures)}`)
    }
    const findings = findingsOf(station, seen)
    if (findings.length > 0) await tell()
    return findings
  } catch (error) {
    await tell()
    throw error
  }
}

async function neverWell(): Promise<never> {
  await passed(seconds * 1000 + recoveryMs, null, { ref: false })
  throw new Error(`Not everybody was connected again ${recoveryMs / 1000} s after the weather.`)
}

/** Weather for as long as it is set, then clear skies until everybody is connected, and a log-out. */
async function endure(station: Station, spells: readonly Spell[]): Promise<Seen> {
  const { backend, pages } = station
  // The users connect in bad weather too.
  const starts = pages.map((page) => page.evaluate(() => window.weather.start()))
  await Promise.all([playSpells(station, spells), ...starts])

  const before = (await eventsOf(station)).map((events) => events.length)
  await Promise.all(pages.map((page) => page.evaluate(() => window.weather.finish())))
  await Promise.all(
    pages.map((page) =>
      page.waitForFunction(() => window.weather.isConnected(), null, { timeout: 0 }),
    ),
  )
  await until(backend, ({ liveSockets }) => liveSockets === users.length)
  const afterwards = (await eventsOf(station)).map((events, index) => events.slice(before[index]))
  const reports = await Promise.all(pages.map(reportOf))
  await Promise.all(pages.map((page) => page.evaluate(() => window.weather.logOut())))
  await until(backend, ({ liveSockets }) => liveSockets === 0)
  return { afterwards, reports }
}

test(
  'in bad weather, both connectors keep their sessions and store every message once',
  timeout,
  async (context) => {
    expect(await weather(false, context)).toEqual([])
  },
)

test.skipIf(lacks('nginx'))(
  'behind nginx in bad weather, both connectors keep their sessions and store every message once',
  timeout,
  async (context) => {
    expect(await weather(true, context)).toEqual([])
  },
)
