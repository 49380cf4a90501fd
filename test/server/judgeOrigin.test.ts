import { describe, expect, test } from 'vitest'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'
import type { TokenHandlerOptions } from '../../src/server/tokenHandlerOptions.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const friend = 'https://friend.test'

async function ask(
  headers: Record<string, string>,
  {
    url = 'https://app.test/chat/token',
    method = 'GET',
    allowedOrigins = [friend] as TokenHandlerOptions['allowedOrigins'],
  } = {},
) {
  let asked = 0
  const told: unknown[] = []
  const handler = createTokenHandler({
    secret,
    authenticate: () => (asked++, 'jane'),
    allowedOrigins,
    onError: (error) => told.push(error),
  })
  const response = await handler(new Request(url, { method, headers }))
  const cors = response.headers.get('Access-Control-Allow-Origin')
  return { status: response.status, headers: response.headers, asked, cors, told }
}

describe('a request that no foreign page made is admitted', () => {
  test.each<[string, Record<string, string>, string?]>([
    ['from what is no browser', {}],
    ['from the app’s own page', { 'Sec-Fetch-Site': 'same-origin' }],
    ['from the address bar', { 'Sec-Fetch-Site': 'none' }],
    [
      'from the app’s own page, behind a proxy that changes the host',
      { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://app.test' },
      'http://10.0.0.7:3000/chat/token',
    ],
    ['from an older browser', { Origin: 'https://app.test' }],
    [
      'from an older browser, in development',
      { Origin: 'http://localhost:3000' },
      'http://localhost:3000/chat/token',
    ],
    [
      'from an older browser, behind a proxy that ends HTTPS',
      { Origin: 'https://app.test' },
      'http://app.test/chat/token',
    ],
  ])('%s', async (_, sent, url) => {
    const { status, headers } = await ask(sent, url ? { url } : {})
    expect(status).toBe(200)
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull()
    expect(headers.get('Vary')).toContain('Origin')
  })
})

describe('a request of a foreign page is refused before authenticate is called', () => {
  test.each<[string, Record<string, string>, string?]>([
    ['of another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://elsewhere.test' }],
    ['of another site, in an image', { 'Sec-Fetch-Site': 'cross-site' }],
    ['of a sibling', { 'Sec-Fetch-Site': 'same-site', Origin: 'https://blog.app.test' }],
    ['in an older browser', { Origin: 'https://elsewhere.test' }],
    ['in a sandbox', { Origin: 'null' }],
    ['on another port', { Origin: 'https://app.test:8443' }],
    ['without HTTPS', { Origin: 'http://app.test' }],
    ['with a name that begins alike', { Origin: 'https://app.test.elsewhere.test' }],
    ['with a friend’s name as its beginning', { Origin: `${friend}.elsewhere.test` }],
    [
      'that says the proxy spoke HTTPS to it',
      { Origin: 'https://elsewhere.test', 'X-Forwarded-Host': 'elsewhere.test' },
      'http://app.test/chat/token',
    ],
  ])('%s', async (_, sent, url) => {
    for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS']) {
      const { status, headers, asked } = await ask(sent, { method, ...(url ? { url } : {}) })
      expect([status, asked]).toEqual([403, 0])
      expect(headers.get('Access-Control-Allow-Origin')).toBeNull()
    }
  })
})

describe('a page of an allowed origin', () => {
  const sent = { 'Sec-Fetch-Site': 'cross-site', Origin: friend }

  test('may send its cookies, and read the answer and its Retry-After', async () => {
    const { status, headers } = await ask(sent)
    expect(status).toBe(200)
    expect(headers.get('Access-Control-Allow-Origin')).toBe(friend)
    expect(headers.get('Access-Control-Allow-Credentials')).toBe('true')
    expect(headers.get('Access-Control-Expose-Headers')).toBe('Retry-After')
    expect(headers.get('Vary')).toContain('Origin')
    expect(headers.get('Access-Control-Allow-Methods')).toBeNull()
  })

  test('may read a refusal as well', async () => {
    const handler = createTokenHandler({
      secret,
      authenticate: () => null,
      allowedOrigins: [friend],
    })
    const response = await handler(new Request('https://app.test/', { headers: sent }))
    expect(response.status).toBe(401)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(friend)
  })

  test('gets its preflight answered without a call to authenticate', async () => {
    const { status, headers, asked } = await ask(
      {
        ...sent,
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization,x-app',
      },
      { method: 'OPTIONS' },
    )
    expect([status, asked]).toEqual([204, 0])
    expect(headers.get('Access-Control-Allow-Origin')).toBe(friend)
    expect(headers.get('Access-Control-Allow-Methods')).toContain('POST')
    expect(headers.get('Access-Control-Allow-Headers')).toBe('authorization,x-app')
    expect(headers.get('Access-Control-Max-Age')).toBe('600')
    const plain = await ask(sent, { method: 'OPTIONS' })
    expect(plain.headers.get('Access-Control-Allow-Headers')).toBeNull()
  })
})

