import { peakSockets } from './sockets.js'
import { createChatAuth, httpConnector, httpTokenProvider } from 'react-chat-auth'
import { streamChatConnector } from 'react-chat-auth/stream-chat'
import type { StreamChat } from 'stream-chat'
import { createNetworkLies } from './network.js'
import type { SentMessage, WeatherApi, WeatherParameters } from './weatherApi.js'

const { connector, userId, apiKey, baseUrl, tokenUrl } = Object.fromEntries(
  new URLSearchParams(location.search),
) as unknown as WeatherParameters

/** Milliseconds that the app gives a message before it sends it again. */
const sendingTimeoutMs = 5000
const messageEveryMs = 200
/** Messages under way at once: fewer than a browser's six connections to a host. */
const atOnce = 3

const auth = createChatAuth<unknown>({
  connector:
    connector === 'http'
      ? httpConnector({ apiKey, baseUrl, connectTimeoutMs: 4000 })
      : streamChatConnector({
          apiKey,
          options: { baseURL: baseUrl, timeout: sendingTimeoutMs },
          connectTimeoutMs: 4000,
        }),
  tokenProvider: httpTokenProvider({ url: tokenUrl }),
  providerTimeoutMs: 3000,
  retry: { maxDelayMs: 2000 },
  onEvent: (event) => weather.events.push(event),
})

const underWay = new Set<Promise<void>>()
let isFinishing = false

const weather: WeatherApi = {
  events: [],
  statuses: [],
  sent: [],
  failures: {},
  connecting: null,
  get peakSockets() {
    return peakSockets()
  },
  start() {
    void auth.connectUser({ id: userId }).then(
      () => (weather.connecting = 'connected'),
      (error: unknown) => (weather.connecting = describe(error)),
    )
    void sendMessages()
  },
  isConnected: () => auth.getState().status === 'connected',
  async finish() {
    isFinishing = true
    await Promise.all(underWay)
  },
  reportNetwork: createNetworkLies(),
  logOut: () => auth.disconnectUser(),
}
window.weather = weather

auth.subscribe(() => weather.statuses.push(auth.getState().status))

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Sends a message until the backend says that it has it. */
async function deliver(message: SentMessage): Promise<void> {
  for (;;) {
    message.sendings++
    const failure = await (connector === 'http'
      ? sendByFetch(message.id)
      : sendByClient(message.id))
    if (failure === null) return
    weather.failures[failure] = (weather.failures[failure] ?? 0) + 1
    await pause(300)
  }
}

const isStored = (answer: string, id: string) =>
  answer.includes('already exists') || answer.includes(`"id":"${id}"`)

/** Returns null for a message that the backend has, else what became of the sending. */
async function sendByFetch(id: string): Promise<string | null> {
  try {
    const response = await auth.fetch('/channels/messaging/team/message', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ message: { id, text: `Message ${id}` } }),
      signal: AbortSignal.timeout(sendingTimeoutMs),
    })
    return isStored(await response.text(), id) ? null : `status ${response.status}`
  } catch (error) {
    return describe(error)
  }
}

async function sendByClient(id: string): Promise<string | null> {
  const state = auth.getState()
  const client = 'client' in state ? (state.client as StreamChat) : null
  if (!client) return 'no client yet'
  try {
    const channel = client.channel('messaging', 'team')
    const answer = await channel.sendMessage({ id, text: `Message ${id}` })
    return isStored(JSON.stringify(answer), id) ? null : 'another answer'
  } catch (error) {
    return String(error).includes('already exists') ? null : describe(error)
  }
}

function describe(error: unknown): string {
  const { name, code, status } = error as {
    name?: string
    code?: string | number
    status?: number
  }
  return [name, code, status].filter((part) => part !== undefined).join(' ')
}

async function sendMessages(): Promise<void> {
  while (!isFinishing) {
    if (underWay.size < atOnce) {
      const message: SentMessage = { id: `${userId}-${weather.sent.length}`, sendings: 0 }
      weather.sent.push(message)
      const delivery = deliver(message).finally(() => underWay.delete(delivery))
      underWay.add(delivery)
    }
    await pause(messageEveryMs)
  }
}
