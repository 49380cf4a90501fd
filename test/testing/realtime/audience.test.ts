import { describe, expect, test, vi } from 'vitest'
import { nextEvent, refusal, serveRealClients, watchEvents } from '../realClients.js'

const chat = serveRealClients({
  channels: [
    { type: 'livestream', id: 'stage' },
    { type: 'messaging', id: 'duo', members: ['jane', 'bob'] },
  ],
})

const watching = async (userId: string, type = 'messaging', id = 'duo') => {
  const client = await chat.connect(userId)
  const channel = client.channel(type, id)
  await channel.watch({ presence: true })
  return { client, channel }
}

describe('typing', () => {
  test('is sent to the other watchers, with the token’s user', async () => {
    const jane = await watching('jane')
    const bob = await watching('bob')
    const janes = watchEvents(jane.client)
    const started = nextEvent(bob.channel, 'typing.start')
    await jane.channel.keystroke('thread', { user_id: 'bob' })
    expect(await started).toMatchObject({ user: { id: 'jane' }, parent_id: 'thread' })
    const stopped = nextEvent(bob.channel, 'typing.stop')
    await jane.channel.stopTyping()
    expect(await stopped).toMatchObject({ user: { id: 'jane' }, channel_id: 'duo' })

    const heard = nextEvent(jane.channel, 'message.new')
    await bob.channel.sendMessage({ text: 'What came before this came before' })
    await heard
    expect(janes.filter((type) => type.startsWith('typing'))).toEqual([])
  })
})

describe('watchers of a channel', () => {
  test('are announced when they come, stop watching or disconnect', async () => {
    const jane = await watching('jane', 'livestream', 'stage')
    const came = nextEvent(jane.channel, 'user.watching.start')
    const bob = await watching('bob', 'livestream', 'stage')
    expect(await came).toMatchObject({ user: { id: 'bob' }, watcher_count: 2 })
    expect(bob.channel.state.watcher_count).toBe(2)
    const left = nextEvent(jane.channel, 'user.watching.stop')
    await bob.channel.stopWatching()
    expect(await left).toMatchObject({ user: { id: 'bob' }, watcher_count: 1 })

    await bob.channel.watch()
    const gone = nextEvent(jane.channel, 'user.watching.stop')
    await bob.client.disconnectUser()
    expect(await gone).toMatchObject({ user: { id: 'bob' }, watcher_count: 1 })
  })

  test('on two devices count until both have stopped', async () => {
    const jane = await watching('jane', 'livestream', 'stage')
    const seen = watchEvents(jane.client)
    const phone = await watching('bob', 'livestream', 'stage')
    const laptop = await watching('bob', 'livestream', 'stage')
    await phone.channel.stopWatching()
    const heard = nextEvent(jane.channel, 'message.new')
    await laptop.channel.sendMessage({ text: 'Still here' })
    await heard
    const gone = nextEvent(jane.channel, 'user.watching.stop')
    await laptop.channel.stopWatching()
    await gone
    // They are gone already.
    await laptop.channel.stopWatching()
    const last = nextEvent(jane.channel, 'message.new')
    await phone.channel.sendMessage({ text: 'Bye' })
    await last
    expect(seen).toEqual([
      'user.watching.start',
      'message.new',
      'user.watching.stop',
      'message.new',
    ])
  })
})

describe('presence', () => {
  test('of members is sent to users who asked for it', async () => {
    const jane = await watching('jane')
    expect(jane.channel.state.members['bob']?.user?.online).toBe(false)
    const came = nextEvent(jane.client, 'user.presence.changed')
    const bob = await chat.connect('bob')
    expect((await came).user).toMatchObject({ id: 'bob', online: true })
    const left = nextEvent(jane.client, 'user.presence.changed')
    await bob.disconnectUser()
    expect((await left).user).toMatchObject({
      online: false,
      last_active: expect.anything() as unknown,
    })
  })

  test('is sent for the first device that connects and the last that disconnects', async () => {
    const jane = await watching('jane')
    const seen: unknown[] = []
    jane.client.on('user.presence.changed', (event) => {
      seen.push(event.user?.online)
    })
    const phone = await chat.connect('bob')
    const laptop = await chat.connect('bob')
    await phone.disconnectUser()
    await vi.waitUntil(() => chat.backend.counters.liveSockets === 2)
    const heard = nextEvent(jane.channel, 'message.new')
    await laptop.channel('messaging', 'duo').sendMessage({ text: 'Still here' })
    await heard
    expect(seen).toEqual([true])
    const left = nextEvent(jane.client, 'user.presence.changed')
    await laptop.disconnectUser()
    await left
    expect(seen).toEqual([true, false])
  })

  test('is sent to no other user', async () => {
    const eve = await chat.connect('eve')
    const seen = watchEvents(eve)
    await chat.connect('bob')
    const stage = eve.channel('livestream', 'stage')
    await stage.watch()
    const heard = nextEvent(stage, 'message.new')
    await stage.sendMessage({ text: 'What came before this came before' })
    await heard
    expect(seen).not.toContain('user.presence.changed')
  })
})

test('a new channel is announced to its members', async () => {
  const bob = await chat.connect('bob')
  const jane = await chat.connect('jane')
  const added = nextEvent(bob, 'notification.added_to_channel')
  const made = jane.channel('messaging', 'plans', { members: ['jane', 'bob'] })
  await made.watch()
  expect((await added).channel).toMatchObject({ cid: 'messaging:plans', member_count: 2 })
  expect(made.state.membership).toMatchObject({ user: { id: 'jane' } })

  const events = watchEvents(bob)
  const own = nextEvent(bob, 'notification.message_new')
  await made.watch()
  await made.sendMessage({ text: 'Found again, so announced once' })
  await own
  expect(events).not.toContain('notification.added_to_channel')
})

test('the same members share one channel without an id', async () => {
  const jane = await chat.connect('jane')
  const bob = await chat.connect('bob')
  const first = jane.channel('messaging', { members: ['jane', 'bob'] })
  await first.watch()
  const second = bob.channel('messaging', { members: ['bob', 'jane'] })
  await second.watch()
  expect(second.cid).toBe(first.cid)
  expect(first.cid).not.toBe('messaging:duo')
  const other = bob.channel('messaging', { members: ['bob', 'eve'] })
  await other.watch()
  expect(other.cid).not.toBe(first.cid)
  const stage = bob.channel('livestream', { members: ['bob', 'jane'] })
  await stage.watch()
  expect(stage.cid).toMatch(/^livestream:!members-/)
})

test('a block is kept for the next connection', async () => {
  const jane = await chat.connect('jane')
  await jane.blockUser('bob')
  await jane.blockUser('eve')
  await jane.unBlockUser('eve')
  const again = await chat.connect('jane')
  expect(again.blockedUsers.getLatestValue().userIds).toEqual(['bob'])
  await expect((await chat.connectAnonymously()).blockUser('bob')).rejects.toEqual(refusal(17, 403))
  chat.backend.reset()
  const anew = await chat.connect('jane')
  expect(anew.blockedUsers.getLatestValue().userIds).toEqual([])
})
