import { WebSocket } from 'ws'
import type { WebSocketConstructor } from '../../../src/connectors/protocol/chatSocket.js'
import { httpConnector } from '../../../src/connectors/http/httpConnector.js'
import { httpTokenProvider } from '../../../src/connectors/http/httpTokenProvider.js'
import { createChatAuth } from '../../../src/core.js'
import type { EndingSession } from '../../../src/core/options.js'

// An app's process whose hooks send requests to a slow backend, each in another way. Logs out after
// each, and lists on its last line the hooks that were cut off. An unhandled rejection would end it.
const [apiKey = '', baseUrl = '', url = ''] = process.argv.slice(2)
const never = () => new Promise<never>(() => {})

type Hook = (session: EndingSession) => void | Promise<void>
const hooks: Record<string, Hook> = {
  awaits: async (session) => void (await session.fetch('/slow')),
  'throws later': async (session) => {
    await session.fetch('/slow').catch(() => {})
    throw new Error('later')
  },
  'ignores it and hangs': (session) => {
    void session.fetch('/slow').then((response) => response.json())
    return never()
  },
  'ignores it and returns': (session) => {
    void session.fetch('/slow').finally(() => {})
  },
  'awaits auth.fetch': async () => void (await auth.fetch('/slow')),
  'ignores auth.fetch': () => {
    void auth.fetch('/slow').then((response) => response.json())
  },
}

let current = ''
const cutOff: string[] = []
const auth = createChatAuth({
  connector: httpConnector({
    apiKey,
    baseUrl,
    WebSocket: WebSocket as unknown as WebSocketConstructor,
    fetch: async (input, init) => {
      if (!new URL(input as string).pathname.endsWith('/slow')) return fetch(input, init)
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))
      })
    },
  }),
  tokenProvider: httpTokenProvider({ url }),
  beforeEndTimeoutMs: 50,
  beforeSessionEnd: (session) => hooks[current]?.(session),
  onEvent({ type }) {
    if (type === 'before-end-cut-off') cutOff.push(current)
  },
})

for (current of Object.keys(hooks)) {
  await auth.connectUser({ id: 'jane' })
  await auth.disconnectUser()
}
auth.dispose()
process.on('exit', () => console.log(JSON.stringify(cutOff)))
