// Run by every runtime as it stands, with nothing but what the package and the platform bring.
import { createChatAuth, httpConnector, httpTokenProvider } from 'react-chat-auth/core'
import { createTokenHandler, createUserToken, verifyUserToken } from 'react-chat-auth/server'
import { createChatBackend } from 'react-chat-auth/testing'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const url = 'https://app.test/chat/token'

/** Returns what came of everything, for the test to compare. */
export async function scenario() {
  return { server: await playServer(), core: await playCore() }
}

async function playServer() {
  const statuses = []
  const handler = createTokenHandler({
    secret,
    allowedOrigins: ['capacitor://localhost'],
    hookTimeoutMs: 1000,
    async authenticate(request) {
      const { password } = request.body ? await request.json() : { password: 'open sesame' }
      const headers = [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
      ]
      return { userId: password === 'open sesame' ? 'jane' : null, headers }
    },
    rateLimit: (_, { headers }) =>
      headers.get('X-Test') === 'hang' ? new Promise(() => {}) : Number(headers.get('X-Test')),
    onAnswer: ({ status }) => statuses.push(status),
  })
  const ask = (init, query = '') => handler(new Request(url + query, init))
  const post = (body) => ask({ method: 'POST', body })
  const got = await ask({}, '?user_id=jane')
  const { token } = await got.json()
  const { userId } = await verifyUserToken(token, { secret })
  const gone = new AbortController()
  const abandoned = ask({ signal: gone.signal, headers: { 'X-Test': 'hang' } })
  gone.abort()
  return {
    userId,
    cookies: got.headers.getSetCookie(),
    dead: await verifyUserToken(
      await createUserToken('jane', { secret, expiresAt: new Date(2e12), now: new Date(1e12) }),
      { secret, now: new Date(3e12) },
    ).catch(({ code }) => code),
    posted: (await post('{"user_id":"jane","password":"open sesame"}')).status,
    refused: (await post('{"user_id":"jane","password":"wrong"}')).status,
    large: (await post(JSON.stringify({ password: 'x'.repeat(99_999) }))).status,
    other: (await ask({}, '?user_id=bob')).status,
    limited: (await ask({ headers: { 'X-Test': '7' } })).headers.get('Retry-After'),
    hung: (await ask({ headers: { 'X-Test': 'hang' } })).status,
    abandoned: (await abandoned).status,
    shell: (await ask({ headers: { Origin: 'capacitor://localhost' } })).status,
    foreign: (await ask({ headers: { Origin: 'https://elsewhere.test' } })).status,
    statuses: statuses.length,
  }
}

async function playCore() {
  const backend = createChatBackend()
  const auth = createChatAuth({
    connector: httpConnector({
      apiKey: backend.apiKey,
      baseUrl: backend.url,
      fetch: backend.fetch,
      WebSocket: backend.WebSocket,
    }),
    tokenProvider: httpTokenProvider({ url: backend.tokenEndpoint.url, fetch: backend.fetch }),
  })
  const seen = []
  await auth.connectUser({ id: 'jane' })
  seen.push(auth.getState().status, (await auth.fetch('/me')).status)
  await backend.expireToken('jane')
  seen.push((await auth.fetch('/me')).status, backend.counters.tokenCalls)
  await auth.disconnectUser()
  seen.push(auth.getState().status)
  auth.dispose()
  backend.dispose()
  return seen
}