describe('the page of a native shell', () => {
  test.each([
    'capacitor://localhost',
    'ionic://localhost',
    'app://-',
    'app://localhost:8080',
    'tauri://localhost',
    'http://tauri.localhost',
    'https://localhost',
    'ms-appx-web://com.example.app',
    'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai',
    'moz-extension://0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
  ])('is admitted once its origin is listed: %s', async (origin) => {
    const sent = { Origin: origin, 'Sec-Fetch-Site': 'cross-site' }
    expect(await ask(sent, { allowedOrigins: [origin] })).toMatchObject({
      status: 200,
      cors: origin,
    })
    expect(await ask(sent)).toMatchObject({ status: 403, cors: null, asked: 0 })
    const other = { ...sent, Origin: `${origin}.elsewhere` }
    expect(await ask(other, { allowedOrigins: [origin] })).toMatchObject({ status: 403 })
  })
})

describe('a function for allowed origins', () => {
  const preview = 'https://pr-7.previews.test'
  const sent = { Origin: preview, 'Sec-Fetch-Site': 'cross-site' }

  test.each([
    ['at once', (origin: string) => origin === preview],
    ['later', async (origin: string) => origin === preview],
  ])('that is %s admits the origins for which it returns true', async (_, allowedOrigins) => {
    expect(await ask(sent, { allowedOrigins })).toMatchObject({ status: 200, cors: preview })
    const other = { ...sent, Origin: 'https://pr-7.previews.test.elsewhere.test' }
    expect(await ask(other, { allowedOrigins })).toMatchObject({
      status: 403,
      cors: null,
      asked: 0,
    })
  })

  test('is called for foreign origins only, never for sandboxed pages', async () => {
    const seen: string[] = []
    const allowedOrigins = (origin: string) => seen.push(origin) > 0
    const own = { Origin: 'https://app.test', 'Sec-Fetch-Site': 'same-origin' }
    expect(await ask(own, { allowedOrigins })).toMatchObject({ status: 200, cors: null })
    expect(await ask({}, { allowedOrigins })).toMatchObject({ status: 200, cors: null })
    expect(await ask({ Origin: 'null' }, { allowedOrigins })).toMatchObject({ status: 403 })
    const image = { 'Sec-Fetch-Site': 'cross-site' }
    expect(await ask(image, { allowedOrigins })).toMatchObject({ status: 403 })
    expect(seen).toEqual([])
    expect(await ask(sent, { allowedOrigins })).toMatchObject({ status: 200, cors: preview })
    expect(seen).toEqual([preview])
  })

  test.each<[string, () => never]>([
    ['neither true nor false', () => 'https://pr-7.previews.test' as never],
    ['nothing', () => undefined as never],
    [
      'with an error',
      () => {
        throw new TypeError('`allowedOrigins`')
      },
    ],
  ])('that answers %s is a 500, read by nobody else', async (_, allowedOrigins) => {
    const { status, cors, asked, told } = await ask(sent, { allowedOrigins })
    expect([status, cors, asked]).toEqual([500, null, 0])
    expect(told).toEqual([expect.any(TypeError)])
    expect(String(told[0])).toContain('`allowedOrigins`')
  })
})

describe('a value that is no origin is a TypeError with the right spelling:', () => {
  test.each<[unknown, string]>([
    [['*'], 'there is no "*"'],
    [['https://*.example.com'], 'pass a function'],
    [['*.example.com'], 'pass a function'],
    [['https://app.test/'], 'browsers write it as "https://app.test"'],
    [['https://app.test/path'], 'browsers write it as "https://app.test"'],
    [['https://app.test:443'], 'browsers write it as "https://app.test"'],
    [['HTTPS://App.test'], 'browsers write it as "https://app.test"'],
    [['https://münchen.test'], 'browsers write it as "https://xn--mnchen-3ya.test"'],
    [['capacitor://localhost/'], 'browsers write it as "capacitor://localhost"'],
    [['Capacitor://localhost'], 'browsers write it as "capacitor://localhost"'],
    [['https://user@app.test'], 'browsers write it as "https://app.test"'],
    [['app.test'], 'scheme, host and port'],
    [['localhost:3000'], 'scheme, host and port'],
    [['capacitor:localhost'], 'scheme, host and port'],
    [['app://'], 'scheme, host and port'],
    [[''], 'scheme, host and port'],
    [['null'], 'all pages of such addresses share it'],
    [['file://'], 'all pages of such addresses share it'],
    [['data:text/html,x'], 'all pages of such addresses share it'],
    [['blob:https://app.test/1'], 'all pages of such addresses share it'],
    [[/previews/], 'name it as text'],
    [[Symbol('origin')], 'name it as text'],
    ['https://app.test', 'must be a list of origins, or a function'],
    [new Set(['https://app.test']), 'must be a list of origins, or a function'],
    [/previews/, 'must be a list of origins, or a function'],
  ])('%o', (allowedOrigins, words) => {
    const make = () =>
      createTokenHandler({
        secret,
        authenticate: () => 'jane',
        allowedOrigins: allowedOrigins as string[],
      })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/^createTokenHandler: `allowedOrigins` /)
    expect(make).toThrow(words)
  })
})

test('allowedOrigins of null allows no origin', async () => {
  expect(await ask({ Origin: friend }, { allowedOrigins: null })).toMatchObject({ status: 403 })
})
