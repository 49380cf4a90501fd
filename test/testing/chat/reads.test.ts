import { describe, expect, test } from 'vitest'
import { nextEvent, refusal, serveRealClients, watchEvents } from '../realClients.js'

const chat = serveRealClients({
  channels: [
    { type: 'messaging', id: 'open' },
    {
      type: 'messaging',
      id: 'duo',
      members: ['jane', 'bob'],
      messages: [
        { userId: 'bob', text: 'One' },
        { userId: 'jane', text: 'Two' },
        { userId: 'bob', text: 'Three' },
      ],
    },
  ],
})

const watching = async (userId: string, id = 'duo') => {
  const client = await chat.connect(userId)
  const channel = client.channel('messaging', id)
  await channel.watch()
  return { client, channel }
}

describe('the unread messages of a member', () => {
  test('are counted from the member’s own last message on', async () => {
    const { client, channel } = await watching('jane')
    expect(channel.countUnread()).toBe(1)
    expect(client.user).toMatchObject({ total_unread_count: 1, unread_channels: 1 })
    const bob = await watching('bob')
    expect(bob.channel.countUnread()).toBe(0)
    expect(bob.client.user).toMatchObject({ total_unread_count: 0, unread_channels: 0 })
  })

  test('are none after reading, also on the reader’s other devices', async () => {
    const jane = await watching('jane')
    const bob = await watching('bob')
    const phone = await chat.connect('jane')
    const seen = nextEvent(bob.channel, 'message.read')
    const told = nextEvent(phone, 'notification.mark_read')
    const bobs = watchEvents(bob.client)
    const answer = await jane.channel.markRead()
    const last = jane.channel.state.messages.at(-1)?.id
    expect(answer?.event).toMatchObject({ type: 'message.read', last_read_message_id: last })
    expect(await seen).toMatchObject({ user: { id: 'jane' }, last_read_message_id: last })
    expect(await told).toMatchObject({ cid: 'messaging:duo', unread_channels: 0 })
    expect(bob.channel.state.read['jane']).toMatchObject({ unread_messages: 0 })
    const heard = nextEvent(bob.channel, 'message.new')
    await jane.channel.sendMessage({ text: 'What came before this came before' })
    await heard
    expect(bobs).toEqual(['message.read', 'message.new'])

    expect((await watching('jane')).channel.countUnread()).toBe(0)
  })

  test('include neither threads nor deleted messages', async () => {
    const bob = await watching('bob')
    const parent_id = bob.channel.state.messages[0]?.id ?? ''
    await bob.channel.sendMessage({ text: 'In a thread', parent_id })
    await bob.channel.sendMessage({ id: 'four', text: 'Four' })
    await bob.client.deleteMessage('four')
    const { channel } = await watching('jane')
    expect(channel.countUnread()).toBe(1)
  })

  test('can start again at an earlier message', async () => {
    const { channel } = await watching('jane')
    await channel.markRead()
    const [one] = channel.state.messages
    const told = nextEvent(channel, 'notification.mark_unread')
    await channel.markUnread({ message_id: one?.id ?? '' })
    expect(await told).toMatchObject({ first_unread_message_id: one?.id, unread_messages: 2 })
    expect(channel.countUnread()).toBe(2)
    await expect(channel.markUnread({ message_id: 'none' })).rejects.toMatchObject({ code: 16 })
  })

  test('can be marked as read in all channels, or in named ones', async () => {
    const { client } = await watching('jane')
    await client.markChannelsRead({ read_by_channel: { 'messaging:open': '' } })
    expect((await watching('jane')).channel.countUnread()).toBe(1)
    await client.markChannelsRead()
    expect((await watching('jane')).channel.countUnread()).toBe(0)
  })

  test('are separate from unread threads', async () => {
    const jane = await watching('jane')
    const bob = await watching('bob')
    const parent_id = bob.channel.state.messages[0]?.id ?? ''
    const seen = nextEvent(bob.channel, 'message.read')
    await jane.channel.markAsReadRequest({ thread_id: parent_id })
    expect(await seen).toMatchObject({ thread: { parent_message_id: parent_id } })
    expect((await watching('jane')).channel.countUnread()).toBe(1)
  })
})

test('in an open channel, unread messages count from the first read', async () => {
  const jane = await watching('jane', 'open')
  const bob = await watching('bob', 'open')
  expect(jane.channel.state.read).not.toHaveProperty('bob')
  await jane.channel.markRead()
  await bob.channel.sendMessage({ text: 'Hi' })
  const { channel } = await watching('jane', 'open')
  expect(channel.state.read['jane']).toMatchObject({ unread_messages: 1 })
})

test('a delivery is sent to the watchers once, without earlier messages', async () => {
  const jane = await watching('jane')
  const bob = await watching('bob')
  const [one, , three] = jane.channel.state.messages
  const report = (id = '') =>
    jane.client.markChannelsDelivered({ latest_delivered_messages: [{ cid: 'messaging:duo', id }] })
  const told = nextEvent(bob.channel, 'message.delivered')
  await report(three?.id)
  expect(await told).toMatchObject({
    user: { id: 'jane' },
    last_delivered_message_id: three?.id,
  })
  const events = watchEvents(bob.client)
  await report(three?.id)
  await report(one?.id)
  await report('none')
  const seen = nextEvent(bob.channel, 'message.read')
  await jane.channel.markRead()
  await seen
  expect(events).not.toContain('message.delivered')
  const again = await watching('bob')
  expect(again.channel.state.read['jane']).toMatchObject({ last_delivered_message_id: three?.id })
})

describe('the report of unread messages', () => {
  test('lists the channels with unread messages, and sums them by type', async () => {
    const { client, channel } = await watching('jane')
    expect(await client.getUnreadCount()).toMatchObject({
      total_unread_count: 1,
      total_unread_threads_count: 0,
      channels: [{ channel_id: 'messaging:duo', unread_count: 1, last_read: expect.any(String) }],
      channel_type: [{ channel_type: 'messaging', channel_count: 1, unread_count: 1 }],
      threads: [],
    })

    await channel.markRead()

    expect(await client.getUnreadCount()).toMatchObject({
      total_unread_count: 0,
      channels: [],
      channel_type: [],
    })
  })

  test('is refused to an anonymous reader, who has read nothing', async () => {
    const reader = await chat.connectAnonymously()
    await expect(reader.getUnreadCount()).rejects.toEqual(refusal(17, 403))
  })
})
