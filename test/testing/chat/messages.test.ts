import { describe, expect, test } from 'vitest'
import { nextEvent, refusal, textsOf, serveRealClients, watchEvents } from '../realClients.js'

const chat = serveRealClients({
  channels: [
    { type: 'livestream', id: 'stage' },
    {
      type: 'messaging',
      id: 'duo',
      members: ['jane', 'bob'],
      messages: [{ userId: 'bob', text: 'Hi' }],
    },
  ],
})

const duoOf = async (userId: string) => {
  const client = await chat.connect(userId)
  const channel = client.channel('messaging', 'duo')
  await channel.watch()
  return { client, channel }
}

describe('a message', () => {
  test('reaches all watchers, and is stored once with the token’s user as sender', async () => {
    const jane = await duoOf('jane')
    const bob = await duoOf('bob')
    const heard = nextEvent(bob.channel, 'message.new')
    await jane.channel.sendMessage({ id: 'jane-1', text: 'Lunch?' })
    expect((await heard).message).toMatchObject({ id: 'jane-1', user: { id: 'jane' } })
    expect(textsOf(bob.channel.state.messages)).toEqual(['Hi', 'Lunch?'])
    expect(chat.backend.messages('messaging:duo')).toMatchObject([
      { userId: 'bob', text: 'Hi' },
      { id: 'jane-1', userId: 'jane', text: 'Lunch?', parentId: null, isDeleted: false },
    ])
    expect(chat.backend.messages('messaging:none')).toEqual([])
  })

  test('is stored once if its id is sent twice, by any user in any channel', async () => {
    const jane = await duoOf('jane')
    const bob = await chat.connect('bob')
    const message = { id: 'm1', text: 'Once' }
    await jane.channel.sendMessage(message)
    await expect(jane.channel.sendMessage(message)).rejects.toThrow('already exists')
    await expect(bob.channel('livestream', 'stage').sendMessage(message)).rejects.toEqual(
      refusal(4, 400),
    )
    expect(textsOf(chat.backend.messages('messaging:duo'))).toEqual(['Hi', 'Once'])
    expect(chat.backend.messages('livestream:stage')).toEqual([])
  })

  test('ignores fields that only the backend may set', async () => {
    const { channel } = await duoOf('jane')
    const lies = {
      user: { id: 'bob' },
      user_id: 'bob',
      reply_count: 100,
      pinned: true,
      created_at: '2001-01-01T00:00:00Z',
      latest_reactions: [{ type: 'love', user_id: 'bob' }],
    }
    const { message } = await channel.sendMessage({ text: 'True', ...lies } as never)
    expect(message).toMatchObject({
      user: { id: 'jane' },
      reply_count: 0,
      pinned: false,
      latest_reactions: [],
    })
    expect(message).not.toHaveProperty('user_id')
    expect(message.created_at).not.toContain('2001')
  })

  test('is announced to members who do not watch, and to no other user', async () => {
    const jane = await duoOf('jane')
    const bob = await chat.connect('bob')
    const eve = await chat.connect('eve')
    const eves = watchEvents(eve)
    const janes = watchEvents(jane.client)
    const told = nextEvent(bob, 'notification.message_new')
    await jane.channel.sendMessage({ text: 'Bob?' })
    expect(await told).toMatchObject({
      channel: { cid: 'messaging:duo', config: { replies: true } },
      message: { text: 'Bob?' },
    })
    const stage = eve.channel('livestream', 'stage')
    await stage.watch()
    await stage.sendMessage({ text: 'Whatever was before this came before' })
    await stage.stopWatching()
    expect(eves).not.toContain('notification.message_new')
    expect(janes).not.toContain('notification.message_new')
  })

  test('may contain a quote, mentions and custom fields', async () => {
    const { channel } = await duoOf('jane')
    const quoted_message_id = channel.state.messages[0]?.id ?? ''
    const mentioned_users = ['bob', 'someone-unheard-of']
    const sent = { text: '@bob', quoted_message_id, mentioned_users, mood: 'good' }
    const { message } = await channel.sendMessage(sent as never)
    expect(message).toMatchObject({
      quoted_message: { text: 'Hi', user: { id: 'bob' } },
      mentioned_users: [{ id: 'bob' }],
      mood: 'good',
    })
  })

  test('may be an attachment without a text', async () => {
    const { channel } = await duoOf('jane')
    const attachments = [{ type: 'image', image_url: 'https://chat.test/cat.png' }]
    const { message } = await channel.sendMessage({ attachments })
    expect(message).toMatchObject({ text: '', attachments })
    const empty = channel.sendMessage({ attachments: [] })
    await expect(empty).rejects.toEqual(refusal(4, 400))
  })

  test('is not expanded without end if two messages quote each other', async () => {
    const { client, channel } = await duoOf('jane')
    await channel.sendMessage({ id: 'a', text: 'A' })
    await channel.sendMessage({ id: 'b', text: 'B', quoted_message_id: 'a' })
    const set = { quoted_message_id: 'b' } as never
    const { message } = await client.partialUpdateMessage('a', { set })
    expect(message.quoted_message).not.toHaveProperty('quoted_message')
  })
})

