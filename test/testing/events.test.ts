import { StreamChat, type Event } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { nextEvent, refusal, serveRealClients } from './realClients.js'
import { speakAs } from './wireClient.js'

const chat = serveRealClients({
  channels: [
    { type: 'livestream', id: 'stage' },
    { type: 'messaging', id: 'duo', members: ['jane', 'bob'] },
  ],
})

const watching = async (userId: string, type = 'messaging', id = 'duo') => {
  const client = await chat.connect(userId)
  const channel = client.channel(type, id)
  await channel.watch()
  return { client, channel }
}

const custom = (fields: object) => fields as unknown as Event

describe('a custom event in a channel', () => {
  test('reaches all watchers, including its sender, with its fields unchanged', async () => {
    const jane = await watching('jane')
    const bob = await watching('bob')
    const heard = Promise.all([nextEvent(jane.channel, 'poke'), nextEvent(bob.channel, 'poke')])
    const fields = { error: { code: 43 }, me: { id: 'bob' }, connection_id: 'c1', text: 'Hi' }
    await jane.channel.sendEvent(custom({ type: 'poke', ...fields }))
    for (const event of await heard) {
      expect(event).toMatchObject({
        ...fields,
        cid: 'messaging:duo',
        channel_type: 'messaging',
        channel_id: 'duo',
        user: { id: 'jane' },
      })
    }
  })

  test('has the token’s user and its channel, whatever its fields claim', async () => {
    const jane = await watching('jane')
    const heard = nextEvent(jane.channel, 'poke')
    const forged = { cid: '*', channel_id: 'x', channel_type: 'y', created_at: 'z' }
    await jane.channel.sendEvent(custom({ type: 'poke', user: { id: 'bob' }, ...forged }))
    const event = await heard
    expect(event).toMatchObject({ user: { id: 'jane' }, cid: 'messaging:duo', channel_id: 'duo' })
    expect(event.created_at).not.toBe('z')
  })

  test('may have one of the connection’s own types', async () => {
    const { channel } = await watching('jane')
    const { event } = await channel.sendEvent(custom({ type: 'connection.error', error: {} }))
    expect(event).toMatchObject({ type: 'connection.error', cid: 'messaging:duo' })
  })

  test.each([{ type: 'message.new', message: {} }, { type: '' }, {}, { type: 5 }])(
    'is refused if it is invalid: %j',
    async (event) => {
      const { channel } = await watching('jane')
      await expect(channel.sendEvent(custom(event))).rejects.toEqual(refusal(4, 400))
    },
  )

  test('may be sent by a guest who reads the channel, but not by an anonymous reader or an outsider', async () => {
    const guest = await chat.connectGuest()
    const stage = guest.channel('livestream', 'stage')
    await stage.watch()
    const heard = nextEvent(stage, 'poke')
    await stage.sendEvent(custom({ type: 'poke' }))
    expect(await heard).toMatchObject({ user: { id: guest.userID } })
    const post = (client: StreamChat, cid: string) =>
      client.post(`${chat.url}/channels/${cid}/event`, { event: { type: 'poke' } })
    const anonymous = await chat.connectAnonymously()
    await expect(post(anonymous, 'livestream/stage')).rejects.toEqual(refusal(17, 403))
    const outsider = await chat.connect('eve')
    await expect(post(outsider, 'messaging/duo')).rejects.toEqual(refusal(17, 403))
  })
})

describe('the app’s server', () => {
  const secret = 'a-test-secret-that-is-long-enough-for-hs256'
  const serverClient = (knownSecret = secret) =>
    new StreamChat(chat.backend.apiKey, knownSecret, {
      baseURL: chat.url,
      allowServerSideConnect: true,
    })

  test('sends an event to all sockets of one user only', async () => {
    const laptop = await chat.connect('jane')
    const phone = await chat.connect('jane')
    const bob = await chat.connect('bob')
    const bobs: string[] = []
    bob.on((event) => void bobs.push(event.type))
    const heard = Promise.all([nextEvent(laptop, 'poke'), nextEvent(phone, 'poke')])
    await serverClient().sendUserCustomEvent('jane', { type: 'poke', error: { code: 40 } } as never)
    for (const event of await heard) expect(event).toMatchObject({ error: { code: 40 } })
    const last = nextEvent(bob, 'bye')
    await serverClient().sendUserCustomEvent('bob', { type: 'bye' })
    await last
    expect(bobs).not.toContain('poke')
  })

  test('names the sender of an event in a channel', async () => {
    const { channel } = await watching('jane')
    const heard = nextEvent(channel, 'poke')
    const sending = serverClient().channel('messaging', 'duo')
    await sending.sendEvent(custom({ type: 'poke', user: { id: 'bob' } }))
    expect(await heard).toMatchObject({ user: { id: 'bob' }, cid: 'messaging:duo' })
    await expect(sending.sendEvent(custom({ type: 'poke' }))).rejects.toEqual(refusal(4, 400))
  })

  test('gets an error for an unknown user or channel', async () => {
    const client = serverClient()
    const poke = { type: 'poke', user_id: 'bob' }
    const toNobody = client.sendUserCustomEvent('nobody', poke)
    await expect(toNobody).rejects.toEqual(refusal(16, 404))
    const nowhere = client.channel('messaging', 'nowhere').sendEvent(custom(poke))
    await expect(nowhere).rejects.toEqual(refusal(16, 404))
    await expect(client.queryUsers({})).rejects.toEqual(refusal(17, 403))
  })

  test('does not connect as a user', async () => {
    const token = new StreamChat(chat.backend.apiKey, secret).tokenManager.getToken()
    const { next } = speakAs(chat.backend, { userId: '', token: String(token) }).connect()
    expect(await next()).toMatchObject({ error: { code: 5 } })
  })

  test('is recognised only by the secret, and users may not use its routes', async () => {
    const forger = serverClient('another-secret-that-is-long-enough-too')
    const forging = forger.sendUserCustomEvent('jane', { type: 'poke' })
    await expect(forging).rejects.toMatchObject({ status: 401 })
    const jane = await chat.connect('jane')
    const posing = jane.sendUserCustomEvent('bob', { type: 'poke' })
    await expect(posing).rejects.toEqual(refusal(17, 403))
  })
})
