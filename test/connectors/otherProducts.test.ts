import { FeedsClient } from '@stream-io/feeds-client'
import { StreamVideoClient } from '@stream-io/video-client'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import { httpTokenProvider } from '../../src/connectors/http/httpTokenProvider.js'
import { createChatAuth } from '../../src/browser/createChatAuth.js'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import { serveBackend } from '../support/serveBackend.js'
import { serveProducts } from './otherProducts/serveProducts.js'

// The feeds client takes no WebSocket of its own, and Node 20 has none.
vi.stubGlobal('WebSocket', WebSocket)

/** Jane, connected to the chat, with the video and the feeds client on the session's token. */
async function connectEverything() {
  const backend = createChatBackend()
  // An idle chat: its open socket does not notice that its token has died.
  backend.socketExpiry = 'silent'
  const chat = await serveBackend(backend)
  const products = await serveProducts(backend)
  const { apiKey } = backend
  const tokenProvider = httpTokenProvider({ url: `${chat.url}${backend.tokenEndpoint.path}` })
  const connector = httpConnector({ apiKey, baseUrl: chat.url, WebSocket: WebSocket as never })
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(async () => {
    auth.dispose()
    backend.dispose()
    await chat.close()
  })
  await auth.connectUser({ id: 'jane', name: 'Jane' })
  const jane = await openProducts('jane')

  async function openProducts(userId: string) {
    const getToken = vi.fn(() => auth.getToken({ userId }))
    const video = new StreamVideoClient(apiKey, {
      baseURL: `${products.url}/video`,
      timeout: 60_000,
      maxConnectUserRetries: 1,
      logLevel: 'error',
    } as never)
    const feeds = new FeedsClient(apiKey, {
      base_url: products.url,
      timeout: 60_000,
      configure_loggers_options: { default: { level: 'error' } },
    })
    const close = () => Promise.all([video.disconnectUser(), feeds.disconnectUser()])
    onTestFinished(() => void close())
    await video.connectUser({ id: userId }, getToken)
    await feeds.connectUser({ id: userId }, getToken)
    return { video, feeds, getToken, close }
  }

  const accepted = () => products.seen.filter(({ isAccepted }) => isAccepted)
  const refused = () => products.seen.filter(({ isAccepted }) => !isAccepted)
  const tokenCalls = () => backend.counters.tokenCallsByUser['jane']
  return { auth, backend, tokenCalls, products, accepted, refused, openProducts, jane }
}

describe('the video and the feeds client on the session’s token', () => {
  test('connect with the one token of the chat, for one provider call', async () => {
    const { tokenCalls, accepted, refused, jane } = await connectEverything()
    await jane.video.queryCalls()
    await jane.feeds.getApp()
    expect(tokenCalls()).toBe(1)
    expect(accepted().map(({ product, over }) => `${product} ${over}`)).toEqual(
      expect.arrayContaining(['video socket', 'feeds socket', 'video http', 'feeds http']),
    )
    expect(new Set(accepted().map(({ token }) => token)).size).toBe(1)
    expect(refused()).toEqual([])
  })

  test('go on with one fresh token for both after theirs has expired unnoticed by the chat', async () => {
    const { auth, backend, tokenCalls, products, refused, jane } = await connectEverything()
    const old = await auth.getToken()
    await backend.expireToken('jane')
    products.seen.length = 0
    await Promise.all([jane.video.queryCalls(), jane.feeds.getApp()])
    const fresh = await auth.getToken()
    expect(fresh).not.toBe(old)
    expect(tokenCalls()).toBe(2)
    expect(products.seen.findLast(({ product }) => product === 'video')?.token).toBe(fresh)
    expect(products.seen.findLast(({ product }) => product === 'feeds')?.token).toBe(fresh)
    expect(new Set(refused().map(({ token }) => token))).toEqual(new Set([old]))
    expect(auth.getState().status).toBe('connected')
  })

  test('get a fresh token when theirs is revoked', async () => {
    const { auth, backend, tokenCalls, jane } = await connectEverything()
    await backend.revokeTokens('jane')
    await jane.feeds.getApp()
    await jane.video.queryCalls()
    expect(tokenCalls()).toBe(2)
    expect(auth.getState().status).toBe('connected')
  })

  test('get no token any more after a log-out: their next renewal fails, and names why', async () => {
    const { auth, backend, tokenCalls, products, jane } = await connectEverything()
    await auth.disconnectUser()
    await backend.expireToken('jane')
    products.seen.length = 0
    await expect(jane.video.queryCalls()).rejects.toThrow('Nobody is connected')
    await expect(jane.feeds.getApp()).rejects.toThrow('Nobody is connected')
    expect(tokenCalls()).toBe(1)
    expect(products.seen.every(({ isAccepted }) => !isAccepted)).toBe(true)
  })

  test('never get the token of the user whom a switch connects', async () => {
    const { auth, backend, products, jane, openProducts } = await connectEverything()
    await auth.switchUser({ id: 'bob' })
    await backend.expireToken('jane')
    products.seen.length = 0
    await expect(jane.video.queryCalls()).rejects.toThrow('session ended')
    await expect(jane.feeds.getApp()).rejects.toThrow('session ended')
    expect(new Set(products.seen.map(({ userId }) => userId))).toEqual(new Set(['jane']))
    await jane.close()
    const bob = await openProducts('bob')
    products.seen.length = 0
    await bob.video.queryCalls()
    await bob.feeds.getApp()
    expect(products.seen.map(({ userId, isAccepted }) => [userId, isAccepted])).toEqual([
      ['bob', true],
      ['bob', true],
    ])
  })
})
