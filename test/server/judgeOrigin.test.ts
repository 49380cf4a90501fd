import { describe, expect, test } from 'vitest'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const friend = 'https://friend.test'

async function ask(
  headers: Record<string, string>,
  { url = 'https://app.test/chat/token', method = 'GET' } = {},
) {
  let asked = 0
  const handler = createTokenHandler({
    secret,
    authenticate: () => (asked++, 'jane'),
    allowedOrigins: [friend],
  })
  const response = await handler(new Request(url, { method, headers }))
  return { status: response.status, headers: response.headers, asked }
}

describe('a request that no other page made is let through', () => {
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

describe('a request that another page made is refused before anyone is asked who it is', () => {
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

  test('may ask with its cookies, and read the answer and its Retry-After', async () => {
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

  test('is told beforehand what it may send, and nobody is asked who it is', async () => {
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
