import { readdirSync, readFileSync } from 'node:fs'
import { SignJWT } from 'jose'
import { createStaticHandler } from 'react-router'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { httpTokenProvider } from '../../src/connectors/http/httpTokenProvider.js'
import { toNodeHandler } from '../../src/server/toNodeHandler.js'
import { verifyUserToken } from '../../src/server/verifyUserToken.js'
import { listen } from '../support/listen.js'

const folder = new URL('../../stories/server/recipes/', import.meta.url)
const secret = 'the-secret-of-an-app-that-does-not-exist'
const sessionSecret = 'what-the-app-itself-signs-its-sessions-with'

// The recipes read these variables when they load, and use the built package.
vi.stubEnv('CHAT_SECRET', secret)
vi.stubEnv('SESSION_SECRET', sessionSecret)
vi.stubEnv('DEMO_PASSWORD', 'open sesame')

/** Signs in as an app's page would; returns the session's cookie, or an empty string if refused. */
async function signIn(url: string, userId: string, password = 'open sesame') {
  const response = await fetch(`${url}/sign-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ userId, password }),
  })
  const cookies = response.headers.getSetCookie()
  return response.ok ? cookies.map((cookie) => cookie.split(';')[0]).join('; ') : ''
}

/** Requests a token as `httpTokenProvider` does. */
async function askFor(userId: string, url: string, cookie: string, send = fetch) {
  const provider = httpTokenProvider({
    url: `${url}/chat/token`,
    headers: { Cookie: cookie },
    fetch: send,
  })
  const { signal } = new AbortController()
  if (typeof provider !== 'function') throw new Error('It is no function.')
  return provider({ userId, reason: 'connect', attempt: 1, signal })
}

/** Statuses for Jane's session: her own id, another id, no session, a broken one, and so on. */
async function tryAll(url: string, cookie: string, send = fetch) {
  const token = await askFor('jane', url, cookie, send)
  const codeOf = (asking: Promise<string>) =>
    asking.catch((error: unknown) => (error as { code: string }).code)
  const statusOf = async (init: RequestInit) =>
    (await send(`${url}/chat/token?user_id=jane`, init)).status
  return {
    own: (await verifyUserToken(token, { secret })).userId,
    others: await codeOf(askFor('bob', url, cookie, send)),
    withoutSession: await codeOf(askFor('jane', url, '', send)),
    withBrokenSession: await codeOf(askFor('jane', url, `${cookie}x`, send)),
    posted: await statusOf({ method: 'POST', headers: { Cookie: cookie } }),
    foreign: await statusOf({ headers: { Cookie: cookie, Origin: 'https://elsewhere.test' } }),
  }
}

const asItShouldBe = {
  own: 'jane',
  others: 'token-provider-denied',
  withoutSession: 'token-provider-denied',
  withBrokenSession: 'token-provider-denied',
  posted: 200,
  foreign: 403,
}

describe('each recipe works unchanged, from sign-in to token, on a real server of', () => {
  const servers: [string, () => Promise<string>][] = [
    ['Express', async () => listen((await import('../../stories/server/recipes/express.js')).app)],
    [
      'Hono',
      async () =>
        listen(
          toNodeHandler(async (request) =>
            (await import('../../stories/server/recipes/hono.js')).app.fetch(request),
          ),
        ),
    ],
    [
      'Node http',
      async () => {
        const { server } = await import('../../stories/server/recipes/nodeHttp.js')
        return listen((incoming, outgoing) => server.emit('request', incoming, outgoing))
      },
    ],
    [
      'Fastify',
      async () => {
        const { app } = await import('../../stories/server/recipes/fastify.js')
        onTestFinished(() => app.close())
        return app.listen({ port: 0, host: '127.0.0.1' })
      },
    ],
  ]

  test.each(servers)('%s', async (_, serve) => {
    const url = await serve()
    expect(await tryAll(url, await signIn(url, 'jane'))).toEqual(asItShouldBe)
    expect(await signIn(url, 'jane', 'wrong')).toBe('')
  })

  test('React Router', async () => {
    const { action, commitSession, getSession, loader } =
      await import('../../stories/server/recipes/reactRouter.js')
    const handler = createStaticHandler([{ path: '/chat/token', loader, action }])
    const session = await getSession()
    session.set('userId', 'jane')
    const cookie = (await commitSession(session)).split(';')[0] ?? ''
    const send: typeof fetch = async (input, init) => handler.queryRoute(new Request(input, init))
    expect(await tryAll('https://app.test', cookie, send)).toEqual(asItShouldBe)
  })
})

describe('each recipe works as a function from Request to Response, on', () => {
  test('Next.js', async () => {
    const { GET, POST } = await import('../../stories/server/recipes/nextRoute.js')
    const session = new SignJWT({ userId: 'jane' }).setProtectedHeader({ alg: 'HS256' })
    const jwt = await session.sign(new TextEncoder().encode(sessionSecret))
    const send: typeof fetch = async (input, init) => {
      const route = init?.method === 'POST' ? POST : GET
      return route(new Request(input, init), { params: Promise.resolve({}) })
    }
    expect(await tryAll('https://app.test', `session=${jwt}`, send)).toEqual(asItShouldBe)
  })

  test('workers', async () => {
    const { default: worker } = await import('../../stories/server/recipes/worker.js')
    const get = async (id: string) => (id === '7' ? 'jane' : null)
    const env = { CHAT_SECRET: secret, SESSIONS: { get } }
    const send: typeof fetch = async (input, init) => worker.fetch(new Request(input, init), env)
    expect(await tryAll('https://app.test', 'session=7', send)).toEqual(asItShouldBe)
    expect((await worker.fetch(new Request('https://app.test/'), env)).status).toBe(404)
  })
})

test('each recipe fits on a screen', () => {
  const recipes = readdirSync(folder).filter((file) => !file.endsWith('.d.ts'))
  const lengths = recipes.map((file) => {
    const lines = readFileSync(new URL(file, folder), 'utf8').split('\n')
    return [file, lines.filter((line) => line.trim()).length] as const
  })
  expect(lengths).toHaveLength(13)
  expect(lengths.filter(([, length]) => length > 33)).toEqual([])
})
