import { StreamChat } from 'stream-chat'
import { expect, onTestFinished, test } from 'vitest'
import { createManualClock } from '../../../src/testing/controls/createManualClock.js'
import { createChatBackend } from '../../../src/testing/createChatBackend.js'
import { serveBackend } from '../../support/serveBackend.js'
import { nextEvent } from '../realClients.js'

/** A backend whose sockets a firewall blocks, and a real client that falls back to polling. */
async function behindFirewall() {
  const backend = createChatBackend()
  const polls: URLSearchParams[] = []
  const served = await serveBackend(backend, {
    refuseUpgrade: () => 403,
    intercept({ url }) {
      const { pathname, searchParams } = new URL(url ?? '', 'http://localhost')
      if (pathname === '/longpoll') polls.push(searchParams)
      return false
    },
  })
  onTestFinished(async () => {
    backend.dispose()
    await served.close()
  })

  function connect(id: string, token: string | (() => Promise<string>)) {
    const client = new StreamChat(backend.apiKey, {
      baseURL: served.url,
      allowServerSideConnect: true,
      enableWSFallback: true,
    })
    // The client tries the WebSocket for so long before it polls.
    client.defaultWSTimeoutWithFallback = 50
    onTestFinished(() => client.disconnectUser())
    return { client, connected: client.connectUser({ id, name: id }, token) }
  }

  return { backend, polls, connect }
}

test('the real client connects by polling, and hears what others say and do, in order', async () => {
  const { backend, connect } = await behindFirewall()
  const jane = connect('jane', await backend.createToken('jane'))
  const bob = connect('bob', await backend.createToken('bob'))
  await Promise.all([jane.connected, bob.connected])
  expect(jane.client.wsFallback?.isHealthy()).toBe(true)
  expect(backend.counters.liveSockets).toBe(2)
  const channel = jane.client.channel('messaging', 'talk', { members: ['jane', 'bob'] })
  await channel.watch()
  const heard: unknown[] = []
  const third = new Promise<void>((resolve) => {
    channel.on('message.new', ({ message }) => {
      if (heard.push(message?.text) === 3) resolve()
    })
  })
  const same = bob.client.channel('messaging', 'talk')
  for (const text of ['one', 'two', 'three']) await same.sendMessage({ text })
  await third
  expect(heard).toEqual(['one', 'two', 'three'])
})

test('a lost line is unknown, and the real client connects anew', async () => {
  const { backend, polls, connect } = await behindFirewall()
  const { client, connected } = connect('jane', await backend.createToken('jane'))
  await connected
  const before = client.wsFallback?.connectionID
  const isBack = nextEvent(client, 'connection.recovered')
  backend.dropConnections()
  await isBack
  expect(client.wsFallback?.connectionID).not.toBe(before)
  expect(polls.filter((query) => query.has('json'))).toHaveLength(2)
  expect(backend.counters.liveSockets).toBe(1)
})

test('a client that leaves says so, and its line is gone', async () => {
  const { backend, polls, connect } = await behindFirewall()
  const { client, connected } = connect('jane', await backend.createToken('jane'))
  await connected
  await client.disconnectUser()
  expect(polls.at(-1)?.get('close')).toBe('true')
  expect(backend.counters.liveSockets).toBe(0)
})

test('a token that is refused is refused here as well', async () => {
  const { backend, connect } = await behindFirewall()
  const token = await backend.createToken('jane')
  backend.secret = 'another one, with which nothing was signed so far'
  await expect(connect('jane', token).connected).rejects.toThrow(/signature is invalid/)
  expect(backend.counters.liveSockets).toBe(0)
})

/** A line of Jane's, polled by hand under a clock that stands still. */
async function openLine() {
  const clock = createManualClock()
  const backend = createChatBackend({ clock })
  onTestFinished(() => backend.dispose())

  async function get(userId: string, more: Record<string, string>, signal?: AbortSignal) {
    const query = new URLSearchParams({ api_key: backend.apiKey, user_id: userId, ...more })
    const Authorization = await backend.createToken(userId)
    const headers = { Authorization, 'stream-auth-type': 'jwt' }
    const response = await backend.fetch(`/longpoll?${query}`, {
      headers,
      ...(signal && { signal }),
    })
    return (await response.json()) as { code?: number; events?: { type: string }[] }
  }

  const json = JSON.stringify({ user_id: 'jane', user_details: { id: 'jane' } })
  const answer = (await get('jane', { json })) as { event?: { connection_id: string } }
  const id = answer.event?.connection_id ?? ''
  return { clock, backend, get, id }
}

test('a poll without events is answered empty after 20 seconds', async () => {
  const { clock, get, id } = await openLine()
  let isAnswered = false
  const poll = get('jane', { connection_id: id }).finally(() => (isAnswered = true))
  await clock.advance(19_900)
  expect(isAnswered).toBe(false)
  await clock.advance(100)
  expect(await poll).toEqual({ events: [] })
})

test('a line that is polled again and again lives, and one that nobody polls for 30 seconds is gone', async () => {
  const { clock, backend, get, id } = await openLine()
  for (let times = 0; times < 3; times++) {
    await clock.advance(15_000)
    const poll = get('jane', { connection_id: id })
    await clock.advance(20_000)
    await poll
  }
  expect(backend.counters.liveSockets).toBe(1)
  await clock.advance(30_000)
  expect(backend.counters.liveSockets).toBe(0)
  expect(await get('jane', { connection_id: id })).toMatchObject({ code: 46 })
})

test('a line is unknown to another user', async () => {
  const { get, id } = await openLine()
  expect(await get('bob', { connection_id: id })).toMatchObject({ code: 46 })
})

test('a line whose poll was given up ends 30 seconds later', async () => {
  const { clock, backend, get, id } = await openLine()
  const controller = new AbortController()
  const givenUp = get('jane', { connection_id: id }, controller.signal)
  givenUp.catch(() => {})
  await clock.advance(1000)
  controller.abort()
  await expect(givenUp).rejects.toMatchObject({ name: 'AbortError' })
  await clock.advance(0)
  await clock.advance(29_000)
  expect(backend.counters.liveSockets).toBe(1)
  await clock.advance(1000)
  expect(backend.counters.liveSockets).toBe(0)
})

test('a client that gives up before it is welcomed leaves no line behind', async () => {
  const { clock, backend, get } = await openLine()
  backend.dropConnections()
  backend.faults.slowMs = 5000
  const controller = new AbortController()
  const json = JSON.stringify({ user_id: 'jane', user_details: { id: 'jane' } })
  const connecting = get('jane', { json }, controller.signal)
  connecting.catch(() => {})
  await clock.advance(1000)
  controller.abort()
  await expect(connecting).rejects.toMatchObject({ name: 'AbortError' })
  await clock.advance(10_000)
  expect(backend.counters.liveSockets).toBe(0)
})
