import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { createBrowserEnvironment } from '../../src/browser/createBrowserEnvironment.js'
import { createChatAuth } from '../../src/browser/createChatAuth.js'
import type { WebSocketConstructor } from '../../src/connectors/protocol/chatSocket.js'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import { streamChatConnector } from '../../src/connectors/streamChat/streamChatConnector.js'
import type { Connector } from '../../src/core/connector.js'
import { devToken } from '../../src/core/token/token.js'

const apiKey = 'key'
const connectors: readonly { name: string; connect: (baseUrl: string) => Connector }[] = [
  {
    name: 'httpConnector',
    connect: (baseUrl) =>
      httpConnector({ apiKey, baseUrl, WebSocket: WebSocket as unknown as WebSocketConstructor }),
  },
  {
    name: 'streamChatConnector',
    connect: (baseURL) => streamChatConnector({ apiKey, options: { baseURL } }),
  },
]

const welcome = text({ type: 'health.check', connection_id: 'c1', me: { id: 'jane' } })
const error = { code: 40, message: 'JWTAuth error: token is expired (exp)', StatusCode: 401 }
const closeNormally = frame(0x8, Buffer.from([0x03, 0xe8]))

describe.each(connectors)('$name', ({ connect }) => {
  test.each([
    ['a bare error and a close', [text({ error }), closeNormally], 2],
    ['connection.error and a close', [text({ type: 'connection.error', error }), closeNormally], 2],
    ['a close with 1000', [closeNormally], 1],
    ['a close with 1011', [frame(0x8, Buffer.from([0x03, 0xf3]))], 1],
    ['the end of the stream', [], 1],
  ] as const)(
    'a welcome and %s in one TCP segment count as a loss, after which the session reconnects',
    async (_, rest, calls) => {
      let providerCalls = 0
      let sockets = 0
      const told: string[] = []
      const { url } = await serve((stream, handshake) => {
        sockets++
        if (sockets === 1) stream.end(Buffer.concat([handshake, welcome, ...rest]))
        else stream.write(Buffer.concat([handshake, welcome]))
      })
      const auth = createChatAuth({
        connector: connect(url),
        tokenProvider: ({ userId }) => `${devToken(userId)}${providerCalls++ ? '=' : ''}`,
        crossTab: false,
        retry: { minDelayMs: 1 },
        onEvent: ({ type }) => told.push(type),
      })
      onTestFinished(() => auth.dispose())
      const reopened = new Promise<void>((resolve) => {
        auth.subscribe(() => {
          if (auth.getState().status === 'connected' && sockets === 2) resolve()
        })
      })
      await auth.connectUser({ id: 'jane' })
      await reopened
      expect({ sockets, providerCalls }).toEqual({ sockets: 2, providerCalls: calls })
      // A socket refused before any use was never up. A close arrives in a later task.
      expect(told.filter((type) => type === 'connection-lost')).toHaveLength(2 - calls)
    },
  )
})

test.each([...Array(17).keys()])(
  'a socket that is refused %i microtasks after its welcome counts as a failed opening or a loss',
  async (microtasks) => {
    const listeners = new Map<string, (event: { data: unknown }) => void>()
    class Line {
      addEventListener(type: string, listener: (event: { data: unknown }) => void) {
        listeners.set(type, listener)
      }
      send() {}
      close() {}
    }
    const losses: unknown[] = []
    const connection = httpConnector({
      apiKey,
      baseUrl: 'https://chat.test',
      WebSocket: Line,
    }).createConnection({
      sessionId: 'session',
      identity: { type: 'user', user: { id: 'jane' } },
      environment: createBrowserEnvironment(),
      signal: new AbortController().signal,
      send: () => Promise.reject(new Error('There are no requests here.')),
      connectionLost: (...loss) => losses.push(loss),
      userUpdated: () => {},
      framesIgnored: () => {},
      draftLost: () => {},
      pause: async () => {},
      resume: async () => {},
    })
    const credential = { userId: 'jane', authType: 'jwt', token: 'token' } as const
    const outcome = connection.open(credential).then(
      () => 'opened',
      (error: unknown) => error,
    )
    const say = (frame: object) => listeners.get('message')?.({ data: JSON.stringify(frame) })
    say({ type: 'health.check', connection_id: 'c1', me: { id: 'jane' } })
    for (let i = 0; i < microtasks; i++) await Promise.resolve()
    say({ error: { code: 40, message: 'expired' } })
    const opened = await outcome
    await Promise.resolve()
    const loss = expect.objectContaining({ refusal: { code: 40, message: 'expired' } }) as unknown
    expect([opened, losses]).toBeOneOf([
      [loss, []],
      ['opened', [[loss, credential]]],
    ])
  },
)

/** Serves sockets by hand: all bytes are written, and read, at once. */
async function serve(onSocket: (stream: Duplex, handshake: Buffer) => void) {
  const server = createServer((_, response) => response.end('{}'))
  const streams = new Set<Duplex>()
  server.on('upgrade', ({ headers }, stream: Duplex) => {
    streams.add(stream)
    stream.on('error', () => {})
    // The accept key of RFC 6455, section 1.3.
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    const head = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
    ]
    onSocket(stream, Buffer.from(`${head.join('\r\n')}\r\n\r\n`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const stream of streams) stream.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function text(event: object): Buffer {
  return frame(0x1, Buffer.from(JSON.stringify(event)))
}

/** Builds a whole frame, unmasked as a server's are (RFC 6455, section 5.2). */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const size = length < 126 ? [length] : [126, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([0x80 | opcode, ...size]), payload])
}
