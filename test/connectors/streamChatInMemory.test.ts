import { openForStreamChat, through } from './contract/streamChatInMemory.js'
import { StreamChat } from 'stream-chat'
import { expect, onTestFinished, test } from 'vitest'
import type { ManualClock } from '../../src/testing/controls/createManualClock.js'

/** Connects a bare client as Jane, on a host of its own. */
async function connect() {
  const host = await openForStreamChat()
  onTestFinished(() => host.close())
  const { apiKey, baseUrl, fetch } = host.target
  const client = new StreamChat(apiKey, {
    baseURL: baseUrl,
    allowServerSideConnect: true,
    ...through(fetch),
  })
  const token = await host.backend.createToken('jane')
  await settle(
    host.clock,
    client.connectUser({ id: 'jane' }, async () => token),
  )
  return { ...host, client }
}

test('a bare client in memory connects, and pings every 25 seconds of the manual clock', async () => {
  const { backend, clock, tap } = await connect()
  expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
  await clock.advance(24_999)
  expect(tap.pings).toBe(0)
  await clock.advance(1)
  expect(tap.pings).toBe(1)
  await clock.advance(600_000)
  expect(tap.pings).toBe(25)
  expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
})

test('requests of a bare client in memory reach the backend, and time out by the manual clock', async () => {
  const { client, clock, tap } = await connect()
  const channels = await settle(clock, client.queryChannels({}))
  expect(channels.map(({ cid }) => cid)).toContain('messaging:team')

  const release = tap.holdAnswers('/users')
  const failure = client.queryUsers({}).then(String, ({ code }: { code: string }) => code)
  await clock.advance(2999)
  expect(tap.requests.at(-1)?.path).toContain('/users')
  await clock.advance(1)
  expect(await failure).toBe('ETIMEDOUT')
  release()
})

test('a bare client in memory uses the manual clock, which stands still and sleeps', async () => {
  const { client, clock, tap } = await connect()
  expect(new Date().getTime()).toBe(clock.now())
  clock.sleep(3_600_000)
  expect(Date.now()).toBe(clock.now())
  expect(tap.pings).toBe(0)
  // The client tolerates 35 seconds of silence, but not the hour asleep.
  tap.mute()
  await clock.advance(36_000)
  expect(client.wsConnection?.isHealthy).toBe(false)
})

test('a bare client in memory leaves a timer of a second at its disconnection, which no option prevents', async () => {
  const { backend, client, clock, platformTimers } = await connect()
  await clock.advance(15_000)
  await settle(clock, client.disconnectUser())
  expect(backend.counters.liveSockets).toBe(0)
  expect(platformTimers.pending).toBe(1)
  await clock.advance(1000)
  expect(platformTimers.pending).toBe(0)
})

test('a bare client in memory sees a redirect if told not to follow one', async () => {
  const { backend, client, clock, foreign, target } = await connect()
  backend.faults.redirectTo = foreign.url
  const get = (config: object) => client.axiosInstance.get(`${target.baseUrl}/me`, config)
  expect((await settle(clock, get({ maxRedirects: 0 }))).status).toBe(0)
  const followed = get({}).then(String, ({ code }: { code: string }) => code)
  expect(await settle(clock, followed)).toBe('ERR_NETWORK')
  expect(foreign.requests).toEqual([])
})

async function settle<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  await clock.advance(0)
  return promise
}
