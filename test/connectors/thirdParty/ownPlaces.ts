import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBackendFetch } from '../../../src/testing/api/backendFetch.js'
import { createManualClock, type ContractPlace } from '../../../src/testing.js'
import { UnreachableError } from '../../../src/testing/wire/wire.js'
import { openElsewhere } from '../contract/hosts.js'
import { createOwnBackend, type OwnBackend } from './ownBackend.js'

export interface OwnTarget {
  readonly baseUrl: string
  readonly fetch: typeof globalThis.fetch
}

const place = {
  paths: { items: '/things', own: '/profile', guests: '/guests', open: '/news', post: '/news' },
  requestIdHeader: 'X-Request-Id',
}

export const overHttp: ContractPlace<OwnTarget> = {
  ...place,
  name: 'over a real HTTP server',
  hasClock: false,
  async open() {
    const own = createOwnBackend()
    const server = createServer((incoming, outgoing) => {
      answer(own, incoming, outgoing).catch(() => outgoing.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const foreign = await openElsewhere()
    return {
      ...own,
      baseUrl,
      target: { baseUrl, fetch: globalThis.fetch },
      clock: null,
      foreign,
      async close() {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
        await foreign.close()
      },
    }
  },
}

async function answer({ handle }: OwnBackend, incoming: IncomingMessage, outgoing: ServerResponse) {
  const gone = new AbortController()
  outgoing.on('close', () => gone.abort())
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const { method = 'GET', url = '/' } = incoming
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
  const body = method === 'GET' ? null : Buffer.concat(chunks)
  const request = new Request(`http://own${url}`, { method, headers, body })
  const response = await handle(request, gone.signal)
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).flushHeaders()
  for await (const chunk of response.body ?? []) outgoing.write(chunk)
  outgoing.end()
}

export const inThisProcess: ContractPlace<OwnTarget> = {
  ...place,
  name: 'in this process, under a manual clock',
  hasClock: true,
  async open() {
    const clock = createManualClock()
    const own = createOwnBackend(clock)
    const baseUrl = 'https://own.test'
    const foreign = { url: 'https://elsewhere.test', requests: [] as string[] }
    const reach = createBackendFetch({
      url: baseUrl,
      handle: (request, signal) =>
        own.handle(request, signal).catch(() => {
          throw new UnreachableError('no answer')
        }),
    })
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const { href, origin } = new URL(input instanceof Request ? input.url : input, baseUrl)
      if (origin === baseUrl) return reach(input, init)
      foreign.requests.push(href)
      return new Response('You should not be here.')
    }
    return { ...own, baseUrl, target: { baseUrl, fetch }, clock, foreign, close: async () => {} }
  },
}
