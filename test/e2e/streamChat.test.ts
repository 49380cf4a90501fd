import { chromium, type Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { ChatBackendOptions } from '../../src/testing/backendOptions.js'
import { chromiumLaunchOptions } from '../support/chromium.js'
import { buildApp, type BuiltApp } from './buildApp.js'
import { openChat, team, townHall, type OpenChat } from './openChat.js'

let browser: Browser | undefined
let app: BuiltApp

beforeAll(async () => {
  // StrictMode runs every effect twice there.
  app = await buildApp('development', 'chatApp')
  browser = await chromium.launch(chromiumLaunchOptions())
})

afterAll(() => browser?.close())

/** What a page may complain about in every test, with the reason. */
const expectedComplaints = [
  // Chromium's own line for each answer that says no: those that a dead token was refused with.
  /^Failed to load resource: the server responded with a status of 401/,
]

interface Expected {
  readonly complaints?: readonly RegExp[]
}

const without = (texts: readonly string[], expected: readonly RegExp[] = []) =>
  texts.filter((text) => !expected.some((one) => one.test(text)))

async function open(options?: ChatBackendOptions, expected: Expected = {}): Promise<OpenChat> {
  const chat = await openChat(browser, app, options)
  onTestFinished(async () => {
    const { page, backend, pageErrors, complaints } = chat
    const { caught, stumbles, mounts } = await page.evaluate(() => ({
      ...window.chatPage,
      auth: null,
      clients: null,
    }))
    const html = await page.content()
    await chat.close()

    expect(caught).toEqual([])
    expect(pageErrors).toEqual([])
    expect(without(without(complaints, expectedComplaints), expected.complaints)).toEqual([])
    expect(stumbles).toEqual([])
    // StrictMode mounts everything twice, when it first appears; there was never a third time.
    const sessions = [...new Set(mounts.map(({ sessionId }) => sessionId))]
    const twice = (what: string) =>
      sessions.flatMap((sessionId) => Array(2).fill({ what, sessionId }))
    expect(mounts.filter(({ what }) => what === 'gate')).toEqual(twice('gate'))
    expect(mounts.filter(({ what }) => what === 'channel')).toEqual(twice('channel'))
    expect(backend.counters).toMatchObject({ wrongUserTokens: 0, acceptedTwice: 0 })
    // Every token begins like this.
    expect(html).not.toContain('eyJ')
  })
  return chat
}

async function openAsJane(options?: ChatBackendOptions): Promise<OpenChat> {
  const chat = await open(options)
  await chat.press('Jane')
  await chat.isConnected('jane')
  await chat.composer.waitFor()
  return chat
}

const refreshToken = ({ page }: OpenChat) =>
  page.evaluate(() => window.chatPage.auth!.refreshToken())
const send = ({ page }: OpenChat, text: string) =>
  page.evaluate((what) => window.chatPage.send(what), text)
const outcomeOf = async ({ page }: OpenChat, text: string) => {
  const handle = await page.waitForFunction((what) => {
    return window.chatPage.sent.find((message) => message.text === what)?.outcome
  }, text)
  return handle.jsonValue()
}
/** Resolves once so many requests wait for a token. */
const holds = ({ page }: OpenChat, count: number) =>
  page.waitForFunction((wanted) => {
    const state = window.chatPage.auth!.getState()
    return state.status === 'connected' && state.token.heldRequests >= wanted
  }, count)

test('messages survive rotations, a revocation, a dropped socket, a switch and a log-out', async () => {
  const chat = await open()
  const { page, backend, until, liveSockets } = chat
  await chat.press('Jane')
  await chat.isConnected('jane')
  await chat.composer.waitFor()

  const typed: { text: string; userId: string }[] = []
  const carols: string[] = []
  const carolsWrites: Promise<void>[] = []

  /** One message is typed, while another is under way. */
  async function write(userId: string) {
    const text = `${userId[0]} ${typed.length}`
    typed.push({ text, userId })
    await send(chat, `${userId} sends ${typed.length}`)
    await chat.write(text)
  }
  // Carol writes whenever there is a socket more or less: that is when one might miss it.
  let live = backend.counters.liveSockets
  const stopCarol = backend.subscribe(() => {
    if (backend.counters.liveSockets === live) return
    live = backend.counters.liveSockets
    const text = `c ${carols.length}`
    carols.push(text)
    carolsWrites.push(chat.writeAsCarol(text))
  })
  onTestFinished(stopCarol)

  const stored = () => backend.messages(team).map(({ text, userId }) => ({ text, userId }))
  const has = (text: string) => stored().some((message) => message.text === text)
  /** Resolves once nothing is under way. */
  async function allArrived() {
    await Promise.all(carolsWrites)
    await page.waitForFunction(() => window.chatPage.sent.every(({ outcome }) => outcome !== null))
    await until(() => typed.every(({ text }) => has(text)))
  }
  /** All that the backend has is shown, and once. */
  async function showsAll() {
    await allArrived()
    const texts = stored().map(({ text }) => text)
    await chat.shows(texts)
    expect((await chat.texts()).sort()).toEqual(texts.sort())
  }

  // Five rotations, at the test's word, so that a slow machine makes nothing expire meanwhile.
  for (let rotation = 1; rotation <= 5; rotation++) {
    await Promise.all([write('jane'), refreshToken(chat)])
    await write('jane')
    await chat.hasSettled(rotation + 1)
  }
  expect(liveSockets).toEqual([1, ...Array<number[]>(5).fill([2, 1]).flat()])
  expect(backend.counters).toMatchObject({ tokenCalls: 6, socketsOpened: 6, refused: {} })
  await showsAll()

  // One that is the library's own.
  backend.tokenEndpoint.expiresInSeconds = 20
  await refreshToken(chat)
  backend.tokenEndpoint.expiresInSeconds = 3600
  while (backend.counters.tokenCalls < 8) await write('jane')
  await chat.hasSettled(8)
  const reasons = await page.evaluate(() =>
    window.chatPage.events.flatMap((event) =>
      event.type === 'token-requested' ? [event.reason] : [],
    ),
  )
  expect(reasons).toEqual(['connect', ...Array(6).fill('manual'), 'renewal'])
  expect(backend.counters).toMatchObject({ tokenCalls: 8, socketsOpened: 8, refused: {} })
  expect(await page.evaluate(() => window.chatPage.statuses)).toEqual([
    'disconnected',
    'connecting',
    'connected',
  ])
  // With it, stream-chat-react would say "Waiting for network…".
  expect(await page.evaluate(() => window.chatPage.connection)).not.toContain('offline')
  await showsAll()

  // A revocation that the requests are the first to hear of, with the next token long in coming.
  backend.socketExpiry = 'silent'
  const renewal = await chat.holdTokenCalls('jane')
  await backend.revokeTokens('jane')
  for (let i = 0; i < 2; i++) await write('jane')
  await renewal.one
  await holds(chat, 4)
  renewal.letThrough()
  await chat.hasSettled(9)
  await showsAll()
  expect(backend.counters.tokenCalls).toBe(9)

  // A dropped socket.
  backend.dropConnections('abnormal', 'jane')
  for (let i = 0; i < 2; i++) await write('jane')
  await chat.hasSettled(10)
  await showsAll()
  expect(backend.counters.tokenCalls).toBe(9)

  // A switch, with one message under way that the backend has, and one that waits for a token.
  const late = await chat.holdAnswerTo('jane is answered late')
  typed.push({ text: 'jane is answered late', userId: 'jane' })
  await chat.write('jane is answered late')
  await late.one
  await chat.holdTokenCalls('jane')
  await backend.expireToken('jane')
  await send(chat, 'jane waits')
  await holds(chat, 1)
  await chat.press('Bob')
  await chat.isConnected('bob')
  late.letThrough()
  expect(await outcomeOf(chat, 'jane waits')).toBe('session-ended')
  await chat.composer.waitFor()
  for (let i = 0; i < 2; i++) await write('bob')
  await allArrived()
  // Whoever still holds the old client.
  await page.evaluate(() => window.chatPage.send('jane is gone', window.chatPage.clients[0]))
  expect(await outcomeOf(chat, 'jane is gone')).toBe('session-ended')

  // A log-out.
  await chat.holdAnswerTo('bob is answered late')
  typed.push({ text: 'bob is answered late', userId: 'bob' })
  await chat.write('bob is answered late')
  await until(() => has('bob is answered late'))
  await chat.press('Log out')
  await page.getByText('Nobody is here.').waitFor()
  await until(({ liveSockets: open }) => open === 0)
  await send(chat, 'bob is gone')
  expect(await outcomeOf(chat, 'bob is gone')).toBe('session-ended')
  stopCarol()

  const sent = await page.evaluate(() => window.chatPage.sent)
  const written = [
    { text: 'Lunch at noon?', userId: 'carol' },
    ...carols.map((text) => ({ text, userId: 'carol' })),
    ...typed,
    ...sent
      .filter(({ outcome }) => outcome === 'sent')
      .map(({ text, userId }) => ({ text, userId })),
  ]
  const byText = (a: { text: string }, b: { text: string }) => a.text.localeCompare(b.text)
  expect(stored().sort(byText)).toEqual(written.sort(byText))
  expect(sent.filter(({ outcome }) => outcome !== 'sent').map(({ text }) => text)).toEqual([
    'jane waits',
    'jane is gone',
    'bob is gone',
  ])
  expect(backend.counters).toMatchObject({
    liveSockets: 0,
    peakSocketsByUser: { jane: 2, bob: 1 },
    tokenCallsByUser: { jane: 9, bob: 1 },
  })
}, 300_000)

describe('a draft in the composer stays', () => {
  test.each<[string, (chat: OpenChat) => Promise<unknown> | void]>([
    ['a rotation', refreshToken],
    ['an expiry', ({ backend }) => backend.expireToken('jane')],
    ['a revocation', ({ backend }) => backend.revokeTokens('jane')],
    ['a dropped socket', ({ backend }) => backend.dropConnections('abnormal', 'jane')],
  ])('through %s', async (_, happen) => {
    const chat = await openAsJane()
    const { composer } = chat
    await composer.pressSequentially('See you at')
    await composer.press('ArrowLeft')
    await composer.evaluate((element) => Reflect.set(window, 'composer', element))
    await happen(chat)
    await chat.hasSettled(2)
    expect(await composer.inputValue()).toBe('See you at')
    expect(
      await composer.evaluate((element) => [
        element === Reflect.get(window, 'composer'),
        element === document.activeElement,
        (element as HTMLTextAreaElement).selectionStart,
      ]),
    ).toEqual([true, true, 'See you at'.length - 1])
    await composer.press('End')
    await composer.pressSequentially(' noon')
    await composer.press('Enter')
    await chat.message('See you at noon').waitFor()
    await chat.until(({ messagesByUser }) => messagesByUser['jane'] === 1)
    expect(chat.backend.messages(team).at(-1)?.text).toBe('See you at noon')
  })
})

test('a rotation keeps the scroll position of a reader', async () => {
  const messages = Array.from({ length: 60 }, (_, i) => ({ userId: 'carol', text: `old ${i}` }))
  const members = ['jane', 'carol']
  const chat = await openAsJane({
    channels: [{ type: 'messaging', id: 'team', name: 'Team', members, messages }],
  })
  const list = chat.page.locator('.str-chat__message-list')
  await chat.message('old 59').waitFor()
  await list.evaluate((element) => element.scrollTo(0, 0))
  // The page before was loaded.
  await chat.message('old 20').waitFor({ state: 'attached' })
  await list.evaluate((element) => element.scrollTo(0, 300))
  const position = () => list.evaluate(({ scrollTop, scrollHeight }) => [scrollTop, scrollHeight])
  const before = await position()
  for (let rotation = 1; rotation <= 3; rotation++) {
    await refreshToken(chat)
    await chat.hasSettled(rotation + 1)
  }
  expect(await position()).toEqual(before)
})

test('a message that arrives during a rotation is shown once', async () => {
  const chat = await openAsJane()
  const queries = await chat.hold(/\/channels\?/)
  await refreshToken(chat)
  await queries.one
  // The new socket does not watch the channel yet.
  for (const text of ['one', 'two', 'three']) await chat.writeAsCarol(text)
  await chat.write('four')
  queries.letThrough()
  await chat.hasSettled(2)
  const texts = ['Lunch at noon?', 'four', 'one', 'three', 'two']
  await chat.shows(texts)
  expect((await chat.texts()).sort()).toEqual(texts)
})

test('a switch during fire-and-forget requests causes no error', async () => {
  // The channel list says so of a query that was under way.
  const chat = await open({}, { complaints: [/^ChatAuthError: The session ended/] })
  const { page, composer } = chat
  const passing = [await chat.hold(/\/read\?/), await chat.hold(/\/event\?/)]
  await chat.press('Jane')
  await composer.pressSequentially('I am')
  passing.push(await chat.hold(/\/channels\?/))
  await page.getByRole('button', { name: 'Load More' }).click()
  for (const { one } of passing) await one
  await chat.press('Bob')
  await chat.isConnected('bob')
  for (const held of passing) held.letThrough()
  await chat.message('Lunch at noon?').waitFor()
  expect(chat.backend.counters.socketsOpened).toBe(2)
})

test('a guest writes where guests may, and an anonymous visitor reads the message', async () => {
  // Chromium's own line for the one answer that says no.
  const chat = await open(
    {},
    { complaints: [/^Failed to load resource: the server responded with a status of 403/] },
  )
  const { backend, page } = chat
  await chat.press('Guest')
  await chat.isConnected(/^guest-.+-visitor$/)
  await chat.message('Welcome, everyone.').waitFor()
  await chat.write('Hello from a guest')
  await chat.until(() => backend.messages(townHall).length === 2)

  await chat.press('Anonymous')
  await chat.isConnected('!anon')
  await chat.message('Hello from a guest').waitFor()
  await chat.writeAsCarol('Hello from Carol', townHall)
  await chat.message('Hello from Carol').waitFor()
  const refused = await page.evaluate(() =>
    window.chatPage.clients
      .at(-1)!
      .channel('livestream', 'town-hall')
      .sendMessage({ text: 'Hello from nobody' })
      .catch((error: { name: string; code: string }) => [error.name, error.code]),
  )
  expect(refused).toEqual(['ChatAuthError', 'anonymous-not-allowed'])
  expect(backend.messages(townHall).map(({ text }) => text)).toEqual([
    'Welcome, everyone.',
    'Hello from a guest',
    'Hello from Carol',
  ])
  expect(backend.counters).toMatchObject({ tokenCalls: 0, guestsCreated: 1 })
})
