import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'
import type { ChatBackend } from '../../../src/testing/chatBackend.js'

/** A request or a sign-in of another product's SDK. */
export interface Seen {
  readonly product: 'video' | 'feeds'
  readonly over: 'http' | 'socket'
  readonly token: string
  /** The user whom the token is for. */
  readonly userId: string
  readonly isAccepted: boolean
}

/**
 * Serves what the video and the feeds clients call, over real HTTP and WebSockets. The chat backend
 * decides which tokens are good, as one service does for all of its products.
 */
export async function serveProducts(backend: ChatBackend) {
  const seen: Seen[] = []
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  const sockets = new WebSocketServer({ server })

  async function judge(path: string, over: Seen['over'], token: string) {
    const userId = String(
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).user_id,
    )
    const query = new URLSearchParams({ api_key: backend.apiKey, user_id: userId })
    const headers = { Authorization: token, 'stream-auth-type': 'jwt' }
    const verdict = await backend.handle(new Request(`http://chat/app?${query}`, { headers }))
    const product = path.startsWith('/video') ? 'video' : 'feeds'
    seen.push({ product, over, token, userId, isAccepted: verdict.ok })
    const body = (await verdict.json()) as Record<string, unknown>
    return { status: verdict.status, body, userId }
  }

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse) {
    incoming.resume()
    const token = incoming.headers.authorization
    // The clients' own reports, which carry none.
    if (!token) return void outgoing.writeHead(204).end()
    const { status, body } = await judge(String(incoming.url), 'http', token)
    outgoing.writeHead(status === 200 ? 200 : 401, { 'Content-Type': 'application/json' })
    outgoing.end(JSON.stringify(status === 200 ? { calls: [], feeds: [], duration: '0' } : body))
  }

  sockets.on('connection', (socket, { url }) =>
    socket.once('message', (data: Buffer) => {
      const { token } = JSON.parse(data.toString()) as { token: string }
      void judge(String(url), 'socket', token).then(({ status, body, userId }) => {
        const welcome = { type: 'connection.ok', connection_id: 'c', me: { id: userId } }
        const no = { type: 'connection.error', error: body }
        socket.send(JSON.stringify(status === 200 ? welcome : no))
      })
    }),
  )

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
