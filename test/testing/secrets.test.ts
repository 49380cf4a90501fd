import { afterAll, beforeEach, expect, test } from 'vitest'
import { createUserToken } from '../../src/server/createUserToken.js'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import { createManualClock } from '../../src/testing/controls/createManualClock.js'
import { speakAs } from './wireClient.js'

const older = 'the-secret-that-the-app-had-until-yesterday'
const newer = 'the-secret-that-the-app-has-had-since-today'
const backend = createChatBackend({ clock: createManualClock(), secret: older })

beforeEach(() => backend.reset())
afterAll(() => backend.dispose())

const codeOf = async (token: string) => {
  const { status, json } = await speakAs(backend, { token }).send('/me')
  return status === 200 ? 'accepted' : (json.code as number)
}

/** From the app's own endpoint, as the browser asks it. */
const fetchToken = async () => {
  const answer = await backend.fetch('/token?user_id=jane')
  return ((await answer.json()) as { token: string }).token
}

test('a rotation of secrets in three steps refuses no token of the app', async () => {
  const first = await fetchToken()
  backend.secret = [older, newer]
  const second = await fetchToken()
  backend.secret = [newer, older]
  const third = await fetchToken()
  expect(await Promise.all([first, second, third].map(codeOf))).toEqual(Array(3).fill('accepted'))
  expect(second).not.toBe(third)
  backend.secret = newer
  expect([await codeOf(first), await codeOf(second), await codeOf(third)]).toEqual([
    43,
    43,
    'accepted',
  ])
})

test('a backend with several secrets signs with the first and accepts all', async () => {
  const both = createChatBackend({ clock: createManualClock(), secret: [newer, older] })
  const accepts = async (token: string) =>
    (await speakAs(both, { token }).send('/me')).status === 200
  expect(await accepts(await createUserToken('jane', { secret: older }))).toBe(true)
  expect(await accepts(await createUserToken('jane', { secret: newer }))).toBe(true)
  expect(await both.createToken('jane', { claims: { jti: '1' } })).toBe(
    await createUserToken('jane', { secret: newer, claims: { jti: '1' } }),
  )
  both.dispose()
})

test('a new secret ends the sockets of tokens that it did not sign', async () => {
  const speaker = speakAs(backend, { token: await createUserToken('jane', { secret: older }) })
  const socket = speaker.connect()
  expect(await socket.next()).toMatchObject({ me: { id: 'jane' } })
  backend.secret = newer
  expect(await socket.next()).toMatchObject({ error: { code: 43 } })
})

test('an invalid secret is a TypeError, and changes nothing', async () => {
  expect(() => (backend.secret = 'short')).toThrow(/^createChatBackend: `secret` is shorter/)
  expect(await codeOf(await createUserToken('jane', { secret: older }))).toBe('accepted')
})

test('a reset restores the first secret', async () => {
  backend.secret = newer
  backend.reset()
  expect(backend.secret).toBe(older)
})
