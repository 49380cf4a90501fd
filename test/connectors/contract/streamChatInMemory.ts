// Imported first, because it must run before the client is loaded.
import { setSocketsOfStreamChat } from '../../support/socketsOfStreamChat.js'
import { putGlobalsOnClock } from '../../support/globalsOnClock.js'
import { inMemory, openInMemory, type HostKind } from './hosts.js'

/**
 * In memory for a connector on the `stream-chat` client, which takes its sockets, timers and `Date` from
 * the platform: for the life of a host, those are the host's. Import it before the connector.
 */
export const inMemoryForStreamChat: HostKind = { ...inMemory, open: openForStreamChat }

/** The options with which the client's HTTP goes through a `fetch`. */
export const through = (fetch: typeof globalThis.fetch) => ({ adapter: 'fetch', env: { fetch } })

export async function openForStreamChat() {
  const host = await openInMemory()
  const platformTimers = putGlobalsOnClock(host.clock)
  setSocketsOfStreamChat(host.target.WebSocket)
  return {
    ...host,
    platformTimers,
    async close() {
      await host.close()
      // The client's reaction belongs to this test, not to the next one.
      await host.clock.advance(0)
      setSocketsOfStreamChat(null)
      platformTimers.restore()
    },
  }
}
