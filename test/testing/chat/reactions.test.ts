import { expect, test } from 'vitest'
import { nextEvent, serveRealClients } from '../realClients.js'

const messages = [{ userId: 'bob', text: 'Cake?' }]
const chat = serveRealClients({ channels: [{ type: 'messaging', id: 'open', messages }] })

const watching = async (userId: string) => {
  const client = await chat.connect(userId)
  const channel = client.channel('messaging', 'open')
  await channel.watch()
  return { client, channel, id: channel.state.messages[0]?.id ?? '' }
}

test('a reaction is counted and shown to all, and is an own reaction only for its user', async () => {
  const jane = await watching('jane')
  const bob = await watching('bob')
  const heard = nextEvent(bob.channel, 'reaction.new')
  const lies = { user_id: 'bob', user: { id: 'bob' } }
  const { message, reaction } = await jane.channel.sendReaction(jane.id, {
    type: 'love',
    emoji_code: '❤️',
    ...lies,
  } as never)
  expect(reaction).toMatchObject({ type: 'love', user_id: 'jane', emoji_code: '❤️' })
  expect(message).toMatchObject({
    reaction_counts: { love: 1 },
    reaction_scores: { love: 1 },
    reaction_groups: { love: { count: 1, sum_scores: 1 } },
    own_reactions: [{ user_id: 'jane' }],
  })
  expect(await heard).toMatchObject({ reaction: { user: { id: 'jane' } }, user: { id: 'jane' } })
  expect((await watching('bob')).channel.state.messages[0]).toMatchObject({
    latest_reactions: [{ type: 'love', user_id: 'jane' }],
    own_reactions: [],
  })
})

test('a user has one reaction per type, or only one if the request says so', async () => {
  const { channel, id } = await watching('jane')
  await channel.sendReaction(id, { type: 'love', score: 1 })
  const heard = nextEvent(channel, 'reaction.updated')
  await channel.sendReaction(id, { type: 'love', score: 5 })
  await heard
  const both = await channel.sendReaction(id, { type: 'like' })
  expect(both.message).toMatchObject({ reaction_scores: { love: 5, like: 1 } })
  const only = await channel.sendReaction(id, { type: 'wow' }, { enforce_unique: true })
  expect(only.message.reaction_counts).toEqual({ wow: 1 })
})

test('a reaction can be removed only by its user', async () => {
  const jane = await watching('jane')
  const bob = await watching('bob')
  await jane.channel.sendReaction(jane.id, { type: 'love' })
  await expect(bob.channel.deleteReaction(bob.id, 'love')).rejects.toMatchObject({ code: 16 })
  const heard = nextEvent(bob.channel, 'reaction.deleted')
  await expect(bob.channel.sendReaction(bob.id, { score: 1 } as never)).rejects.toMatchObject({
    code: 4,
  })
  const { message } = await jane.channel.deleteReaction(jane.id, 'love')
  expect(message).toMatchObject({ reaction_groups: {}, own_reactions: [] })
  await heard
})

test('reactions of a message are listed, all or of one type, the latest first', async () => {
  const jane = await watching('jane')
  const bob = await watching('bob')
  await jane.channel.sendReaction(jane.id, { type: 'love' })
  await bob.channel.sendReaction(bob.id, { type: 'love' })
  await bob.channel.sendReaction(bob.id, { type: 'like' })
  const all = await jane.channel.getReactions(jane.id, { limit: 2 })
  expect(all.reactions).toMatchObject([{ type: 'like' }, { type: 'love', user_id: 'bob' }])
  const some = await jane.client.queryReactions(jane.id, { type: 'love' })
  expect(some.reactions).toMatchObject([{ user_id: 'bob' }, { user_id: 'jane' }])
})
