import { Auth } from '@auth/core'
import { getIronSession } from 'iron-session'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, test, vi } from 'vitest'
import { verifyUserToken } from '../../src/server/verifyUserToken.js'
import { listen } from '../support/listen.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
vi.stubEnv('CHAT_SECRET', secret)
vi.stubEnv('SESSION_SECRET', 'what-the-app-itself-signs-its-sessions-with')
vi.stubEnv('DEMO_PASSWORD', 'open sesame')

type Handler = (request: Request) => Promise<Response>

const cookiesOf = ({ headers }: Response) =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

/** Statuses of a session at the endpoint, and the cookies that come with its token. */
async function tryAll(tokens: Handler, headers: HeadersInit, userId: string) {
  const ask = (named: string, sent: HeadersInit = {}) =>
    tokens(new Request(`https://app.test/chat/token?user_id=${named}`, { headers: sent }))
  const own = await ask(userId, headers)
  const { token = '' } = (await own.json()) as { token?: string }
  return {
    own: (await verifyUserToken(token, { secret })).userId,
    others: (await ask('bob', headers)).status,
    withoutSession: (await ask(userId)).status,
    withBrokenSession: (
      await ask(
        userId,
        Object.fromEntries(
          [...new Headers(headers)].map(([name, value]) => [name, value.replace(/\w/g, 'x')]),
        ),
      )
    ).status,
    prolonged: own.headers.getSetCookie().map((cookie) => cookie.split('=')[0]),
    type: own.headers.get('Content-Type'),
  }
}

const asItShouldBe = (own: string, prolonged: string[]) => ({
  own,
  others: 403,
  withoutSession: 401,
  withBrokenSession: 401,
  prolonged,
  type: 'application/json',
})

test('a session of better-auth gets a token, and the cookie that prolongs it', async () => {
  const { auth, tokens } = await import('../../stories/server/recipes/betterAuth.js')
  const person = { email: 'jane@app.test', password: 'open sesame', name: 'Jane' }
  const signedUp = await auth.api.signUpEmail({ body: person, asResponse: true })
  const { user } = (await signedUp.json()) as { user: { id: string } }
  const seen = await tryAll(tokens, { Cookie: cookiesOf(signedUp) }, user.id)
  expect(seen).toEqual(asItShouldBe(user.id, ['__Secure-better-auth.session_token']))
})

test('a session of Auth.js gets a token, and the cookie that prolongs it', async () => {
  const { config, tokens } = await import('../../stories/server/recipes/authJs.js')
  const asked = await Auth(new Request('https://app.test/auth/csrf'), config)
  const { csrfToken } = (await asked.json()) as { csrfToken: string }
  const signedIn = await Auth(
    new Request('https://app.test/auth/callback/credentials', {
      method: 'POST',
      headers: { Cookie: cookiesOf(asked) },
      body: new URLSearchParams({ csrfToken, userId: 'jane' }),
    }),
    config,
  )
  const seen = await tryAll(tokens, { Cookie: cookiesOf(signedIn) }, 'jane')
  expect(seen).toEqual(
    asItShouldBe('jane', [
      '__Host-authjs.csrf-token',
      '__Secure-authjs.callback-url',
      '__Secure-authjs.session-token',
    ]),
  )
})

test('a session of iron-session gets a token, and the cookie that prolongs it', async () => {
  const { sealed, tokens } = await import('../../stories/server/recipes/ironSession.js')
  const signedIn = new Response()
  const request = new Request('https://app.test/sign-in')
  const session = await getIronSession<{ userId?: string }>(request, signedIn, sealed)
  session.userId = 'jane'
  await session.save()
  const seen = await tryAll(tokens, { Cookie: cookiesOf(signedIn) }, 'jane')
  expect(seen).toEqual(asItShouldBe('jane', ['session']))
})

test('a session of Passport gets a token', async () => {
  const { app } = await import('../../stories/server/recipes/passport.js')
  const url = await listen(app)
  const signIn = (password: string) =>
    fetch(`${url}/sign-in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ userId: 'jane', password }),
    })
  expect((await signIn('wrong')).status).toBe(401)
  const send: Handler = ({ url: asked, headers }) =>
    fetch(url + asked.slice('https://app.test'.length), { headers })
  const seen = await tryAll(send, { Cookie: cookiesOf(await signIn('open sesame')) }, 'jane')
  expect(seen).toEqual(asItShouldBe('jane', []))
})

test('an access token of an identity provider gets a token, and an outage of the provider signs no user out', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  let isUp = false
  const issuer = await listen(async (_, outgoing) => {
    if (!isUp) return outgoing.writeHead(502).end()
    return outgoing.end(JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: '1' }] }))
  })
  vi.stubEnv('JWKS_URL', issuer)
  vi.stubEnv('ISSUER', issuer)
  const { tokens } = await import('../../stories/server/recipes/bearer.js')
  const accessToken = await new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: '1' })
    .setIssuer(issuer)
    .setAudience('chat')
    .setSubject('jane')
    .setExpirationTime('1h')
    .sign(privateKey)
  const headers = { Authorization: `Bearer ${accessToken}` }
  const during = await tokens(new Request('https://app.test/chat/token', { headers }))
  expect([during.status, during.headers.get('Retry-After')]).toEqual([503, '5'])
  isUp = true
  expect(await tryAll(tokens, headers, 'jane')).toEqual(asItShouldBe('jane', []))
})
