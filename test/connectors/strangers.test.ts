import { StreamChat } from 'stream-chat'
import { describe, expect, onTestFinished, test } from 'vitest'
import { httpConnector } from '../../src/connectors/httpConnector.js'
import { streamChatConnector } from '../../src/connectors/streamChatConnector.js'
import { createChatAuth } from '../../src/browser/createChatAuth.js'
import type { ChatAuth } from '../../src/core/options.js'
import type { Connector } from '../../src/core/types.js'
import { overNetwork, type ConnectorTarget } from './contract/hosts.js'
import { listen, type Heard } from './contract/listen.js'

interface Kind {
  readonly name: string
  readonly connector: (target: ConnectorTarget) => Connector
}

const kinds: readonly Kind[] = [
  { name: 'httpConnector', connector: (target) => httpConnector(target) },
  {
    name: 'streamChatConnector',
    connector: ({ apiKey, baseUrl }) =>
      streamChatConnector({ apiKey, options: { baseURL: baseUrl } }),
  },
]

const audienceSize = 20

/** Twenty users who watch a channel, and a stranger with the real client who reads it, too. */
async function setUp({ connector }: Kind) {
  const host = await overNetwork.open()
  const { backend, target } = host
  const heard: Heard[][] = []
  const auths: ChatAuth[] = []
  const told: string[] = []
  let providerCalls = 0
  /** Whoever waits for everyone to hear something. */
  let look = () => {}
  const watch = async (n: number) => {
    const auth = createChatAuth({
      connector: connector(target),
      tokenProvider({ userId }) {
        providerCalls++
        return backend.createToken(userId)
      },
      crossTab: false,
      onEvent: ({ type }) => told.push(type),
    })
    auths.push(auth)
    await auth.connectUser({ id: `watcher-${n}` })
    const events: Heard[] = []
    heard.push(events)
    listen(auth, (event) => {
      events.push(event)
      look()
    })
    const answer = await auth.fetch('/channels/messaging/team/query', {
      method: 'POST',
      body: JSON.stringify({ watch: true, state: true }),
    })
    expect(answer.status).toBe(201)
  }
  await Promise.all(Array.from({ length: audienceSize }, (_, n) => watch(n)))

  const stranger = new StreamChat(target.apiKey, {
    baseURL: target.baseUrl,
    allowServerSideConnect: true,
  })
  await stranger.connectUser({ id: 'mallory' }, await backend.createToken('mallory'))
  const channel = stranger.channel('messaging', 'team')
  await channel.watch()
  onTestFinished(async () => {
    for (const auth of auths) auth.dispose()
    await stranger.disconnectUser()
    await host.close()
  })

  /** Sends an event, and another one after it: whoever has heard that one is through with the first. */
  const send = async (event: object) => {
    await channel.sendEvent(event as never)
    await channel.sendEvent({ type: 'after' } as never)
    await new Promise<void>((resolve) => {
      look = () => {
        if (heard.every((events) => events.some(({ type }) => type === 'after'))) resolve()
      }
      look()
    })
  }
  const before = { providerCalls, told: [...told], opened: backend.counters.socketsOpened }
  const nothingHappened = () => {
    expect(auths.map((auth) => auth.getState().status)).toEqual(
      Array(audienceSize).fill('connected'),
    )
    expect({ providerCalls, told, opened: backend.counters.socketsOpened }).toEqual(before)
    expect(backend.counters).toMatchObject({ liveSockets: audienceSize + 1, tokenCalls: 0 })
  }
  return { heard, send, nothingHappened, auths }
}

describe.each(kinds)('$name', (kind) => {
  test.each([43, 40])(
    'a stranger’s event with an error of code %i reaches the app of all twenty watchers, and moves none of their sessions',
    async (code) => {
      const { heard, send, nothingHappened } = await setUp(kind)
      const poke = { type: 'poke', error: { code, message: 'from a stranger' } }
      await send(poke)
      for (const events of heard) {
        const pokes = events.filter(({ type }) => type === 'poke')
        expect(pokes).toEqual([expect.objectContaining({ ...poke, cid: 'messaging:team' })])
      }
      nothingHappened()
    },
  )
})
