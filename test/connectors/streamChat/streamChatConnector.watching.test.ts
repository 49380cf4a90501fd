import type { EventTypes } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { connected, next, onceHeard } from '../realClient.js'

describe('a channel that the client watches', () => {
  async function watching() {
    const stage = await connected()
    const channel = stage.client.channel('messaging', 'team')
    await channel.watch()
    const texts: (string | undefined)[] = []
    channel.on('message.new', ({ message }) => void texts.push(message?.text))
    /** Writes as another user on the same backend. */
    const say = async (text: string) => {
      const heard = next(channel, 'message.new')
      const { backend, target } = stage
      await fetch(
        `${target.baseUrl}/channels/messaging/team/message?user_id=bob&api_key=${backend.apiKey}`,
        {
          method: 'POST',
          headers: {
            Authorization: await backend.createToken('bob'),
            'stream-auth-type': 'jwt',
            'Content-Type': 'application/json',
          },
          body: JSON.stringify({ message: { text } }),
        },
      )
      return heard
    }
    return { ...stage, channel, texts, say }
  }

  test('is still watched after a rotation, and each event arrives once', async () => {
    const { auth, channel, texts, say, until, liveSockets } = await watching()
    await say('one')
    await auth.refreshToken()
    await until(() => liveSockets.length === 3)
    await say('two')
    expect(texts).toEqual(['one', 'two'])
    const shown = channel.state.messages.map(({ text }) => text)
    expect(shown.filter((text) => text === 'one' || text === 'two')).toEqual(['one', 'two'])
  })

  test('delivers each event once, whatever happens during a rotation', async () => {
    const { auth, backend, client, channel, liveSockets, until } = await watching()
    const [first] = backend.messages('messaging:team')
    await channel.getReplies(first!.id, { limit: 25 })
    const heard: (string | undefined)[] = []
    client.on('message.new', ({ message }) => void heard.push(message?.text))
    const token = await backend.createToken('bob')
    const written: Promise<unknown>[] = []
    const say = (parent?: string) => {
      const url = `${backend.url}/channels/messaging/team/message?user_id=bob&api_key=${backend.apiKey}`
      const message = { text: `${written.length}`, ...(parent && { parent_id: parent }) }
      const headers = { Authorization: token, 'stream-auth-type': 'jwt' }
      const body = JSON.stringify({ message })
      written.push(backend.fetch(url, { method: 'POST', headers, body }))
    }
    let live = 1
    const stop = backend.subscribe(() => {
      if (backend.counters.liveSockets === live) return
      live = backend.counters.liveSockets
      for (let i = 0; i < 3; i++) {
        say()
        say(first!.id)
      }
    })
    for (let rotation = 1; rotation <= 5; rotation++) {
      await auth.refreshToken()
      await until(() => liveSockets.length === 1 + 2 * rotation)
    }
    stop()
    await Promise.all(written)
    await onceHeard(client, () => heard.length >= written.length)
    expect(new Set(heard)).toEqual(new Set(written.map((_, i) => `${i}`)))
    expect(heard).toHaveLength(written.length)
    expect(channel.state.threads[first!.id]).toHaveLength(written.length / 2)
  })

  test.each(['drop', 'flood', 'refresh'])(
    'is queried again after a %s during a rotation, because events may be missing',
    async (what) => {
      const { auth, client, liveSockets, tap, until } = await watching()
      const recovered = next(client, 'connection.recovered')
      const release = tap.holdAnswers('/channels')
      await auth.refreshToken()
      await until(() => liveSockets.at(-1) === 2)
      await until(() => tap.requests.some(({ path }) => path === '/channels'))
      switch (what) {
        case 'drop':
          tap.breakOldest()
          await until(() => liveSockets.at(-1) === 1)
          break
        case 'flood':
          for (let n = 0; n <= 5000; n++) tap.sayToNewest('{"type":"noise"}')
          await next(client, 'noise' as EventTypes)
          break
        default:
          // A third socket: the first goes, whose last events may be lost.
          await auth.refreshToken()
          await until(() => liveSockets.length >= 4)
      }
      release()
      await recovered
      expect(auth.getState().status).toBe('connected')
    },
  )

  test('delivers events after a frame that makes the client throw, which is reported', async () => {
    const { auth, client, tap, events } = await watching()
    const last = next(client, 'last' as EventTypes)
    const user = { id: 'bob' }
    tap.say('{"type":"notification.channel_mutes_updated","me":{"channel_mutes":[null]}}')
    const message = { id: 'm1', user, type: 'regular', created_at: '2026-01-01T00:00:00Z' }
    tap.say(JSON.stringify({ type: 'message.new', cid: 'messaging:team', message, user }))
    tap.say('{"type":"last"}')
    await last
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'frame-ignored', reason: 'client-failed' }),
    )
    expect(auth.getState().status).toBe('connected')
  })

  test('is still watched after a rotation and a drop, among any number of channels', async () => {
    const { auth, backend, client, liveSockets, until } = await connected()
    const ids = Array.from({ length: 40 }, (_, i) => `c${i}`)
    for (const id of ids) await client.channel('messaging', id).watch()
    const heard = new Set<string | undefined>()
    client.on('message.new', ({ channel_id }) => void heard.add(channel_id))
    const token = await backend.createToken('jane')
    const sayEverywhere = async () => {
      for (const id of ids) {
        await backend.fetch(
          `${backend.url}/channels/messaging/${id}/message?user_id=jane&api_key=${backend.apiKey}`,
          {
            method: 'POST',
            headers: { Authorization: token, 'stream-auth-type': 'jwt' },
            body: JSON.stringify({ message: { text: 'hi' } }),
          },
        )
      }
    }
    await auth.refreshToken()
    await until(() => liveSockets.length === 3)
    await sayEverywhere()
    await onceHeard(client, () => heard.size === 40)
    heard.clear()
    const recovered = next(client, 'connection.recovered')
    backend.dropConnections()
    await recovered
    await sayEverywhere()
    await onceHeard(client, () => heard.size === 40)
    expect(heard).toEqual(new Set(ids))
  })

  test('delivers its events to the client too if auth.fetch queried it', async () => {
    const { auth, client } = await connected()
    const path = '/channels/messaging/team'
    const post = (to: string, body: object) =>
      auth.fetch(path + to, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await post('/query', { watch: true, state: true })).ok).toBe(true)
    const heard = next(client, 'message.new')
    await post('/message', { message: { text: 'by fetch' } })
    expect((await heard).message?.text).toBe('by fetch')
  })

  test('is queried without a socket after the token’s refusal, and watched once there is one', async () => {
    const stage = await connected()
    const { backend, client, tap, until } = stage
    backend.socketExpiry = 'error-event'
    const release = tap.holdAnswers('/channels/messaging/team/query')
    const channel = client.channel('messaging', 'team')
    const recovered = next(client, 'connection.recovered')
    const asked = channel.watch()
    await backend.revokeTokens('jane')
    await until(() => tap.requests.length === 1)
    release()
    await asked
    await recovered
    const heard = next(channel, 'message.new')
    await channel.sendMessage({ text: 'here' })
    expect((await heard).message?.text).toBe('here')
  })

  test('is watched again after a drop, and has the missed messages', async () => {
    const { auth, backend, client, channel, say, setOnline, until } = await watching()
    setOnline(false)
    backend.dropConnections()
    await until(() => auth.getState().status === 'reconnecting')
    expect(client.wsConnection).toBeNull()
    await channel.sendMessage({ text: 'in between' })
    const recovered = next(client, 'connection.recovered')
    setOnline(true)
    await recovered
    expect(channel.state.messages.map(({ text }) => text)).toContain('in between')
    expect((await say('after')).message?.text).toBe('after')
  })
})
