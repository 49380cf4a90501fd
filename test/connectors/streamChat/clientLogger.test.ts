import { expect, test } from 'vitest'
import { loggerWithoutTokens } from '../../../src/connectors/streamChat/clientLogger.js'

const token = 'eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoiamFuZSJ9.c2lnbmF0dXJl'

function logged(extra: unknown, message = 'connect') {
  const lines: unknown[][] = []
  loggerWithoutTokens((...line) => void lines.push(line))('info', message, extra as never)
  expect(lines).toHaveLength(1)
  return lines[0]
}

test('the client’s logger gets level, message and plain data unchanged', () => {
  const extra = { tags: ['api'], url: '/me', nested: { n: 1, list: [true, null] }, none: undefined }
  expect(logged(extra)).toEqual(['info', 'connect', extra])
  expect(logged(undefined)).toEqual(['info', 'connect', undefined])
})

test('the client’s logger gets no token, in the message or in nested data', () => {
  const extra = { config: { headers: { Authorization: token } }, urls: [`wss://a?b=${token}&c`] }
  expect(logged(extra, `to wss://a?b=${token}&c`)).toEqual([
    'info',
    'to wss://a?b=<token>&c',
    { config: { headers: { Authorization: '<token>' } }, urls: ['wss://a?b=<token>&c'] },
  ])
})

test('the client’s logger gets the class name of an object that is not plain data', () => {
  class Socket {
    url = token
  }
  expect(logged({ target: new Socket(), error: new TypeError(`bad ${token}`) })).toEqual([
    'info',
    'connect',
    { target: '[Socket]', error: expect.objectContaining({ message: 'bad <token>' }) as Error },
  ])
  expect(logged({ made: Object.create(null) as object })?.[2]).toEqual({ made: {} })
})

test('the client’s logger gets a finite copy of circular data', () => {
  const extra: Record<string, unknown> = { token }
  extra['self'] = extra
  expect(JSON.stringify(logged(extra))).not.toContain(token)
})
