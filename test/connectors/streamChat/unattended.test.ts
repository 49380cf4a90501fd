import { LiveLocationManager, Thread, type Channel, type StreamChat } from 'stream-chat'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { later } from '../contract/stage.js'
import { connected } from '../realClient.js'

const unhandled: unknown[] = []
const onUnhandled = (reason: unknown) => void unhandled.push(reason)
beforeEach(() => void process.on('unhandledRejection', onUnhandled))
afterEach(() => void process.off('unhandledRejection', onUnhandled))

/** Waits for a task: Node reports unhandled rejections after its microtasks. */
const nextTask = () => new Promise((resolve) => setImmediate(resolve))

/** A call whose promise the client or stream-chat-react drops, and the path of its request. */
type Dropped = readonly [
  name: string,
  path: string,
  call: (client: StreamChat, channel: Channel, tell: (event: object) => void) => unknown,
]

const team = '/channels/messaging/team'

const poll = { id: 'p1', name: 'Lunch?', options: [], vote_counts_by_option: {} } as never

function edited(channel: Channel, text = 'Hello') {
  const composer = channel.messageComposer
  composer.updateConfig({ drafts: { enabled: true } })
  composer.registerSubscriptions()
  composer.textComposer.setText(text)
  return composer
}

const dropped: readonly Dropped[] = [
  ['a draft is saved', `${team}/draft`, (_, channel) => edited(channel).createDraft()],
  [
    'a draft is deleted, for its text is',
    `${team}/draft`,
    (_, channel) => {
      const composer = edited(channel)
      composer.state.partialNext({ draftId: 'd1' })
      composer.textComposer.setText('')
    },
  ],
  ['a channel is read', `${team}/read`, (_, channel) => channel.markRead()],
  ['somebody types', `${team}/event`, (_, channel) => channel.keystroke()],
  [
    'an option of a poll is chosen',
    '/messages/m1/polls/p1/vote',
    (client) => {
      client.polls.hydratePollCache([{ id: 'm1', poll_id: 'p1', poll } as never])
      return client.polls.fromState('p1')?.castVote('o1', 'm1')
    },
  ],
  [
    'a vote is taken back',
    '/messages/m1/polls/p1/vote/v1',
    (client) => {
      client.polls.hydratePollCache([{ id: 'm1', poll_id: 'p1', poll } as never])
      return client.polls.fromState('p1')?.removeVote('v1', 'm1')
    },
  ],
  [
    'a known poll is looked at again',
    '/polls/p1',
    (client) => {
      client.polls.hydratePollCache([{ id: 'm1', poll_id: 'p1', poll } as never])
      return client.polls.getPoll('p1')
    },
  ],
  [
    'a thread is loaded anew',
    '/threads/m1',
    (client, { data }) => {
      const created_at = '2026-01-01T00:00:00Z'
      const parent = { parent_message_id: 'm1', parent_message: { id: 'm1', created_at } }
      const replies = { latest_replies: [], reply_count: 0, thread_participants: [] }
      const threadData = { ...parent, ...replies, channel: data, created_at } as never
      return new Thread({ client, threadData }).reload()
    },
  ],
  [
    'a list watches the channel of an event',
    '/channels/messaging/new/query',
    (client, _, tell) => {
      const manager = client.createChannelManager({})
      manager.registerSubscriptions()
      manager.setChannels([])
      const channel = { id: 'new', type: 'messaging', cid: 'messaging:new' }
      tell({ type: 'notification.message_new', channel })
    },
  ],
  [
    'a channel asks for its rights, for an event has frozen it',
    `${team}/query`,
    (_, { data }, tell) =>
      tell({ type: 'channel.updated', cid: 'messaging:team', channel: { ...data, frozen: true } }),
  ],
  [
    'live locations are looked up',
    '/users/live_locations',
    (client) =>
      new LiveLocationManager({
        client,
        getDeviceId: () => 'd',
        watchLocation: () => () => {},
      }).init(),
  ],
]

