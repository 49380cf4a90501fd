import { describe, expect, test } from 'vitest'
import { connected, jane, me, next, setUp, clientOf } from '../realClient.js'

/** A client whose `<Chat>` of stream-chat-react-native has gone to the background. */
async function inBackground(...options: Parameters<typeof connected>) {
  const stage = await connected(...options)
  await stage.client.closeConnection()
  return stage
}

describe('the client’s own `closeConnection`', () => {
  test('pauses the session, whose requests go on', async () => {
    const { client, auth, backend, events } = await inBackground()
    expect(auth.getState()).toMatchObject({ status: 'paused', user: { id: 'jane' } })
    expect(events.at(-1)).toMatchObject({ type: 'session-paused', by: 'client' })
    expect(backend.counters.liveSockets).toBe(0)
    await me(client)
    expect(backend.counters).toMatchObject({ liveSockets: 0, tokenCalls: 1 })
  })

  test('leaves no interval of the client behind', async () => {
    const { client } = await inBackground()
    expect(client.cleaningIntervalRef).toBeUndefined()
    await client.openConnection()
    expect(client.cleaningIntervalRef).toBeDefined()
  })

  test('leaves the client able to ask for channels, without a watch', async () => {
    const stage = await connected()
    const channel = stage.client.channel('messaging', 'team')
    await channel.watch()
    await stage.client.closeConnection()
    const parts = await stage.client.queryChannels({ cid: 'messaging:team' })
    expect(parts.map(({ cid }) => cid)).toEqual(['messaging:team'])
  })
})

describe('the client’s own `openConnection`', () => {
  test('resumes the session with the same client, which hears that it is online', async () => {
    const { client, auth, backend } = await inBackground()
    const online = next(client, 'connection.changed')
    await client.openConnection()
    expect(await online).toMatchObject({ online: true })
    expect(clientOf({ auth } as never)).toBe(client)
    expect(auth.getState().status).toBe('connected')
    expect(backend.counters.liveSockets).toBe(1)
  })

  test('has the channels ask for what they missed', async () => {
    const { backend, ...stage } = await connected()
    const channel = stage.client.channel('messaging', 'team')
    await channel.watch()
    await stage.client.closeConnection()
    const headers = {
      Authorization: await backend.createToken('bob'),
      'stream-auth-type': 'jwt',
      'Content-Type': 'application/json',
    }
    const said = await backend.fetch(
      `${backend.url}/channels/messaging/team/message?user_id=bob&api_key=${backend.apiKey}`,
      { method: 'POST', headers, body: JSON.stringify({ message: { text: 'missed' } }) },
    )
    expect(said.ok).toBe(true)
    const recovered = next(stage.client, 'connection.recovered')
    await stage.client.openConnection()
    await recovered
    expect(channel.state.messages.at(-1)?.text).toBe('missed')
  })

  test('leaves the session paused that the app has paused too, until the app resumes it', async () => {
    const { client, auth } = await inBackground()
    await auth.pause()
    await client.openConnection()
    expect(auth.getState().status).toBe('paused')
    await auth.resume()
    expect(auth.getState().status).toBe('connected')
  })

  test('does nothing on the client of a session that is connected', async () => {
    const { client, auth, tap } = await connected()
    await client.openConnection()
    expect(auth.getState().status).toBe('connected')
    expect(tap.socketTokens).toHaveLength(1)
  })
})

test('`resume()` of the app ends a pause by the client', async () => {
  const { auth } = await inBackground()
  await auth.resume()
  expect(auth.getState().status).toBe('connected')
})

test('after a log-out in the background, `openConnection` opens nothing', async () => {
  const { client, auth, backend, tap } = await inBackground()
  await auth.disconnectUser()
  await expect(client.openConnection()).resolves.toBeUndefined()
  await expect(client.closeConnection()).resolves.toBeUndefined()
  expect(backend.counters.liveSockets).toBe(0)
  expect(tap.socketTokens).toHaveLength(1)
  expect(auth.getState().status).toBe('disconnected')
})

test('after a switch in the background, the old client moves nothing of the new session', async () => {
  const { client, auth, backend } = await inBackground()
  await auth.switchUser({ id: 'bob' })
  await client.openConnection()
  await client.closeConnection()
  expect(auth.getState()).toMatchObject({ status: 'connected', user: { id: 'bob' } })
  expect(backend.counters.liveSockets).toBe(1)
})

test('`openConnection` whose session ends before the socket is up does not reject', async () => {
  const { client, auth } = await inBackground()
  const opening = client.openConnection()
  await auth.disconnectUser()
  await expect(opening).resolves.toBeUndefined()
})

describe('a session that begins paused', () => {
  async function beginPaused() {
    const stage = await setUp()
    await stage.auth.connectUser(jane, undefined, { paused: true })
    return { ...stage, client: clientOf(stage) }
  }

  test('has a client that knows its user and sends requests, and no socket', async () => {
    const { client, backend } = await beginPaused()
    expect(client.userID).toBe('jane')
    await me(client)
    const channel = client.channel('messaging', 'team')
    await channel.watch()
    await channel.sendMessage({ text: 'from the background' })
    expect(backend.counters).toMatchObject({ socketsOpened: 0, tokenCalls: 1 })
  })

  test('connects the same client at `resume()`, which then hears events', async () => {
    const { client, auth, backend } = await beginPaused()
    const channel = client.channel('messaging', 'team')
    await channel.watch()
    const recovered = next(client, 'connection.recovered')
    await auth.resume()
    await recovered
    expect(backend.counters.liveSockets).toBe(1)
    const heard = next(channel, 'message.new')
    await channel.sendMessage({ text: 'hello' })
    expect((await heard).message?.text).toBe('hello')
  })

  test('leaves nothing of itself at log-out', async () => {
    const { client, auth, backend } = await beginPaused()
    await auth.disconnectUser()
    await client.openConnection()
    expect(backend.counters).toMatchObject({ socketsOpened: 0 })
    expect(client.cleaningIntervalRef).toBeUndefined()
  })
})
