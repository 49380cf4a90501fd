import type { StreamChat } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { refusal, textsOf, serveRealClients } from './realClients.js'

const messages = Array.from({ length: 10 }, (_, i) => ({ userId: 'bob', text: String(i) }))

const chat = serveRealClients({
  channels: [
    { type: 'livestream', id: 'stage', name: 'Stage', messages },
    { type: 'messaging', id: 'duo', name: 'Two', members: ['jane', 'bob'] },
    { type: 'messaging', id: 'trio', name: 'Three', members: ['jane', 'bob', 'eve'] },
  ],
})

const idsOf = async (client: StreamChat, filter: object, sort: object = [], options = {}) => {
  const channels = await client.queryChannels(filter as never, sort as never, options)
  return channels.map((channel) => channel.id)
}

describe('a query of channels', () => {
  test.each([
    [{ type: 'messaging' }, ['trio', 'duo']],
    [{ type: { $eq: 'livestream' } }, ['stage']],
    [{ type: { $ne: 'livestream' } }, ['trio', 'duo']],
    [{ id: { $in: ['duo', 'stage'] } }, ['stage', 'duo']],
    [{ id: { $nin: ['duo', 'stage'] } }, ['trio']],
    [{ members: { $in: ['bob'] } }, ['stage', 'trio', 'duo']],
    [{ members: { $in: ['eve'] } }, ['trio']],
    [{ members: { $eq: ['jane', 'bob'] }, type: 'messaging' }, ['trio', 'duo']],
    [{ $and: [{ type: 'messaging' }, { name: 'Two' }] }, ['duo']],
    [{ $or: [{ id: 'stage' }, { name: 'Two' }] }, ['stage', 'duo']],
    [{ $nor: [{ id: 'stage' }, { name: 'Two' }] }, ['trio']],
    [{ member_count: { $gt: 2 } }, ['trio']],
    [{ member_count: { $gte: 2 } }, ['trio', 'duo']],
    [{ member_count: { $gte: 1, $lt: 3 } }, ['duo']],
    [{ member_count: { $lte: 2 } }, ['stage', 'duo']],
    [{ last_message_at: { $exists: true } }, ['stage']],
    [{ last_message_at: { $lt: '2001-01-01' } }, []],
    [{ name: { $autocomplete: 't' } }, ['stage', 'trio', 'duo']],
    [{ archived: false, hidden: false, joined: true, type: 'messaging' }, ['trio', 'duo']],
    [{ has_unread: true }, []],
  ])('finds by %j', async (filter, ids) => {
    const jane = await chat.connect('jane')
    expect(new Set(await idsOf(jane, filter))).toEqual(new Set(ids))
  })

  test('refuses an unknown operator', async () => {
    const jane = await chat.connect('jane')
    await expect(idsOf(jane, { id: { $regex: '.' } })).rejects.toEqual(refusal(4, 400))
  })

  test('sorts with missing values last, and returns pages', async () => {
    const jane = await chat.connect('jane')
    expect(await idsOf(jane, {}, { member_count: 1 })).toEqual(['stage', 'duo', 'trio'])
    expect(await idsOf(jane, {}, [{ type: -1 }, { name: 1 }])).toEqual(['trio', 'duo', 'stage'])
    expect(await idsOf(jane, {}, { last_message_at: 1 })).toEqual(['stage', 'trio', 'duo'])
    const page = { limit: 1, offset: 1 }
    expect(await idsOf(jane, {}, { member_count: 1 }, page)).toEqual(['duo'])
  })

  test('filters by the caller’s pinned, archived and unread channels', async () => {
    const jane = await chat.connect('jane')
    const duo = jane.channel('messaging', 'duo')
    await duo.watch()
    const { pinned_at } = await duo.pin()
    expect(typeof pinned_at).toBe('string')
    await jane.channel('messaging', 'trio').archive()
    expect(await idsOf(jane, { pinned: true })).toEqual(['duo'])
    expect(await idsOf(jane, { archived: true })).toEqual(['trio'])
    expect(await idsOf(jane, {}, [{ pinned_at: -1 }])).toEqual(['duo', 'trio', 'stage'])
    await duo.unpin()
    expect(await idsOf(jane, { pinned: true })).toEqual([])
    const bob = await chat.connect('bob')
    expect(await idsOf(bob, { archived: true })).toEqual([])
    await bob.channel('messaging', 'duo').sendMessage({ text: 'Jane?' })
    expect(await idsOf(jane, { has_unread: true })).toEqual(['duo'])
    const stage = jane.channel('livestream', 'stage')
    await expect(stage.pin()).rejects.toEqual(refusal(16, 404))
    const forBob = duo.partialUpdateMember('bob', { set: { pinned: true } } as never)
    await expect(forBob).rejects.toEqual(refusal(16, 404))
  })

  test('returns the requested number of messages, or no state', async () => {
    const jane = await chat.connect('jane')
    const [stage] = await jane.queryChannels({ id: 'stage' }, [], { message_limit: 2 })
    expect(textsOf(stage?.state.messages ?? [])).toEqual(['8', '9'])
    const bare = await jane.queryChannelsRequest({ id: 'stage' }, [], { state: false })
    expect(bare[0]?.messages).toEqual([])
  })
})

