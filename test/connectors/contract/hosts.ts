import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket } from 'ws'
import { createBrowserEnvironment } from '../../../src/browser/createBrowserEnvironment.js'
import type { Environment } from '../../../src/core/environment.js'
import { httpTokenProvider } from '../../../src/connectors/http/httpTokenProvider.js'
import type { ContractPlace, ProtocolHost } from '../../../src/testing/contract/contractHost.js'
import {
  chatBackendPlace,
  inMemory as inThisProcess,
  type ChatBackendTarget,
  type InMemoryHost,
} from '../../../src/testing/contract/inMemory.js'
import { tapBackend } from '../../../src/testing/contract/tap.js'
import { createChatBackend } from '../../../src/testing/createChatBackend.js'
import type { ChatBackend } from '../../../src/testing/chatBackend.js'
import { serveBackend, type ServeOptions } from '../../support/serveBackend.js'

export type ConnectorTarget = ChatBackendTarget

/** A host with the whole environment of the platform. */
export interface Host extends ProtocolHost<ConnectorTarget> {
  readonly environment: Environment
}

/** A way to set up the contract's hosts. */
export type HostKind = ContractPlace<ConnectorTarget, Host>

/** Runs the backend in this process, under a stopped clock. */
export async function openInMemory(): Promise<Host & Pick<InMemoryHost, 'clock'>> {
  const host = await inThisProcess.open()
  const { target, backend, baseUrl } = host
  const tokenProvider = httpTokenProvider({
    url: baseUrl + backend.tokenEndpoint.path,
    fetch: target.fetch,
  })
  return { ...host, tokenProvider, environment: { ...createBrowserEnvironment(), ...host.clock } }
}

export const inMemory: HostKind = { ...inThisProcess, open: openInMemory }

export const overNetwork: HostKind = {
  ...chatBackendPlace,
  name: 'over a real HTTP and WebSocket server',
  hasClock: false,
  open: () => openOverNetwork(),
}

/** Runs a real server with answers of its own. */
export const overNetworkWith = (options: ServeOptions): HostKind => ({
  ...overNetwork,
  open: () => openOverNetwork(options),
})

/** Runs the backend behind real HTTP and real WebSockets, in real time. */
async function openOverNetwork(options?: ServeOptions): Promise<Host> {
  const backend = createChatBackend()
  const tap = tapBackend(backend)
  const tapped = Object.create(backend, {
    handle: { value: tap.handle },
    accept: { value: tap.accept },
  }) as ChatBackend
  const served = await serveBackend(tapped, options)
  const elsewhere = await openElsewhere()

  return {
    backend,
    tap,
    clock: null,
    foreign: elsewhere,
    environment: createBrowserEnvironment(),
    baseUrl: served.url,
    tokenProvider: httpTokenProvider({ url: served.url + backend.tokenEndpoint.path }),
    target: {
      apiKey: backend.apiKey,
      baseUrl: served.url,
      fetch: globalThis.fetch,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    },
    async close() {
      backend.dispose()
      await served.close()
      await elsewhere.close()
    },
  }
}

/** Runs a real server of another origin, which no connector may call. */
export async function openElsewhere() {
  const requests: string[] = []
  const server = createServer((incoming, outgoing) => {
    requests.push(incoming.url ?? '')
    outgoing.end('You should not be here.')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests: requests as readonly string[],
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
