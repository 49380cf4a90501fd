import { expect, test } from 'vitest'
import { JSDOM } from 'jsdom'
import { takeRequest } from '../../../src/connectors/protocol/takeRequest.js'

const typeOf = (init: RequestInit) =>
  new Headers(takeRequest('/', init).init.headers).get('Content-Type')

test.each([
  ['text', '/path?a=1', '/path?a=1'],
  ['a URL', new URL('https://chat.test/path'), 'https://chat.test/path'],
  [
    'a URL of another realm',
    new new JSDOM('').window.URL('https://chat.test/p'),
    'https://chat.test/p',
  ],
])('an address that is %s is taken as text', (_, input, expected) => {
  expect(takeRequest(input).input).toBe(expected)
})

test.each([undefined, null, 5, {}, new Request('https://chat.test/')])(
  'an address that is %s throws a TypeError',
  (input) => {
    const take = () => takeRequest(input as string)
    expect(take).toThrow(TypeError)
    expect(take).toThrow('fetch(request.url, request)')
  },
)

test.each([undefined, null])('without more than an address (%s) there is no body', (init) => {
  const taken = takeRequest('/', init)
  expect(taken.init.body).toBeNull()
  expect([...(taken.init.headers as Headers)]).toEqual([])
})

test('every option in `init` is taken once, a platform’s own options included', () => {
  let reads = 0
  const init = {
    get method() {
      reads++
      return 'PUT'
    },
    keepalive: true,
    next: { revalidate: 60 },
  }
  expect(takeRequest('/', init).init).toMatchObject({
    method: 'PUT',
    keepalive: true,
    next: { revalidate: 60 },
  })
  expect(reads).toBe(1)
})

test('options that `init` inherits are taken, as from a Request', async () => {
  const { signal } = new AbortController()
  const request = new Request('https://chat.test/', {
    method: 'PUT',
    headers: { 'x-own': '1' },
    body: 'text',
    cache: 'no-store',
    credentials: 'omit',
    integrity: 'sha256-abc',
    keepalive: true,
    mode: 'cors',
    referrer: 'about:client',
    referrerPolicy: 'origin',
    signal,
  })
  const { init } = takeRequest(request.url, request)
  expect(init).toMatchObject({
    method: 'PUT',
    cache: 'no-store',
    credentials: 'omit',
    integrity: 'sha256-abc',
    keepalive: true,
    mode: 'cors',
    referrer: 'about:client',
    referrerPolicy: 'origin',
    signal: request.signal,
  })
  expect(new Headers(init.headers).get('x-own')).toBe('1')
  expect(init.body).toBe(request.body)
})

test('a request that is taken twice stays the same', () => {
  const first = takeRequest('/', { method: 'POST', body: new URLSearchParams('a=1') })
  const second = takeRequest(first.input, first.init)
  expect(second.init.body).toBe('a=1')
  expect([...(second.init.headers as Headers)]).toEqual([...(first.init.headers as Headers)])
})

test('headers of a request are copied', () => {
  const headers = new Headers({ 'x-own': 'then' })
  const { init } = takeRequest('/', { headers })
  headers.set('x-own', 'later')
  expect(new Headers(init.headers).get('x-own')).toBe('then')
})

test('the platform’s content type is set, unless the caller sets another', () => {
  const body = new URLSearchParams('a=1')
  expect(typeOf({ body })).toBe('application/x-www-form-urlencoded;charset=UTF-8')
  expect(typeOf({ body, headers: { 'content-type': 'text/plain' } })).toBe('text/plain')
  expect(typeOf({ body: 'text' })).toBeNull()
})

test('a form keeps its own content type with the boundary, whatever the caller sets', () => {
  const headers = { 'Content-Type': 'multipart/form-data; boundary=guessed' }
  const type = typeOf({ body: new FormData(), headers })
  expect(type).toMatch(/^multipart\/form-data; boundary=----chat-auth-/)
})

test.each([
  [{ a: 1 }, '[object Object]'],
  [5, '5'],
  [[1, 2], '1,2'],
])('a value that is no kind of body is sent as text, as by the platform: %o', (body, text) => {
  expect(takeRequest('/', { body: body as unknown as BodyInit }).init.body).toBe(text)
})
