import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket } from 'ws'
import type { WebSocketConstructor } from '../../../src/connectors/protocol/chatSocket.js'
import { createBrowserEnvironment } from '../../../src/browser/createBrowserEnvironment.js'
import type { Environment } from '../../../src/core/environment.js'
import { createBackendFetch } from '../../../src/testing/api/backendFetch.js'
import { createBackendWebSocket } from '../../../src/testing/realtime/backendWebSocket.js'
import { createChatBackend, type ChatBackend } from '../../../src/testing/createChatBackend.js'
import {
  createManualClock,
  type ManualClock,
} from '../../../src/testing/controls/createManualClock.js'
import { createTimers } from '../../../src/testing/controls/timers.js'
import { serveBackend, type ServeOptions } from '../../support/serveBackend.js'
import { createTap, type Tap } from './tap.js'

/** What a connector is made from, whichever it is. */
export interface ConnectorTarget {
  readonly apiKey: string
  readonly baseUrl: string
  readonly fetch: typeof globalThis.fetch
  readonly WebSocket: WebSocketConstructor
}

/** A backend, the way to it, and a server that is none of its business. */
export interface Host {
  readonly backend: ChatBackend
  readonly tap: Tap
  readonly target: ConnectorTarget
  readonly environment: Environment
  /** null where time is real. */
  readonly clock: ManualClock | null
  /** The timers that wait on the platform itself, where the host can see them. */
  readonly platformTimers?: { readonly pending: number }
  /** Another origin, with all that was ever sent to it. */
  readonly foreign: { readonly url: string; readonly requests: readonly string[] }
  close(): Promise<void>
}

export interface InMemoryHost extends Host {
  readonly clock: ManualClock
}

/** A way to stage the contract. */
export interface HostKind {
  readonly name: string
  /** Whether time stands still, and passes when the test says so. */
  readonly hasClock: boolean
  open(): Promise<Host>
}

export const inMemory: HostKind = {
  name: 'in memory, under a manual clock',
  hasClock: true,
  open: openInMemory,
}

export const overNetwork: HostKind = {
  name: 'over a real HTTP and WebSocket server',
  hasClock: false,
  open: () => openOverNetwork(),
}

/** A real server that gives answers of its own where `intercept` returns true. */
export const overNetworkWith = (intercept: ServeOptions['intercept']): HostKind => ({
  ...overNetwork,
  open: () => openOverNetwork(intercept),
})

/** The backend in this process, under a clock that stands still. */
export async function openInMemory(): Promise<InMemoryHost> {
  const clock = createManualClock()
  const backend = createChatBackend({ clock })
  const tap = createTap(backend, clock)
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
    environment: { ...createBrowserEnvironment(), ...clock },
    target: {
      apiKey: backend.apiKey,
      baseUrl: url,
      fetch,
      WebSocket: createBackendWebSocket({
        url,
        timers: createTimers(clock),
        accept: tap.accept,
      }) as unknown as WebSocketConstructor,
    },
    close: async () => backend.dispose(),
  }
}

/** The backend behind real HTTP and real WebSockets, in real time. */
async function openOverNetwork(intercept?: ServeOptions['intercept']): Promise<Host> {
  const backend = createChatBackend()
  const tap = createTap(backend, null)
  const tapped = Object.create(backend, {
    handle: { value: tap.handle },
    accept: { value: tap.accept },
  }) as ChatBackend
  const served = await serveBackend(tapped, intercept ? { intercept } : {})

  const requests: string[] = []
  const elsewhere = createServer((incoming, outgoing) => {
    requests.push(incoming.url ?? '')
    outgoing.end('You should not be here.')
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const { port } = elsewhere.address() as AddressInfo

  return {
    backend,
    tap,
    clock: null,
    foreign: { url: `http://127.0.0.1:${port}`, requests },
    environment: createBrowserEnvironment(),
    target: {
      apiKey: backend.apiKey,
      baseUrl: served.url,
      fetch: globalThis.fetch,
      WebSocket: WebSocket as unknown as WebSocketConstructor,
    },
    async close() {
      backend.dispose()
      await served.close()
      elsewhere.closeAllConnections()
      await new Promise((resolve) => elsewhere.close(resolve))
    },
  }
}