describe('the author of a message', () => {
  test('edits it, wholly or in part, and all watchers receive the change', async () => {
    const jane = await duoOf('jane')
    const bob = await duoOf('bob')
    await jane.channel.sendMessage({ id: 'm', text: 'Luch', mood: 'good' } as never)
    const heard = nextEvent(bob.channel, 'message.updated')
    await jane.client.updateMessage({ id: 'm', text: 'Lunch' })
    expect((await heard).message).toMatchObject({
      text: 'Lunch',
      user: { id: 'jane' },
      message_text_updated_at: expect.any(String) as string,
    })
    const { message } = await jane.client.partialUpdateMessage('m', { set: { text: 'Dinner' } })
    expect(message).toMatchObject({ text: 'Dinner' })
    expect(textsOf(chat.backend.messages('messaging:duo'))).toEqual(['Hi', 'Dinner'])
  })

  test('deletes it, soft or hard', async () => {
    const jane = await duoOf('jane')
    const bob = await duoOf('bob')
    await jane.channel.sendMessage({ id: 'soft', text: 'Secret', mood: 'bad' } as never)
    await jane.channel.sendMessage({ id: 'hard', text: 'More secret' })
    const gap = nextEvent(bob.channel, 'message.deleted')
    await jane.client.deleteMessage('soft')
    const { message } = await gap
    expect(message).toMatchObject({ type: 'deleted', text: '' })
    expect(message).not.toHaveProperty('mood')
    const gone = nextEvent(bob.channel, 'message.deleted')
    await jane.client.deleteMessage('hard', true)
    expect(await gone).toMatchObject({ hard_delete: true })
    expect(chat.backend.messages('messaging:duo')).toMatchObject([
      { text: 'Hi' },
      { id: 'soft', isDeleted: true },
    ])
    await expect(jane.client.updateMessage({ id: 'soft', text: 'Back' })).rejects.toEqual(
      refusal(4, 400),
    )
    await expect(jane.client.getMessage('hard')).rejects.toEqual(refusal(16, 404))
  })

  test('is the only one who may; anyone who may post may pin', async () => {
    const { client, channel } = await duoOf('jane')
    const bobs = channel.state.messages[0]?.id ?? ''
    const notAllowed = refusal(17, 403)
    await expect(client.updateMessage({ id: bobs, text: 'x' })).rejects.toEqual(notAllowed)
    const set = { text: 'x' }
    await expect(client.partialUpdateMessage(bobs, { set })).rejects.toEqual(notAllowed)
    await expect(client.deleteMessage(bobs)).rejects.toEqual(notAllowed)
    const eve = await chat.connect('eve')
    await expect(eve.getMessage(bobs)).rejects.toEqual(notAllowed)
    await expect(eve.pinMessage(bobs)).rejects.toEqual(notAllowed)

    await client.pinMessage(bobs)
    const pinned = await channel.query({})
    expect(pinned.pinned_messages).toMatchObject([{ id: bobs, pinned_by: { id: 'jane' } }])
    await client.unpinMessage(bobs)
    await channel.sendMessage({ id: 'mine', text: 'Mine' })
    await client.pinMessage('mine')
    await client.deleteMessage('mine')
    expect((await channel.query({})).pinned_messages).toEqual([])
  })
})

