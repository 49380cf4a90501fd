import { expect, test } from 'vitest'
import { hasNoAnswer } from '../../../src/core/tools/noAnswer.js'
import { listen } from '../../support/listen.js'

const named = (name: string, message: string) => Object.assign(new Error(message), { name })
const coded = (code: string) => Object.assign(new Error('x'), { code })

test.each<[string, unknown]>([
  ['Chromium', new TypeError('Failed to fetch')],
  ['Chromium, with the host', new TypeError('Failed to fetch (app.test)')],
  ['Firefox', new TypeError('NetworkError when attempting to fetch resource.')],
  ['WebKit', new TypeError('Load failed')],
  ['older WebKit', new TypeError('The network connection was lost.')],
  ['Node', new TypeError('fetch failed', { cause: coded('ECONNREFUSED') })],
  ['React Native', new TypeError('Network request failed')],
  ['axios', Object.assign(new Error('Network Error'), { code: 'ERR_NETWORK' })],
  ['ky', named('NetworkError', 'x')],
  ['node-fetch', coded('ENOTFOUND')],
  ['a wrapper of any of them', new Error('no token', { cause: new TypeError('Load failed') })],
])('an error of %s means that no answer came', (_, error) => {
  expect(hasNoAnswer(error)).toBe(true)
})

test.each<[string, unknown]>([
  ['of an abort', named('AbortError', 'Failed to fetch')],
  ['about an address', new TypeError('Failed to parse URL from /token')],
  ['of the app', new Error('boom')],
  ['of a server', Object.assign(new Error('Request failed'), { code: 'ERR_BAD_RESPONSE' })],
  ['that cannot be read', Object.defineProperty({}, 'name', { get: () => JSON.parse('') })],
  ['that is a text', 'Failed to fetch'],
  ['that is nothing', null],
])('an error %s does not mean that no answer came', (_, error) =>
  expect(hasNoAnswer(error)).toBe(false),
)

test('a closed port and a broken connection in Node are recognised as no answer', async () => {
  const broken = await listen((incoming) => incoming.socket.destroy())
  for (const url of ['http://127.0.0.1:1', broken]) {
    const error: unknown = await fetch(url).catch((reason: unknown) => reason)
    expect(hasNoAnswer(error)).toBe(true)
  }
})
