import type { Page } from 'playwright'
import type { ChatAuthEvent } from '../../../src/core.js'
import { team, users, type Station } from './station.js'

export type Report = Awaited<ReturnType<typeof reportOf>>

/** What the pages say of themselves, and what happened to them once the weather was clear. */
export interface Seen {
  readonly reports: readonly Report[]
  readonly afterwards: readonly (readonly ChatAuthEvent[])[]
}

/** Attempts of a page, of its socket and of its token each, that may fail once the weather is clear. */
const lastFailures = 3

export const reportOf = (page: Page) =>
  page.evaluate(() => {
    const { connecting, statuses, events, failures, sent, peakSockets } = window.weather
    const types = events.map(({ type }) => type)
    return { connecting, statuses, types, failures, sent, peakSockets }
  })

/** Compares the backend's counters and messages, and the pages' reports, with what must be. */
export function findingsOf(station: Station, { reports, afterwards }: Seen): string[] {
  const findings: string[] = []
  const note = (what: string, found: readonly unknown[]) => {
    if (found.length > 0) findings.push(`${what}: ${found.join()}`)
  }
  const { backend, line, posts, pageErrors } = station

  // Every message is there once, as its own user's, and none went out without the app.
  const stored = backend.messages(team).filter(({ id }) => /^(jane|bob)-\d+$/.test(id))
  const sent = reports.flatMap((report) => report.sent)
  const times = (id: string) => stored.filter((message) => message.id === id).length
  const requestsFor = (id: string) =>
    new Set(posts.filter(({ messageId }) => messageId === id).map(({ requestId }) => requestId))
      .size
  const ids = (messages: readonly { readonly id: string }[]) => messages.map(({ id }) => id)
  note('not stored once', ids(sent.filter(({ id }) => times(id) !== 1)))
  note('of nobody', ids(stored.filter(({ id }) => !ids(sent).includes(id))))
  note('of a wrong user', ids(stored.filter(({ id, userId }) => !id.startsWith(`${userId}-`))))
  note('sent without the app', ids(sent.filter(({ id, sendings }) => requestsFor(id) > sendings)))
  const { acceptedTwice, requestsWithoutId, wrongUserTokens } = backend.counters
  for (const [name, count] of Object.entries({
    acceptedTwice,
    requestsWithoutId,
    wrongUserTokens,
  })) {
    note(name, count === 0 ? [] : [count])
  }

  for (const [index, report] of reports.entries()) {
    const user = users[index] ?? ''
    const { connecting, statuses, types, failures, peakSockets } = report
    note(`${user} connecting`, connecting === 'connected' ? [] : [connecting])
    note(
      `${user} was`,
      statuses.filter((status) => /failed|disconnect/.test(status)),
    )
    note(
      `${user} was told`,
      types.filter((type) => /session-(ended|failed)/.test(type)),
    )
    note(
      `${user} sent in vain`,
      Object.keys(failures).filter((code) => /session|not-conn/.test(code)),
    )
    const sockets = [peakSockets, line.peakSockets[user]]
    note(
      `${user}, sockets at once`,
      sockets.filter((count) => count === undefined || count > 2),
    )
    note(
      `${user}, no socket was counted`,
      sockets.filter((count) => count === 0),
    )
    for (const type of ['connection-attempt-failed', 'token-request-failed']) {
      const count = afterwards[index]?.filter((event) => event.type === type).length ?? 0
      note(`${user} ${type} in clear weather`, count > lastFailures ? [count] : [])
    }
  }
  note('errors of the pages', pageErrors)
  return findings
}