describe('a thread', () => {
  test('has its replies outside the channel’s own list', async () => {
    const jane = await duoOf('jane')
    const bob = await duoOf('bob')
    const parent_id = jane.channel.state.messages[0]?.id ?? ''
    const grown = nextEvent(bob.channel, 'message.updated')
    await jane.channel.sendMessage({ id: 'r1', text: 'Hello Bob', parent_id })
    expect((await grown).message).toMatchObject({
      id: parent_id,
      reply_count: 1,
      thread_participants: [{ id: 'jane' }],
    })
    await jane.channel.sendMessage({ text: 'For all', parent_id, show_in_channel: true })
    const { messages } = await bob.channel.getReplies(parent_id, { limit: 10 })
    expect(textsOf(messages)).toEqual(['Hello Bob', 'For all'])
    expect(messages[0]).toMatchObject({ parent_id, type: 'reply' })
    const older = await bob.channel.getReplies(parent_id, { limit: 1, id_gt: 'r1' })
    expect(textsOf(older.messages)).toEqual(['For all'])
    expect(textsOf((await bob.channel.query({})).messages)).toEqual(['Hi', 'For all'])
    await jane.client.deleteMessage('r1')
    expect((await bob.client.getMessage(parent_id)).message.reply_count).toBe(1)
  })

  test('is not announced to members who do not watch, unless the reply is also in the channel', async () => {
    const { channel } = await duoOf('jane')
    const bob = await chat.connect('bob')
    const news: unknown[] = []
    bob.on('notification.message_new', (event) => {
      news.push(event.message?.text)
    })
    const parent_id = channel.state.messages[0]?.id ?? ''
    await channel.sendMessage({ text: 'In the thread', parent_id })
    const told = nextEvent(bob, 'notification.message_new')
    await channel.sendMessage({ text: 'For all', parent_id, show_in_channel: true })
    await told
    expect(news).toEqual(['For all'])
  })

  test('starts at a message of the channel, not at a reply', async () => {
    const { channel } = await duoOf('jane')
    const parent_id = channel.state.messages[0]?.id ?? ''
    await channel.sendMessage({ id: 'r1', text: 'Reply', parent_id })
    for (const parent of ['r1', 'none']) {
      const sent = channel.sendMessage({ text: 'Lost', parent_id: parent })
      await expect(sent).rejects.toEqual(refusal(4, 400))
    }
  })
})

describe('users who may not post', () => {
  test('guests where they only read, anonymous readers everywhere', async () => {
    const jane = await duoOf('jane')
    const stage = jane.client.channel('livestream', 'stage')
    await stage.watch()
    const { message } = await stage.sendMessage({ text: 'Welcome' })
    const notAllowed = refusal(17, 403)
    const nobody = await chat.connectAnonymously()
    const theirs = nobody.channel('livestream', 'stage')
    await theirs.watch()
    expect(theirs.data?.own_capabilities).toEqual(['connect-events'])
    await expect(theirs.sendReaction(message.id, { type: 'love' })).rejects.toEqual(notAllowed)
    await expect(theirs.sendMessage({ text: 'x' })).rejects.toEqual(notAllowed)
    await expect(theirs.keystroke()).rejects.toEqual(notAllowed)
    await expect(nobody.pinMessage(message.id)).rejects.toEqual(notAllowed)
    await expect(nobody.markChannelsRead()).rejects.toEqual(notAllowed)

    const guest = await chat.connectGuest()
    const guests = guest.channel('livestream', 'stage')
    await guests.watch()
    await guests.sendReaction(message.id, { type: 'love' })
    await expect(guest.channel('messaging', 'duo').watch()).rejects.toEqual(notAllowed)
  })
})