describe('a page of messages', () => {
  const stage = async () => {
    const jane = await chat.connect('jane')
    const channel = jane.channel('livestream', 'stage')
    await channel.watch()
    const [three] = channel.state.messages.filter((message) => message.text === '3')
    return { channel, id: three?.id ?? '', at: three?.created_at.toISOString() ?? '' }
  }

  test.each([
    ['id_lt', 'id', '12'],
    ['id_lte', 'id', '23'],
    ['id_gt', 'id', '45'],
    ['id_gte', 'id', '34'],
    ['id_around', 'id', '23'],
    ['created_at_before', 'at', '12'],
    ['created_at_before_or_equal', 'at', '23'],
    ['created_at_after', 'at', '45'],
    ['created_at_after_or_equal', 'at', '34'],
    ['created_at_around', 'at', '23'],
  ] as const)('by %s is next to the %s', async (name, mark, texts) => {
    const { channel, ...marks } = await stage()
    const { messages: page } = await channel.query({ messages: { [name]: marks[mark], limit: 2 } })
    expect(textsOf(page).join('')).toBe(texts)
  })

  test('is the latest by default, empty with a limit of 0, and full at either end', async () => {
    const { channel } = await stage()
    const page = async (query: object) => {
      const answer = await channel.query({ messages: query as never })
      return textsOf(answer.messages).join('')
    }
    expect(await page({ limit: 3 })).toBe('789')
    expect(await page({ limit: 0 })).toBe('')
    const ids = channel.state.messages.map((message) => message.id)
    expect(await page({ id_around: ids[0], limit: 4 })).toBe('0123')
    expect(await page({ id_around: ids[9], limit: 4 })).toBe('6789')
  })

  test('may consist of named messages', async () => {
    const { channel, id } = await stage()
    const { messages: found } = await channel.getMessagesById([id, 'none'])
    expect(textsOf(found)).toEqual(['3'])
  })
})

test('members and users are found by name', async () => {
  const jane = await chat.connect('jane')
  const trio = jane.channel('messaging', 'trio')
  const { members } = await trio.queryMembers({ name: { $autocomplete: 'bo' } }, { created_at: 1 })
  expect(members).toMatchObject([{ user_id: 'bob', user: { name: 'Bob' } }])
  const all = await trio.queryMembers({}, [], { limit: 2, offset: 1 })
  expect(all.members.map((member) => member.user_id)).toEqual(['bob', 'eve'])
  const { users } = await jane.queryUsers({ id: { $in: ['bob'] } })
  expect(users).toMatchObject([{ id: 'bob' }])
  const eve = await chat.connect('eve')
  await expect(eve.channel('messaging', 'duo').queryMembers({})).rejects.toEqual(refusal(17, 403))
})
