import { createRequire } from 'node:module'

type WebSocketClass = new (url: string) => object

const require = createRequire(import.meta.url)
const path = require.resolve('isomorphic-ws')
if (require.cache[require.resolve('stream-chat')]) {
  throw new Error(
    'Import this before anything that imports `stream-chat`, which keeps what it found.',
  )
}

let current: WebSocketClass | null = null

/** What `stream-chat` opens in this process, in place of `ws`. */
class CurrentWebSocket {
  constructor(url: string) {
    if (!current) throw new Error('A socket was opened while no host was there.')
    // Its own kind, so that nothing stands between the client and the socket of the host.
    return new current(url)
  }
}

// The client takes neither a class nor a factory, and in Node it is CommonJS, which no mock reaches.
require(path)
require.cache[path]!.exports = CurrentWebSocket

/** The class whose sockets the client opens from now on; null for none. */
export function setSocketsOfStreamChat(WebSocket: WebSocketClass | null): void {
  current = WebSocket
}
