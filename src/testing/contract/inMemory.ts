import type { TokenProvider } from '../../core/types.js'
import { createBackendFetch } from '../api/backendFetch.js'
import { createManualClock, type ManualClock } from '../controls/createManualClock.js'
import { createTimers } from '../controls/timers.js'
import { createChatBackend } from '../createChatBackend.js'
import { createBackendWebSocket } from '../realtime/backendWebSocket.js'
import type { ContractPlace, ProtocolHost } from './contractHost.js'
import { tapBackend } from './tap.js'

/** What a connector to the backend of `createChatBackend` is made from. */
export interface ChatBackendTarget {
  readonly apiKey: string
  readonly baseUrl: string
  readonly fetch: typeof globalThis.fetch
  readonly WebSocket: typeof globalThis.WebSocket
}

export interface InMemoryHost extends ProtocolHost<ChatBackendTarget> {
  readonly clock: ManualClock
}

/** What is the same wherever the backend of `createChatBackend` is served. */
export const chatBackendPlace = {
  paths: {
    items: '/channels',
    own: '/me',
    guests: '/guest',
    open: '/channels/livestream/town-hall',
    post: '/channels/livestream/town-hall/message',
  },
  requestIdHeader: 'x-client-request-id',
}

/** The backend of `createChatBackend` in this process, under a clock that stands still. */
export const inMemory: ContractPlace<ChatBackendTarget, InMemoryHost> = {
  ...chatBackendPlace,
  name: 'in memory, under a manual clock',
  hasClock: true,
  open: openInMemory,
}

async function openInMemory(): Promise<InMemoryHost> {
  const clock = createManualClock()
  const backend = createChatBackend({ clock })
  const tap = tapBackend(backend, clock)
  const { url } = backend
  const backendFetch = createBackendFetch({ url, handle: tap.handle })
  const foreign = { url: 'https://elsewhere.test', requests: [] as string[] }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const address = new URL(input instanceof Request ? input.url : input, url)
    if (address.origin === url) return backendFetch(input, init)
    foreign.requests.push(address.href)
    return new Response('You should not be here.')
  }
  return {
    backend,
    tap,
    clock,
    foreign,
    baseUrl: url,
    tokenProvider: askTokenEndpoint(backend.tokenEndpoint.url, fetch),
    target: {
      apiKey: backend.apiKey,
      baseUrl: url,
      fetch,
      WebSocket: createBackendWebSocket({ url, timers: createTimers(clock), accept: tap.accept }),
    },
    close: async () => backend.dispose(),
  }
}

/** As an app asks a token endpoint. */
function askTokenEndpoint(url: string, fetch: typeof globalThis.fetch): TokenProvider {
  return async ({ userId, signal }) => {
    const response = await fetch(`${url}?user_id=${encodeURIComponent(userId)}`, { signal })
    if (!response.ok) throw new Error(`The token endpoint answered with ${response.status}.`)
    return ((await response.json()) as { token: string }).token
  }
}
