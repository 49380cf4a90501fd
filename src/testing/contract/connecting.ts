import { expect } from './expect.js'
import type { ChatAuthErrorCode } from '../../core/errors.js'
import { isLive } from '../../core/state.js'
import { endOf, failed, failedForNow } from './failedConnection.js'
import type { Contract, Stage } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }

export function testConnecting({ test, protocol, paths }: Contract): void {
  test('connects as the user that the backend knows, with one provider call and one socket', async (setUp) => {
    const { auth, backend, statuses, settle } = await setUp()
    await settle(auth.connectUser(jane))
    expect(auth.getState()).toMatchObject({
      status: 'connected',
      identity: { type: 'user', user: jane },
      user: jane,
    })
    expect(statuses).toEqual(['connecting', 'connected'])
    expect(backend.counters).toMatchObject({ tokenCalls: 1, socketsOpened: 1, liveSockets: 1 })
  })

  test('sends what was asked meanwhile once it is connected, each request once', async (setUp) => {
    const { auth, backend, tap, settle } = await setUp()
    const connecting = auth.connectUser(jane)
    const asked = Array.from({ length: 20 }, (_, i) => auth.fetch(`${paths.items}?n=${i}`))
    await settle(connecting)
    const answers = await settle(Promise.all(asked))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    const arrived = tap.requests.map(({ path }) => path)
    expect(new Set(arrived)).toEqual(new Set(answers.map((_, i) => `${paths.items}?n=${i}`)))
    expect(backend.counters).toMatchObject({ requests: 20, replays: 0, requestsWithoutId: 0 })
  })

  test('connects a guest as whom the backend makes of them, without any provider call', async (setUp) => {
    const { auth, backend, settle } = await setUp()
    await settle(auth.setGuestUser({ id: 'visitor', name: 'Visitor' }))
    const { user } = liveState(auth.getState())
    expect(user).toMatchObject({ name: 'Visitor' })
    expect((await settle(auth.fetch(paths.own))).status).toBe(200)
    expect(backend.counters).toMatchObject({ guestsCreated: 1, tokenCalls: 0, socketsOpened: 1 })
    expect(backend.counters.refused).toEqual({})
  })

  test('connects anonymously without any token: to read what everyone may, and no more', async (setUp) => {
    const { auth, backend, tap, settle, failure } = await setUp()
    await settle(auth.connectAnonymousUser())
    expect(isLive(auth.getState())).toBe(true)
    expect((await settle(auth.fetch(paths.open))).status).toBe(200)
    const body = JSON.stringify({ message: { text: 'Hello' } })
    const posting = auth.fetch(paths.post, { method: 'POST', body })
    expect(await failure(posting)).toMatchObject({ code: 'anonymous-not-allowed' })
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
  ])(
    'refused at the socket with %i, it fails as %s',
    async (setUp, code, errorCode, tokenCalls) => {
      const stage = await setUp()
      stage.backend.faults.refuseFreshTokens = code
      expect(await endOf(stage, stage.auth.connectUser(jane))).toEqual(failed(errorCode))
      expect(stage.backend.counters).toMatchObject({ tokenCalls, socketsOpened: 0, requests: 0 })
      expect(stage.backend.counters.socketsRefused).toEqual({ [code]: tokenCalls })
    },
  )

  test('a static token that has expired fails as token-expired, after a single try', async (setUp) => {
    const stage = await setUp()
    const { auth, backend } = stage
    const token = await backend.createToken('jane', {
      issuedAt: new Date(stage.now() - 60_000),
      expiresAt: new Date(stage.now() - 30_000),
    })
    expect(await endOf(stage, auth.connectUser(jane, token))).toEqual(failed('token-expired'))
    expect(backend.counters.socketsRefused).toEqual({ 40: 1 })
    expect(backend.counters.tokenCalls).toBe(0)
  })

  protocol.each<[69 | 99, ChatAuthErrorCode]>([
    [69, 'wrong-region'],
    [99, 'app-suspended'],
  ])('answered with %i, it fails as %s without another try', async (setUp, code, errorCode) => {
    const stage = await setUp()
    stage.backend.faults.answerWith = code
    expect(await endOf(stage, stage.auth.connectUser(jane))).toEqual(failed(errorCode))
    expect(stage.backend.counters.socketsRefused).toEqual({ [code]: 1 })
  })

  protocol(
    'answered with code 16 it fails as backend-refused, in the words of the backend, without another try',
    async (setUp) => {
      const stage = await setUp()
      stage.backend.faults.answerWith = 16
      expect(await endOf(stage, stage.auth.connectUser(jane))).toEqual(failed('backend-refused'))
      expect(stage.backend.counters.socketsRefused).toEqual({ 16: 1 })
      const state = stage.auth.getState()
      expect(state.status === 'failed' && state.error.message).toContain(
        'refused this: The user was deleted (code 16). ',
      )
    },
  )

  protocol(
    'a guest whose fields the backend does not take fails as backend-refused, with what to do',
    async (setUp) => {
      const stage = await setUp()
      stage.backend.faults.answerWith = 4
      const error = await stage.failure(stage.auth.setGuestUser({ id: 'visitor' }))
      expect(error).toMatchObject({ code: 'backend-refused', retryable: false })
      expect(error.message).toContain('refused this: The input is not valid (code 4). Correct what')
    },
  )

  protocol('an API key that the backend does not know is api-key-invalid', async (setUp) => {
    const stage = await setUp({ target: { apiKey: 'another' } })
    expect(await endOf(stage, stage.auth.connectUser(jane))).toEqual(failed('api-key-invalid'))
  })

  test.each<[9 | -1, ChatAuthErrorCode]>([
    [9, 'rate-limited'],
    [-1, 'server-error'],
  ])(
    'answered with %i, it is %s and tries again until it is let in',
    async (setUp, code, errorCode) => {
      const { auth, backend, events, settle, until } = await setUp()
      backend.faults.answerWith = code
      const connecting = auth.connectUser(jane)
      await until(() => (backend.counters.socketsRefused[code] ?? 0) >= 3)
      backend.faults.answerWith = null
      await settle(connecting)
      expect(events).toContainMatch({
        type: 'connection-attempt-failed',
        attempt: 2,
        code: errorCode,
      })
      expect(backend.counters).toMatchObject({ tokenCalls: 1, liveSockets: 1 })
    },
  )

  test('a backend that is not there ends in connection-failed, after the tries it was given', async (setUp) => {
    const stage = await setUp({ retry: { maxAttempts: 3 } })
    const token = await stage.backend.createToken('jane')
    stage.backend.faults.down = true
    expect(await endOf(stage, stage.auth.connectUser(jane, token))).toEqual(
      failedForNow('connection-failed'),
    )
    expect(attemptsOf(stage)).toEqual([1, 2, 3])
  })

  test('a backend that talks nonsense ends in unexpected-answer', async (setUp) => {
    const stage = await setUp({ retry: { maxAttempts: 2 } })
    stage.backend.faults.nonsense = true
    expect(await endOf(stage, stage.auth.connectUser(jane))).toEqual(
      failedForNow('unexpected-answer'),
    )
    expect(attemptsOf(stage)).toEqual([1, 2])
  })

  test.each<['down' | 'nonsense', ChatAuthErrorCode]>([
    ['down', 'connection-failed'],
    ['nonsense', 'unexpected-answer'],
  ])('no guest is made where the backend is %s: %s', async (setUp, fault, errorCode) => {
    const stage = await setUp()
    stage.backend.faults[fault] = true
    expect(await endOf(stage, stage.auth.setGuestUser({ id: 'visitor' }))).toEqual(
      failedForNow(errorCode),
    )
  })

  test('a rate limit on guests is rate-limited, and says for how long', async (setUp) => {
    const stage = await setUp()
    Object.assign(stage.backend.faults, { answerWith: 9, retryAfterSeconds: 7 })
    const error = await stage.failure(stage.auth.setGuestUser({ id: 'visitor' }))
    expect(error).toMatchObject({ code: 'rate-limited', retryAfterMs: 7000, retryable: true })
  })

  protocol(
    'the user is whom the first frame of the socket names, with their role',
    async (setUp) => {
      const user = await setUp()
      await user.settle(user.auth.connectUser(jane))
      expect(liveState(user.auth.getState()).user).toMatchObject({ ...jane, role: 'user' })
      const guest = await setUp()
      await guest.settle(guest.auth.setGuestUser({ id: 'visitor', name: 'Visitor' }))
      expect(liveState(guest.auth.getState()).user).toMatchObject({
        name: 'Visitor',
        role: 'guest',
      })
      expect(liveState(guest.auth.getState()).user.id).toMatch(/^guest-.+-visitor$/)
      const anonymous = await setUp()
      await anonymous.settle(anonymous.auth.connectAnonymousUser())
      expect(liveState(anonymous.auth.getState()).user).toMatchObject({
        id: '!anon',
        role: 'anonymous',
      })
    },
  )
}

const liveState = (state: ReturnType<Stage['auth']['getState']>) => {
  if (!isLive(state)) throw new Error(`It is ${state.status}.`)
  return state
}

const attemptsOf = ({ events }: Stage) =>
  events.flatMap((event) => (event.type === 'connection-attempt-failed' ? [event.attempt] : []))
