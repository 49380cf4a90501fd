import { expect, test } from 'vitest'
import type { ChatAuthErrorCode } from '../../../src/core/errors.js'
import { isLive } from '../../../src/core/state.js'
import { later, nothing, whatIsLeft, type Contract, type Stage } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }

export function testConnecting({ setUp, hasClock }: Contract): void {
  test('connects as the user that the backend knows, with one provider call and one socket', async () => {
    const { auth, backend, statuses, settle } = await setUp()
    await settle(auth.connectUser(jane))
    expect(auth.getState()).toMatchObject({
      status: 'connected',
      identity: { type: 'user', user: jane },
      user: { ...jane, role: 'user' },
    })
    expect(statuses).toEqual(['connecting', 'connected'])
    expect(backend.counters).toMatchObject({ tokenCalls: 1, socketsOpened: 1, liveSockets: 1 })
  })

  test('sends what was asked meanwhile once it is connected, each request once', async () => {
    const { auth, backend, tap, settle } = await setUp()
    const connecting = auth.connectUser(jane)
    const asked = Array.from({ length: 20 }, (_, i) => auth.fetch(`/channels?n=${i}`))
    await settle(connecting)
    const answers = await settle(Promise.all(asked))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    const paths = tap.requests.map(({ path }) => path)
    expect(new Set(paths)).toEqual(new Set(answers.map((_, i) => `/channels?n=${i}`)))
    expect(backend.counters).toMatchObject({ requests: 20, replays: 0, requestsWithoutId: 0 })
  })

  test('connects a guest as whom the backend makes of them, without any provider call', async () => {
    const { auth, backend, settle } = await setUp()
    await settle(auth.setGuestUser({ id: 'visitor', name: 'Visitor' }))
    const { user } = liveState(auth.getState())
    expect(user).toMatchObject({ name: 'Visitor', role: 'guest' })
    expect(user.id).toMatch(/^guest-.+-visitor$/)
    expect((await settle(auth.fetch('/me'))).status).toBe(200)
    expect(backend.counters).toMatchObject({ guestsCreated: 1, tokenCalls: 0, socketsOpened: 1 })
    expect(backend.counters.refused).toEqual({})
  })

  test('connects anonymously without any token: to read what everyone may, and no more', async () => {
    const { auth, backend, tap, settle } = await setUp()
    await settle(auth.connectAnonymousUser())
    expect(liveState(auth.getState()).user).toMatchObject({ id: '!anon', role: 'anonymous' })
    const path = '/channels/livestream/town-hall'
    expect((await settle(auth.fetch(path))).status).toBe(200)
    const body = JSON.stringify({ message: { text: 'Hello' } })
    const posting = auth.fetch(`${path}/message`, { method: 'POST', body })
    await expect(settle(posting)).rejects.toMatchObject({ code: 'anonymous-not-allowed' })
    expect(auth.getState().status).toBe('connected')
    expect(backend.counters.tokenCalls).toBe(0)
    expect(tap.socketTokens.concat(tap.requests.map(({ token }) => token ?? ''))).toEqual([
      '',
      '',
      '',
    ])
  })

  test.each<[5 | 40 | 43, ChatAuthErrorCode, number]>([
    [5, 'authentication-failed', 1],
    // Once more, for the first token may have come out of a cache.
    [40, 'token-refused', 2],
    [43, 'token-signature-invalid', 1],
  ])('refused at the socket with %i, it fails as %s', async (code, errorCode, tokenCalls) => {
    const stage = await setUp()
    stage.backend.faults.refuseFreshTokens = code
    expect(await endOf(stage, stage.auth.connectUser(jane))).toEqual(failed(errorCode))
    expect(stage.backend.counters).toMatchObject({ tokenCalls, socketsOpened: 0, requests: 0 })
    expect(stage.backend.counters.socketsRefused).toEqual({ [code]: tokenCalls })
  })

  test('a static token that has expired fails as token-expired, after a single try', async () => {
    const stage = await setUp()
    const { auth, backend } = stage
    const token = await backend.createToken('jane', {
      issuedAt: new Date(stage.environment.now() - 60_000),
      expiresAt: new Date(stage.environment.now() - 30_000),
    })
    expect(await endOf(stage, auth.connectUser(jane, token))).toEqual(failed('token-expired'))
    expect(backend.counters.socketsRefused).toEqual({ 40: 1 })
    expect(backend.counters.tokenCalls).toBe(0)
  })

  test.each<[69 | 99, ChatAuthErrorCode]>([
    [69, 'wrong-region'],
    [99, 'app-suspended'],
  ])('answered with %i, it fails as %s without another try', async (code, errorCode) => {
    const stage = await setUp()
    stage.backend.faults.answerWith = code
    expect(await endOf(stage, stage.auth.connectUser(jane))).toEqual(failed(errorCode))
    expect(stage.backend.counters.socketsRefused).toEqual({ [code]: 1 })
  })

  test('answered with code 16 it fails as backend-refused, in the words of the backend, without another try', async () => {
    const stage = await setUp()
    stage.backend.faults.answerWith = 16
    expect(await endOf(stage, stage.auth.connectUser(jane))).toEqual(failed('backend-refused'))
    expect(stage.backend.counters.socketsRefused).toEqual({ 16: 1 })
    const state = stage.auth.getState()
    expect(state.status === 'failed' && state.error.message).toContain(
      'refused this: The user was deleted (code 16). ',
    )
  })

  test('a guest whose fields the backend does not take fails as backend-refused, with what to do', async () => {
    const stage = await setUp()
    stage.backend.faults.answerWith = 4
    const error = await stage.failure(stage.auth.setGuestUser({ id: 'visitor' }))
    expect(error).toMatchObject({ code: 'backend-refused', retryable: false })
    expect(error.message).toContain('refused this: The input is not valid (code 4). Correct what')
  })

  test('an API key that the backend does not know is api-key-invalid', async () => {
    const stage = await setUp({ target: { apiKey: 'another' } })
    expect(await endOf(stage, stage.auth.connectUser(jane))).toEqual(failed('api-key-invalid'))
  })

  test.each<[9 | -1, ChatAuthErrorCode]>([
    [9, 'rate-limited'],
    [-1, 'server-error'],
  ])('answered with %i, it is %s and tries again until it is let in', async (code, errorCode) => {
    const { auth, backend, events, settle, until } = await setUp()
    backend.faults.answerWith = code
    const connecting = auth.connectUser(jane)
    await until(() => (backend.counters.socketsRefused[code] ?? 0) >= 3)
    backend.faults.answerWith = null
    await settle(connecting)
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'connection-attempt-failed', attempt: 2, code: errorCode }),
    )
    expect(backend.counters).toMatchObject({ tokenCalls: 1, liveSockets: 1 })
  })

  test('a backend that is not there ends in connection-failed, after the tries it was given', async () => {
    const stage = await setUp({ retry: { maxAttempts: 3 } })
    const token = await stage.backend.createToken('jane')
    stage.backend.faults.down = true
    expect(await endOf(stage, stage.auth.connectUser(jane, token))).toEqual(
      failed('connection-failed'),
    )
    expect(attemptsOf(stage)).toEqual([1, 2, 3])
  })

  test('a backend that talks nonsense ends in unexpected-answer', async () => {
    const stage = await setUp({ retry: { maxAttempts: 2 } })
    stage.backend.faults.nonsense = true
    expect(await endOf(stage, stage.auth.connectUser(jane))).toEqual(failed('unexpected-answer'))
    expect(attemptsOf(stage)).toEqual([1, 2])
  })

  test.each<['down' | 'nonsense', ChatAuthErrorCode]>([
    ['down', 'connection-failed'],
    ['nonsense', 'unexpected-answer'],
  ])('no guest is made where the backend is %s: %s', async (fault, errorCode) => {
    const stage = await setUp()
    stage.backend.faults[fault] = true
    expect(await endOf(stage, stage.auth.setGuestUser({ id: 'visitor' }))).toEqual(
      failed(errorCode),
    )
  })

  test('a rate limit on guests is rate-limited, and says for how long', async () => {
    const stage = await setUp()
    Object.assign(stage.backend.faults, { answerWith: 9, retryAfterSeconds: 7 })
    const error = await stage.failure(stage.auth.setGuestUser({ id: 'visitor' }))
    expect(error).toMatchObject({ code: 'rate-limited', retryAfterMs: 7000, retryable: true })
  })

  if (!hasClock) return

  test.each<[41 | 42, ChatAuthErrorCode]>([
    [41, 'token-not-yet-valid'],
    [42, 'token-issued-in-future'],
  ])('refused with %i, it waits a little and only then fails as %s', async (code, errorCode) => {
    const stage = await setUp()
    const { clock, backend } = stage
    backend.faults.refuseFreshTokens = code
    const connecting = later(stage.auth.connectUser(jane))
    await clock?.advance(4000)
    expect(stage.auth.getState().status).toBe('connecting')
    expect(await endOf(stage, connecting)).toEqual(failed(errorCode))
    expect(backend.counters.socketsRefused).toEqual({ [code]: 2 })
    expect(backend.counters.tokenCalls).toBe(1)
  })

  test('a backend whose clock is behind for a few seconds lets the token in after those', async () => {
    const { auth, backend, settle } = await setUp()
    backend.clockSkewMs = -4000
    await settle(auth.connectUser(jane))
    expect(backend.counters.socketsRefused).toEqual({ 42: 1 })
    expect(backend.counters).toMatchObject({ tokenCalls: 1, liveSockets: 1 })
  })

  test('a backend that does not answer in ten seconds is given up on, and asked again', async () => {
    const stage = await setUp()
    const { auth, backend, clock, settle } = stage
    backend.faults.slowMs = 60_000
    const connecting = auth.connectUser(jane)
    await clock?.advance(9999)
    expect(auth.getState()).toMatchObject({ status: 'connecting', attempt: 0 })
    await clock?.advance(1)
    expect(auth.getState()).toMatchObject({
      status: 'connecting',
      attempt: 1,
      error: { code: 'connection-timeout' },
    })
    backend.faults.slowMs = 0
    await settle(connecting)
    expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
  })

  test('a backend that makes no guest in ten seconds is a connection-timeout', async () => {
    const stage = await setUp()
    stage.backend.faults.slowMs = 60_000
    const making = stage.auth.setGuestUser({ id: 'visitor' })
    expect(await endOf(stage, making)).toEqual(failed('connection-timeout'))
    expect(stage.backend.counters.guestsCreated).toBe(0)
  })
}

const liveState = (state: ReturnType<Stage['auth']['getState']>) => {
  if (!isLive(state)) throw new Error(`It is ${state.status}.`)
  return state
}

const attemptsOf = ({ events }: Stage) =>
  events.flatMap((event) => (event.type === 'connection-attempt-failed' ? [event.attempt] : []))

const failed = (code: ChatAuthErrorCode) => ({
  rejectedWith: code,
  failedWith: code,
  left: nothing,
})

/** How a connection that fails ends: for its caller, in the state, and on the platform. */
async function endOf(stage: Stage, promise: Promise<void>) {
  const { code } = await stage.failure(promise)
  const state = stage.auth.getState()
  const failedWith = state.status === 'failed' ? state.error.code : state.status
  return { rejectedWith: code, failedWith, left: await whatIsLeft(stage) }
}
