import { WebSocket } from 'ws'
import type { WebSocketConstructor } from '../../../src/connectors/protocol/chatSocket.js'
import { httpConnector } from '../../../src/connectors/http/httpConnector.js'
import { httpTokenProvider } from '../../../src/connectors/http/httpTokenProvider.js'
import { streamChatConnector } from '../../../src/connectors/streamChat/streamChatConnector.js'
import { createChatAuth } from '../../../src/core.js'
import type { Connector } from '../../../src/core/connector.js'

// An app's process, which connects, sends a request, disposes its handle, and does nothing else.
// Its last line of output lists the timers that kept it alive after that, in milliseconds.
const [kind, apiKey = '', baseUrl = '', url = ''] = process.argv.slice(2)
const waitedFor: (number | undefined)[] = []
let isDisposed = false

const { setTimeout: set } = globalThis
globalThis.setTimeout = ((
  callback: (...args: unknown[]) => void,
  ms?: number,
  ...rest: unknown[]
) => {
  const timer = set(() => {
    if (isDisposed && timer.hasRef()) waitedFor.push(ms)
    callback(...rest)
  }, ms)
  return timer
}) as typeof setTimeout
process.on('exit', () => console.log(JSON.stringify(waitedFor)))

const connectors: Record<string, () => Connector> = {
  http: () =>
    httpConnector({ apiKey, baseUrl, WebSocket: WebSocket as unknown as WebSocketConstructor }),
  'stream-chat': () => streamChatConnector({ apiKey, options: { baseURL: baseUrl } }),
}
const auth = createChatAuth({
  connector: connectors[kind ?? '']!(),
  tokenProvider: httpTokenProvider({ url }),
})
await auth.connectUser({ id: 'jane' })
// A second socket replaces the first.
await auth.refreshToken()
await (await auth.fetch('/me')).json()
isDisposed = true
auth.dispose()
