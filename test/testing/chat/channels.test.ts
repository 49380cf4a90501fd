import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { createChatBackend } from '../../../src/testing/createChatBackend.js'
import { signIn, speakAnonymously, speakAs, type Json } from '../wireClient.js'

const backend = createChatBackend({
  channels: [
    { type: 'livestream', id: 'stage', messages: [{ userId: 'bob', text: 'Welcome' }] },
    { type: 'messaging', id: 'open' },
    { type: 'messaging', id: 'duo', name: 'Two', members: ['jane', 'bob'] },
  ],
})

beforeEach(() => backend.reset())
afterAll(() => backend.dispose())

const hello = { message: { text: 'Hello' } }

async function signInGuest(from = backend) {
  const { json } = await speakAnonymously(from).send('/guest', {
    body: { user: { id: 'visitor' } },
  })
  return speakAs(from, { userId: json.user.id as string, token: json.access_token as string })
}

const idsOf = async (speaker: ReturnType<typeof speakAs>, filter = {}) => {
  const { json } = await speaker.send('/channels', { body: { filter_conditions: filter } })
  return json.channels.map((state: Json) => state.channel.id).sort()
}

const outcome = async (answer: Promise<{ status: number; json: Json }>) => {
  const { status, json } = await answer
  return status < 300 ? status : [status, json.code]
}

describe('a user', () => {
  test('sees open channels and their own channels', async () => {
    expect(await idsOf(await signIn(backend, 'jane'))).toEqual(['duo', 'open', 'stage'])
    expect(await idsOf(await signIn(backend, 'eve'))).toEqual(['open', 'stage'])
  })

  test('finds channels by filter, in a GET as well', async () => {
    const jane = await signIn(backend)
    expect(await idsOf(jane, { type: 'livestream' })).toEqual(['stage'])
    expect(await idsOf(jane, { cid: { $in: ['messaging:duo', 'messaging:x'] } })).toEqual(['duo'])
    expect(await idsOf(jane, { members: { $in: ['bob'] }, name: 'Two' })).toEqual(['duo'])
    const payload = JSON.stringify({ filter_conditions: { id: 'open' } })
    const { json } = await jane.send('/channels', { query: { payload } })
    expect(json.channels).toHaveLength(1)
  })

  test('reads and posts, and is the sender whatever the message claims', async () => {
    const jane = await signIn(backend)
    const { status, json } = await jane.send('/channels/messaging/duo/message', {
      body: { message: { text: 'Hi <b>', user: { id: 'bob' }, mood: 'good' } },
    })
    expect(status).toBe(201)
    expect(json.message).toMatchObject({ text: 'Hi <b>', user: { id: 'jane' }, mood: 'good' })
    const read = await jane.send('/channels/messaging/duo/messages')
    expect(read.json.messages).toEqual([json.message])
    expect(backend.counters.messagesByUser).toEqual({ jane: 1 })
  })

  test('cannot store the same message twice', async () => {
    const jane = await signIn(backend)
    const body = { message: { id: 'm1', text: 'Once' } }
    expect(await outcome(jane.send('/channels/messaging/open/message', { body }))).toBe(201)
    expect(await outcome(jane.send('/channels/messaging/open/message', { body }))).toEqual([400, 4])
    expect(backend.counters.messagesByUser).toEqual({ jane: 1 })
  })

  test('is refused with 17 in channels of others', async () => {
    const eve = await signIn(backend, 'eve')
    expect(await outcome(eve.send('/channels/messaging/duo'))).toEqual([403, 17])
    const post = eve.send('/channels/messaging/duo/message', { body: hello })
    expect(await outcome(post)).toEqual([403, 17])
  })

  test('creates a channel by a query, and becomes a member', async () => {
    const jane = await signIn(backend)
    const { json } = await jane.send('/channels/messaging/new/query', {
      body: { data: { name: 'New', members: ['bob'] } },
    })
    expect(json.channel).toMatchObject({ cid: 'messaging:new', name: 'New', member_count: 2 })
    expect(json.membership.user_id).toBe('jane')
    expect(await idsOf(await signIn(backend, 'eve'))).not.toContain('new')
    const direct = await jane.send('/channels/messaging/query', { body: { data: { members: [] } } })
    expect(direct.json.channel.id).toMatch(/^!members-/)
  })
})