describe.each(dropped)('a session that ends while %s', (_, path, call) => {
  test.each(['log-out', 'switch', 'dispose'])(
    'by a %s leaves no unhandled rejection, with the request in flight or held',
    async (how) => {
      for (const state of ['in flight', 'held']) {
        const stage = await connected()
        const { auth, backend, client, events, tap, until } = stage
        const channel = client.channel('messaging', 'team')
        await channel.watch()
        if (state === 'held') {
          backend.tokenEndpoint.fault = '500'
          await backend.revokeTokens('jane')
          client.get(`${client.baseURL}/me`).catch(() => {})
          await until(() => events.some(({ type }) => type === 'token-request-failed'))
        }
        tap.requests.length = 0
        const before = events.filter(({ type }) => type === 'request-held').length
        const release = tap.holdAnswers(path)
        void call(client, channel, (event) => tap.say(JSON.stringify(event)))
        await until(() =>
          state === 'held'
            ? events.filter(({ type }) => type === 'request-held').length > before
            : tap.requests.some((request) => request.path.split('?')[0] === path),
        )
        backend.tokenEndpoint.fault = null
        if (how === 'log-out') void auth.disconnectUser()
        else if (how === 'switch') void auth.switchUser({ id: 'bob' })
        else auth.dispose()
        await until(() => events.some(({ type }) => type === 'session-ended'))
        release()
        if (how === 'switch') await until(() => auth.getState().status === 'connected')
        await nextTask()
        await nextTask()
        expect(unhandled).toEqual([])
        auth.dispose()
      }
    },
  )
})

describe('a log-out of a stream-chat session', () => {
  async function writing() {
    const stage = await connected()
    const channel = stage.client.channel('messaging', 'team')
    await channel.watch()
    return { ...stage, channel }
  }

  const draftOf = async ({ auth }: Awaited<ReturnType<typeof writing>>) => {
    await auth.connectUser({ id: 'jane' })
    const answer = await auth.fetch(`${team}/draft`)
    return ((await answer.json()) as { draft?: { message: { text: string } } }).draft
  }

  test('waits until a draft in flight is saved', async () => {
    const stage = await writing()
    const { auth, events, tap, until, channel } = stage
    const release = tap.holdAnswers(`${team}/draft`)
    const saving = edited(channel).createDraft()
    await until(() => tap.requests.some(({ path }) => path.startsWith(`${team}/draft`)))
    const leaving = auth.disconnectUser()
    await until(() => events.some(({ type }) => type === 'session-ended'))
    release()
    await saving
    await leaving
    expect(events.map(({ type }) => type)).not.toContain('draft-lost')
    expect((await draftOf(stage))?.message.text).toBe('Hello')
  })

  test('reports a draft that could not be sent yet as lost', async () => {
    const stage = await writing()
    const { auth, backend, events, until, channel } = stage
    backend.tokenEndpoint.fault = '500'
    await backend.revokeTokens('jane')
    const saving = edited(channel).createDraft()
    await until(() => events.some(({ type }) => type === 'request-held'))
    await auth.disconnectUser()
    await saving
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'draft-lost', cid: 'messaging:team' }),
    )
    backend.tokenEndpoint.fault = null
    expect(await draftOf(stage)).toBeUndefined()
  })

  test('reports a draft whose saving begins only then as lost', async () => {
    const { auth, events, channel } = await writing()
    const composer = edited(channel)
    await auth.disconnectUser()
    await composer.channel.createDraft({ text: 'Hello' })
    expect(events.filter(({ type }) => type === 'draft-lost')).toHaveLength(1)
  })

  test.each([
    ['a message', `${team}/message`, (channel: Channel) => channel.sendMessage({ text: 'Hello' })],
    ['a channel', `${team}/query`, (channel: Channel) => channel.watch()],
    ['replies', '/messages/m1/replies', (channel: Channel) => channel.getReplies('m1', {})],
  ])('rejects a caller that awaits %s with session-ended', async (_, path, ask) => {
    const { auth, channel, tap, until } = await writing()
    tap.requests.length = 0
    const release = tap.holdAnswers(path)
    const asked = later<unknown>(ask(channel))
    await until(() => tap.requests.length > 0)
    await auth.disconnectUser()
    release()
    await expect(asked).rejects.toMatchObject({ code: 'session-ended' })
  })
})
