import { expect, test } from 'vitest'
import { createChatBackend } from '../../src/testing/createChatBackend.js'

test.each<[string, unknown, string]>([
  ['a key for options', 'test-key', 'the argument must be an object'],
  ['an API key that is a number', { apiKey: 7 }, '`apiKey`'],
  ['an empty API key', { apiKey: '' }, '`apiKey`'],
  ['a short secret', { secret: 'short' }, '`secret` is shorter than 32 bytes'],
  ['an address that is no text', { url: 80 }, '`url`'],
  ['auth checks as a text', { authChecks: 'false' }, '`authChecks` must be true or false'],
  ['a date for a clock', { clock: new Date() }, '`clock` must be an object'],
  ['a clock without a present', { clock: { setTimer: () => {} } }, '`clock.now` is missing'],
  ['a clock without timers', { clock: { now: Date.now } }, '`clock.setTimer` is missing'],
  ['a clock that stands', { clock: { now: 5, setTimer: () => {} } }, '`clock.now` must be a func'],
  ['one user', { users: { id: 'jane' } }, '`users` must be a list'],
  ['one channel', { channels: {} }, '`channels` must be a list'],
  ['permissions as a list', { guests: [] }, '`guests` must be an object'],
])('%s is a TypeError of createChatBackend that names the option', (_, options, words) => {
  const make = () => createChatBackend(options as object)
  expect(make).toThrow(TypeError)
  expect(make).toThrow(/^createChatBackend: /)
  expect(make).toThrow(words)
})