describe('an anonymous visitor', () => {
  test('sees livestreams only', async () => {
    const nobody = speakAnonymously(backend)
    expect(await idsOf(nobody)).toEqual(['stage'])
    const { json } = await nobody.send('/channels/livestream/stage/query', { body: {} })
    expect(json.messages[0].text).toBe('Welcome')
    expect(json.channel.own_capabilities).not.toContain('send-message')
    expect(await outcome(nobody.send('/channels/messaging/open'))).toEqual([403, 17])
  })

  test('can neither write nor create a channel', async () => {
    const nobody = speakAnonymously(backend)
    const post = nobody.send('/channels/livestream/stage/message', { body: hello })
    expect(await outcome(post)).toEqual([403, 17])
    const create = nobody.send('/channels/livestream/new/query', { body: {} })
    expect(await outcome(create)).toEqual([403, 17])
    expect(backend.counters.refused).toEqual({ 17: 2 })
  })
})

describe('a guest', () => {
  test('reads open channels, and posts to livestreams only', async () => {
    const guest = await signInGuest()
    expect(await idsOf(guest)).toEqual(['open', 'stage'])
    const toStage = guest.send('/channels/livestream/stage/message', { body: hello })
    expect(await outcome(toStage)).toBe(201)
    const toOpen = guest.send('/channels/messaging/open/message', { body: hello })
    expect(await outcome(toOpen)).toEqual([403, 17])
  })

  test('has the permissions of the `guests` option', async () => {
    const strict = createChatBackend({ guests: { read: ['livestream'], post: [] } })
    const guest = await signInGuest(strict)
    expect(await idsOf(guest)).toEqual(['town-hall'])
    const post = guest.send('/channels/livestream/town-hall/message', { body: hello })
    expect(await outcome(post)).toEqual([403, 17])
    strict.dispose()
  })
})

describe('watching', () => {
  test('a connection that watches a channel receives new messages, another does not', async () => {
    const jane = await signIn(backend, 'jane')
    const bob = await signIn(backend, 'bob')
    const janes = jane.connect()
    const bobs = bob.connect()
    await bobs.next()
    const { connection_id } = await janes.next()
    const watched = await jane.send('/channels/livestream/stage/query', {
      body: { watch: true },
      query: { connection_id },
    })
    expect(watched.json.watchers).toMatchObject([{ id: 'jane' }])
    await bob.send('/channels/livestream/stage/message', { body: hello })
    expect(await janes.next()).toMatchObject({
      type: 'message.new',
      cid: 'livestream:stage',
      channel_id: 'stage',
      channel_type: 'livestream',
      message: { text: 'Hello', user: { id: 'bob' } },
      user: { id: 'bob' },
    })
    expect(bobs.frames).toHaveLength(1)

    await jane.send('/channels/livestream/stage/stop-watching', {
      body: {},
      query: { connection_id },
    })
    await bob.send('/channels/livestream/stage/message', { body: hello })
    janes.socket.send('[{"type":"health.check","client_id":"c"}]')
    expect((await janes.next()).type).toBe('health.check')
  })

  test('a user cannot stop the watching of another', async () => {
    const jane = await signIn(backend, 'jane')
    const janes = jane.connect()
    const query = { connection_id: (await janes.next()).connection_id as string }
    await jane.send('/channels/livestream/stage/query', { body: { watch: true }, query })
    const bob = await signIn(backend, 'bob')
    await bob.send('/channels/livestream/stage/stop-watching', { body: {}, query })
    await bob.send('/channels/livestream/stage/message', { body: hello })
    expect((await janes.next()).type).toBe('message.new')
  })

  test('needs the user’s own live connection: 46 for another, 4 without one', async () => {
    const jane = await signIn(backend, 'jane')
    const bob = (await signIn(backend, 'bob')).connect()
    const { connection_id } = await bob.next()
    const watch = (query: Record<string, string>) =>
      outcome(jane.send('/channels/livestream/stage/query', { body: { watch: true }, query }))
    expect(await watch({ connection_id })).toEqual([400, 46])
    expect(await watch({ connection_id: 'gone' })).toEqual([400, 46])
    expect(await watch({})).toEqual([400, 4])
  })
})

test.each([
  ['an unknown path', '/nothing', {}, [404, 16]],
  ['an unknown channel', '/channels/livestream/none/messages', {}, [404, 16]],
  ['an unknown type of channel', '/channels/team/x/query', { body: {} }, [400, 4]],
  ['a message without text', '/channels/livestream/stage/message', { body: {} }, [400, 4]],
])('%s is refused', async (_, path, sent, expected) => {
  expect(await outcome((await signIn(backend)).send(path, sent))).toEqual(expected)
})

test('a body that is not JSON is a bad request', async () => {
  const response = await backend.fetch('/channels?api_key=test-key', {
    method: 'POST',
    headers: { 'stream-auth-type': 'anonymous' },
    body: '{',
  })
  expect(response.status).toBe(400)
})
