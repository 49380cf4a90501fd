import { StreamChat } from 'stream-chat'
import { describe, expect, onTestFinished, test } from 'vitest'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import { streamChatConnector } from '../../src/connectors/streamChat/streamChatConnector.js'
import { createChatAuth } from '../../src/browser/createChatAuth.js'
import type { ChatAuth } from '../../src/core/chatAuth.js'
import type { Connector } from '../../src/core/connector.js'
import { overNetwork, type ConnectorTarget } from './contract/hosts.js'
import { clientOf, listen, watchTeam, type Heard } from './contract/listen.js'

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

/** Users who watch a channel, and a stranger in it with the real client. */
async function setUp({ connector }: Kind, audienceSize = 20) {
  const host = await overNetwork.open()
  const { backend, target } = host
  const heard: Heard[][] = []
  const auths: ChatAuth[] = []
  const told: string[] = []
  let providerCalls = 0
  /** Callback of the code that waits until all users have heard an event. */
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
    await watchTeam(auth)
  }
  await Promise.all(Array.from({ length: audienceSize }, (_, n) => watch(n)))

  const stranger = new StreamChat(target.apiKey, {
    baseURL: target.baseUrl,
    allowServerSideConnect: true,
  })
  await stranger.connectUser({ id: 'mallory' }, await backend.createToken('mallory'))
  const channel = stranger.channel('messaging', 'team')
  await channel.watch()
  // The bare client would not survive some of its own events.
  await channel.stopWatching()
  onTestFinished(async () => {
    for (const auth of auths) auth.dispose()
    await stranger.disconnectUser()
    await host.close()
  })

  /** Sends an event and a marker. A user who has heard the marker has handled the event. */
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
  const isStill = () => {
    expect(auths.map((auth) => auth.getState().status)).toEqual(
      Array(audienceSize).fill('connected'),
    )
    const { socketsOpened: opened } = backend.counters
    expect({ providerCalls, opened }).toEqual({
      providerCalls: before.providerCalls,
      opened: before.opened,
    })
    expect(backend.counters).toMatchObject({ liveSockets: audienceSize + 1, tokenCalls: 0 })
  }
  const nothingHappened = () => {
    isStill()
    expect(told).toEqual(before.told)
  }
  const counters = () => backend.counters
  return { heard, send, nothingHappened, isStill, auths, told, counters }
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

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'a custom event of the type “%s” is delivered once, as any other',
    async (type) => {
      const { heard, send, nothingHappened } = await setUp(kind, 2)
      await send({ type })
      for (const events of heard) {
        expect(events.filter((event) => event.type === type)).toHaveLength(1)
      }
      nothingHappened()
    },
  )
})

describe('streamChatConnector', () => {
  const [, kind] = kinds as readonly [Kind, Kind]

  test.each([
    { type: 'health.check', me: { id: 'mallory', channel_mutes: [], mutes: [] } },
    { type: 'health.check', connection_id: 'another' },
    { type: 'connection.changed', online: false },
    { type: 'connection.recovered' },
    { type: 'transport.changed', mode: 'longpoll' },
    { type: 'capabilities.changed' },
    { type: 'all' },
  ])(
    'an event that imitates the client’s own is kept from the client, and reported: %j',
    async (event) => {
      const { heard, send, auths, told, counters, isStill } = await setUp(kind, 3)
      const before = counters().requests
      await send(event)
      for (const events of heard) {
        expect(events.filter(({ type, user }) => user && type === event.type)).toEqual([])
      }
      expect(told.filter((type) => type === 'frame-ignored')).toHaveLength(3)
      // Events of the stranger only.
      expect(counters().requests).toBe(before + 2)
      for (const [n, auth] of auths.entries()) {
        expect(clientOf(auth)).toMatchObject({
          userID: `watcher-${n}`,
          user: { id: `watcher-${n}` },
        })
      }
      isStill()
    },
  )

  test.each([
    { type: 'connection.error', error: { code: 43 }, connection_id: 'another' },
    { type: 'error', error: { code: 43 } },
  ])('an event that imitates the backend’s errors reaches the app: %j', async (event) => {
    const { heard, send, nothingHappened } = await setUp(kind, 3)
    await send(event)
    for (const events of heard) expect(events).toContainEqual(expect.objectContaining(event))
    nothingHappened()
  })
})
