import type { StreamChat } from 'stream-chat'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connected, next, type ClientOptions } from '../realClient.js'
import type { Stage } from '../contract/stage.js'

/** Sends requests to the backend as another user. */
async function as(userId: string, { backend }: Stage, path: string, body: object) {
  const headers = {
    Authorization: await backend.createToken(userId),
    'stream-auth-type': 'jwt',
    'Content-Type': 'application/json',
  }
  const url = `${backend.url}${path}?user_id=${userId}&api_key=${backend.apiKey}`
  const answer = await backend.fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.ok).toBe(true)
}

const say = (stage: Stage, text: string, parent_id?: string) =>
  as('bob', stage, '/channels/messaging/team/message', { message: { text, parent_id } })

const makeChannel = (stage: Stage, id: string, members = ['bob', 'jane']) =>
  as('bob', stage, `/channels/messaging/${id}/query`, { data: { members } })

/** Keeps the socket down while `meanwhile` runs. */
async function whileGone(
  stage: Stage & { client: StreamChat },
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const { auth, backend, client, setOnline, until } = stage
  const recovered = next(client, 'connection.recovered')
  setOnline(false)
  backend.dropConnections()
  await until(() => auth.getState().status === 'reconnecting')
  await meanwhile()
  setOnline(true)
  await recovered
}

async function inTeam(clientOptions?: ClientOptions) {
  const stage = await connected({}, clientOptions)
  const channel = stage.client.channel('messaging', 'team')
  await channel.watch()
  const parentId = channel.state.messages[0]!.id
  return { ...stage, channel, parentId }
}

describe('after a short loss of the socket', () => {
  test.each([true, false])(
    'an open thread has the missed replies, and notifies the components, with recoverStateOnReconnect: %s',
    async (recoverStateOnReconnect) => {
      const stage = await inTeam({ recoverStateOnReconnect })
      const { channel, parentId } = stage
      await say(stage, 'first', parentId)
      await channel.getReplies(parentId, { limit: 25 })
      const texts = () => channel.state.threads[parentId]?.map(({ text }) => text)
      expect(texts()).toEqual(['first'])
      const told: (string | undefined)[] = []
      channel.on(({ message }) => void told.push(message?.text))
      await whileGone(stage, () => say(stage, 'second', parentId))
      expect(texts()).toEqual(['first', 'second'])
      expect(told).toContain('second')
    },
  )

  test('the thread list has the missed replies, in the thread on screen and in the others', async () => {
    const stage = await inTeam()
    const { client, channel, parentId, tap, until } = stage
    const { message: other } = await channel.sendMessage({ text: 'Dinner?' })
    for (const id of [parentId, other.id]) await say(stage, 'first', id)
    const { threads } = client
    threads.registerSubscriptions()
    threads.activate()
    const loaded = () =>
      threads.state.getLatestValue().threads.map(({ state }) => state.getLatestValue())
    const once = (isSo: () => boolean) =>
      new Promise<void>((resolve) => {
        const stop = threads.state.subscribe(() => isSo() && resolve())
        onTestFinished(stop)
      })
    await once(() => loaded().length === 2)
    threads.threadsById[parentId]?.activate()
    // As in an app that shows the list and no channel.
    channel.state.threads = {}
    await whileGone(stage, async () => {
      for (const id of [parentId, other.id]) await say(stage, 'second', id)
    })
    await until(() => tap.requests.filter(({ path }) => path === '/threads').length === 2)
    await once(() => loaded().every(({ isStateStale }) => !isStateStale))
    for (const { replies } of loaded()) {
      expect(replies.map(({ text }) => text)).toEqual(['first', 'second'])
    }
    threads.unregisterSubscriptions()
  })

  test('a channel created meanwhile is announced to lists once, as by the backend', async () => {
    const stage = await inTeam()
    const { client } = stage
    const added: (string | undefined)[] = []
    client.on('notification.added_to_channel', ({ channel }) => void added.push(channel?.cid))
    const heard = next(client, 'notification.added_to_channel')
    await makeChannel(stage, 'before')
    await heard
    await whileGone(stage, async () => {
      await makeChannel(stage, 'meanwhile')
      await makeChannel(stage, 'of-others', ['bob'])
    })
    await whileGone(stage, () => Promise.resolve())
    expect(added).toEqual(['messaging:before', 'messaging:meanwhile'])
  })

  test('a thread whose message was deleted meanwhile does not prevent the recovery of the rest', async () => {
    const stage = await inTeam()
    const { backend, channel, parentId } = stage
    await say(stage, 'first', parentId)
    await channel.getReplies(parentId, { limit: 25 })
    await whileGone(stage, async () => {
      const token = await backend.createToken('jane')
      const url = `${backend.url}/messages/${parentId}?hard=true&user_id=jane&api_key=${backend.apiKey}`
      const headers = { Authorization: token, 'stream-auth-type': 'jwt' }
      await backend.fetch(url, { method: 'DELETE', headers })
      await say(stage, 'in the channel')
    })
    expect(channel.state.messages.map(({ text }) => text)).toContain('in the channel')
  })

  test('the list of a channel manager has a channel created meanwhile', async () => {
    const stage = await inTeam()
    const { client } = stage
    const manager = client.createChannelManager({})
    manager.registerSubscriptions()
    await manager.queryChannels({ members: { $in: ['jane'] } }, { last_updated: -1 })
    const ids = () => manager.state.getLatestValue().channels.map(({ id }) => id)
    expect(ids()).toEqual(['team', 'town-hall'])
    const listed = new Promise<void>((resolve) => {
      manager.state.subscribe(() => ids().includes('meanwhile') && resolve())
    })
    await whileGone(stage, () => makeChannel(stage, 'meanwhile'))
    await listed
    expect(ids()).toEqual(['meanwhile', 'team', 'town-hall'])
    manager.unregisterSubscriptions()
  })

  test('a thousand channels are watched by the next socket in pages of thirty, four at a time', async () => {
    const { auth, client, liveSockets, tap, until } = await connected()
    for (let i = 0; i < 1000; i++) client.channel('messaging', `c${i}`)
    let underWay = 0
    let most = 0
    client.axiosInstance.interceptors.request.use((config) => {
      most = Math.max(most, ++underWay)
      return config
    })
    client.axiosInstance.interceptors.response.use((answer) => {
      underWay--
      return answer
    })
    await auth.refreshToken()
    await until(() => liveSockets.length === 3)
    expect(tap.requests.filter(({ path }) => path === '/channels')).toHaveLength(34)
    expect(most).toBe(4)
  })
})
