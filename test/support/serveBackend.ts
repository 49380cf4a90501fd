import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import type { ChatBackend } from '../../src/testing/chatBackend.js'

export interface ServedBackend {
  /** URL of the server, the `baseUrl` of a client. */
  readonly url: string
  /** Breaks all connections and frees the port. The backend itself stays usable. */
  close(): Promise<void>
}

/** What a host needs of a backend. */
export type HostedBackend = Pick<ChatBackend, 'handle' | 'accept'>

export interface ServeOptions {
  readonly port?: number
  readonly host?: string
  /** Answers in place of the backend if it returns true. */
  readonly intercept?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean
  /** Answers a handshake with this HTTP status, as a gateway does; null lets it through. */
  readonly refuseUpgrade?: (incoming: IncomingMessage) => number | null
}

/** Serves a backend over real HTTP and WebSockets. */
export async function serveBackend(
  backend: HostedBackend,
  {
    port = 0,
    host = '127.0.0.1',
    intercept = () => false,
    refuseUpgrade = () => null,
  }: ServeOptions = {},
): Promise<ServedBackend> {
  const server = createServer((incoming, outgoing) => {
    if (intercept(incoming, outgoing)) return
    answer(backend, incoming, outgoing).catch(() => incoming.socket.destroy())
  })
  const webSocketServer = new WebSocketServer({ noServer: true })

  server.on('upgrade', (incoming, stream, head) => {
    const status = refuseUpgrade(incoming)
    if (status !== null) {
      stream.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    // The backend is asked before the handshake, because it may refuse the socket.
    let socket: WebSocket | null = null
    const accepted = backend.accept(urlOf(incoming), {
      send: (text) => socket?.send(text),
      close: (code, reason) => socket?.close(code, reason),
      terminate: () => socket?.terminate(),
    })
    if (!accepted) {
      stream.destroy()
      return
    }
    stream.on('close', () => accepted.closed())
    webSocketServer.handleUpgrade(incoming, stream, head, (opened) => {
      socket = opened
      opened.on('message', (data: Buffer) => accepted.message(data.toString()))
      // A broken frame also ends in a close.
      opened.on('error', () => {})
    })
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close() {
      for (const client of webSocketServer.clients) client.terminate()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(backend: HostedBackend, incoming: IncomingMessage, outgoing: ServerResponse) {
  const abort = new AbortController()
  outgoing.on('close', () => abort.abort())
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
  const { method = 'GET' } = incoming
  const request = new Request(urlOf(incoming), {
    method,
    headers,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(chunks) }),
  })
  const response = await backend.handle(request, abort.signal)
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}

/** Builds a URL with any host, because the backend reads only the path and the query. */
const urlOf = (incoming: IncomingMessage) => `http://localhost${incoming.url ?? '/'}`
