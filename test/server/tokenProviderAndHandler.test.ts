import { WebSocket } from 'ws'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { WebSocketConstructor } from '../../src/connectors/protocol/chatSocket.js'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import {
  httpTokenProvider,
  type HttpTokenProviderOptions,
} from '../../src/connectors/http/httpTokenProvider.js'
import { createChatAuth } from '../../src/browser/createChatAuth.js'
import type { ChatAuthError } from '../../src/core/errors.js'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'
import type { TokenHandlerOptions } from '../../src/server/tokenHandlerOptions.js'
import { toNodeHandler } from '../../src/server/toNodeHandler.js'
import { verifyUserToken } from '../../src/server/verifyUserToken.js'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import { listen } from '../support/listen.js'
import { serveBackend } from '../support/serveBackend.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'

/** Connects `httpTokenProvider` to `createTokenHandler` over real HTTP. */
async function setUp(
  options: Partial<TokenHandlerOptions> = {},
  providerOptions: Partial<HttpTokenProviderOptions> = {},
) {
  const handler = createTokenHandler({ secret, authenticate: () => 'jane', ...options })
  const url = await listen(toNodeHandler(handler))
  return httpTokenProvider({ url, ...providerOptions })
}

async function ask(provider: ReturnType<typeof httpTokenProvider>, userId = 'jane') {
  const { signal } = new AbortController()
  const request = { userId, reason: 'connect', attempt: 1, signal } as const
  return typeof provider === 'function' ? provider(request) : provider.getToken(request)
}

const errorOf = async (asking: Promise<string>) =>
  asking.then(
    () => null,
    (error: ChatAuthError) => error,
  )

describe('httpTokenProvider receives from createTokenHandler', () => {
  test.each<[string, Partial<HttpTokenProviderOptions>]>([
    ['JSON', {}],
    ['plain text', { headers: { Accept: 'text/plain' } }],
  ])('a token as %s', async (_, providerOptions) => {
    const token = await ask(await setUp({}, providerOptions))
    expect(await verifyUserToken(token, { secret })).toMatchObject({ userId: 'jane' })
  })

  test('a token for an id that needs escaping', async () => {
    const userId = 'jänë doe&co=/東?#'
    const token = await ask(await setUp({ authenticate: () => userId }), userId)
    expect(await verifyUserToken(token, { secret })).toMatchObject({ userId })
  })

  test('a token for the app’s own authorization header', async () => {
    const authenticate = ({ headers }: Request) =>
      headers.get('Authorization') === 'Bearer of Jane' ? 'jane' : null
    const signedIn = await setUp({ authenticate }, { headers: { Authorization: 'Bearer of Jane' } })
    expect(await ask(signedIn)).toMatch(/^ey/)
    const error = await errorOf(ask(await setUp({ authenticate })))
    expect(error).toMatchObject({ code: 'token-provider-denied' })
  })
})

describe('httpTokenProvider understands of createTokenHandler', () => {
  const inAnHour = () => new Date(Date.now() + 3_600_000)

  test.each<[string, Partial<TokenHandlerOptions>, string, string]>([
    ['401 without a session', { authenticate: () => null }, 'jane', 'status 401'],
    ['403 for someone else’s id', {}, 'bob', 'status 403'],
    ['403 for who is locked out', { revokedBefore: inAnHour }, 'jane', 'status 403'],
  ])('that it is over: %s', async (_, options, userId, words) => {
    const error = await errorOf(ask(await setUp(options), userId))
    expect(error).toMatchObject({ code: 'token-provider-denied', retryable: false })
    expect(error?.message).toContain(words)
  })

  test('the wait of a 429, and of a 503 at a revocation', async () => {
    const limited = await errorOf(ask(await setUp({ rateLimit: () => 7 })))
    expect(limited).toMatchObject({ code: 'token-provider-failed', retryAfterMs: 7000 })
    const now = new Date('2030-01-01T12:00:00Z')
    const revokedBefore = () => new Date(now.getTime() + 300)
    const revoked = await errorOf(ask(await setUp({ now: () => now, revokedBefore })))
    expect(revoked).toMatchObject({ code: 'token-provider-failed', retryAfterMs: 1000 })
  })

  test('that a 500 may be retried', async () => {
    const authenticate = () => Promise.reject(new Error('the session store is away'))
    const error = await errorOf(ask(await setUp({ authenticate })))
    expect(error).toMatchObject({ code: 'token-provider-failed', retryable: true })
  })
})

describe('a whole session, from the app’s sign-in to the chat', () => {
  async function connect(options: Partial<TokenHandlerOptions>) {
    const backend = createChatBackend({ secret })
    const served = await serveBackend(backend)
    const auth = createChatAuth({
      connector: httpConnector({
        apiKey: backend.apiKey,
        baseUrl: served.url,
        WebSocket: WebSocket as unknown as WebSocketConstructor,
      }),
      tokenProvider: await setUp(options),
    })
    onTestFinished(async () => {
      auth.dispose()
      backend.dispose()
      await served.close()
    })
    await auth.connectUser({ id: 'jane', name: 'Jane' }).catch(() => {})
    return auth
  }

  test('connects the signed-in user', async () => {
    const auth = await connect({})
    expect(auth.getState().status).toBe('connected')
    expect((await auth.fetch('/users')).status).toBe(200)
    // Both tokens fall into one second; without a `jti` the second would be `token-unchanged`.
    await auth.refreshToken()
  })

  test('fails at once for a user who is not signed in', async () => {
    const auth = await connect({ authenticate: () => null })
    expect(auth.getState()).toMatchObject({
      status: 'failed',
      error: { code: 'token-provider-denied' },
    })
  })
})
