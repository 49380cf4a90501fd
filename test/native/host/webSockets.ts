import { WebSocket } from 'ws'
import type { BlobData, Blobs } from './blobs.js'
import type { Emit, Implementation } from './nativeSide.js'

/** React Native's native `WebSocketModule`, on real sockets. */
export function createWebSockets(emit: Emit, blobs: Blobs) {
  const sockets = new Map<number, WebSocket>()

  const methods: Implementation = {
    connect(
      url: string,
      protocols: string[] | null,
      { headers }: { headers: Record<string, string> },
      id: number,
    ) {
      const socket = new WebSocket(url, protocols ?? [], { headers })
      sockets.set(id, socket)
      const end = (name: string, details: object) => {
        if (sockets.delete(id)) emit(name, { id, ...details })
      }
      socket.on('open', () => emit('websocketOpen', { id, protocol: socket.protocol }))
      socket.on('message', (data: Buffer, isBinary) =>
        emit('websocketMessage', {
          id,
          type: isBinary ? 'binary' : 'text',
          data: data.toString(isBinary ? 'base64' : 'utf8'),
        }),
      )
      socket.on('close', (code, reason) =>
        end('websocketClosed', { code, reason: reason.toString() }),
      )
      socket.on('error', ({ message }) => end('websocketFailed', { message }))
    },
    send: (text: string, id: number) => sockets.get(id)?.send(text),
    sendBinary: (base64: string, id: number) =>
      sockets.get(id)?.send(Buffer.from(base64, 'base64')),
    sendOverSocket: (data: BlobData, id: number) => sockets.get(id)?.send(blobs.read(data)),
    ping: (id: number) => sockets.get(id)?.ping(),
    close: (code: number, reason: string, id: number) => sockets.get(id)?.close(code, reason),
  }

  return {
    methods,
    count: () => sockets.size,
    close() {
      for (const socket of sockets.values()) socket.terminate()
      sockets.clear()
    },
  }
}
