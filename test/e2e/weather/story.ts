import type { Spell } from './spells.js'
import { users, type Station } from './station.js'

/** Number of a page's latest events to tell. */
const latest = 60

/** Tells the weather and what the pages went through, for a failure. */
export async function tellStory(station: Station, spells: readonly Spell[]): Promise<string> {
  const { backend, pages, line } = station
  const stories = await Promise.all(
    pages.map((page) =>
      page.evaluate((count) => {
        const { events, sent, isConnected, failures, connecting, peakSockets } = window.weather
        const told = events
          .filter(({ type }) => !type.startsWith('request-'))
          .slice(-count)
          .map((event) => {
            const { type, atMs, sessionId: _, ...more } = event
            return `${new Date(atMs).toISOString().slice(14, 23)} ${type} ${JSON.stringify(more)}`
          })
        const summary = { sent: sent.length, connecting, isConnected: isConnected(), peakSockets }
        return [JSON.stringify({ ...summary, failures }), ...told].join('\n')
      }, latest),
    ),
  )
  const { played } = station
  return [
    ...spells.map((spell, index) => `${played[index] ?? '-'} ${JSON.stringify(spell)}`),
    ...stories.map((story, index) => `${users[index]}: ${story}`),
    JSON.stringify({ ...backend.counters, peakSockets: line.peakSockets }),
  ].join('\n')
}
