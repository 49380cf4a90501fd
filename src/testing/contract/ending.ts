import { decodeJwt } from 'jose'
import { expect } from './expect.js'
import type { TokenRequest } from '../../core/types.js'
import { connected, later, nothing, whatIsLeft, type Contract, type Stage } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }
const bob = { id: 'bob', name: 'Bob' }

export function testEnding({ test, hasClock, paths }: Contract): void {
  test('a log-out rejects what is under way and what is held, and closes the socket', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, tap, backend, failure, settle, until, events } = stage
    backend.socketExpiry = 'silent'
    const release = tap.holdAnswers(paths.items)
    const inFlight = later(auth.fetch(paths.items))
    await until(() => tap.requests.length === 1)
    backend.tokenEndpoint.fault = 'hang'
    await backend.revokeTokens('jane')
    const held = later(auth.fetch(paths.own))
    await until(() => events.some(({ type }) => type === 'request-held'))

    await settle(auth.disconnectUser())
    expect((await failure(inFlight)).code).toBe('session-ended')
    expect((await failure(held)).code).toBe('session-ended')
    release()
    expect(auth.getState()).toEqual({ status: 'disconnected' })
    expect((await failure(auth.fetch(paths.own))).code).toBe('not-connected')
    expect(await whatIsLeft(stage)).toEqual(nothing)
  })

  test('a log-out while the socket is being opened leaves no socket behind', async (setUp) => {
    const stage = await setUp()
    const { auth, tap, failure, settle, until } = stage
    tap.mute()
    const connecting = later(auth.connectUser(jane))
    await until(({ liveSockets }) => liveSockets === 1)
    await settle(auth.disconnectUser())
    expect((await failure(connecting)).code).toBe('superseded')
    expect(await whatIsLeft(stage)).toEqual(nothing)
  })

  test('a log-out while a guest is being made ends that too', async (setUp) => {
    const stage = await setUp()
    const { auth, tap, failure, settle, until } = stage
    const release = tap.holdAnswers(paths.guests)
    const making = later(auth.setGuestUser({ id: 'visitor' }))
    const asked = later(auth.fetch(paths.own))
    await until(() => tap.requests.length === 1)
    await settle(auth.disconnectUser())
    release()
    expect((await failure(making)).code).toBe('superseded')
    expect((await failure(asked)).code).toBe('session-ended')
    expect(stage.backend.counters.socketsOpened).toBe(0)
    expect(await whatIsLeft(stage)).toEqual(nothing)
  })

  test('dispose leaves nothing: no timer, no listener, no socket', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, tap, failure, until, held } = stage
    expect(held.timers).toBeGreaterThan(0)
    const release = tap.holdAnswers(paths.own)
    const asked = later(auth.fetch(paths.own))
    await until(() => tap.requests.length === 1)
    auth.dispose()
    expect((await failure(asked)).code).toBe('disposed')
    release()
    expect(await whatIsLeft(stage)).toEqual(nothing)
  })

  test('dispose in the middle of a rotation leaves nothing either', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, tap, until } = stage
    void later(auth.refreshToken())
    await until(() => tap.socketTokens.length === 2)
    auth.dispose()
    expect(await whatIsLeft(stage)).toEqual(nothing)
  })

  test('dispose while it waits to reconnect leaves nothing either', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, backend, until } = stage
    backend.faults.down = true
    backend.dropConnections()
    await until(() => auth.getState().status === 'reconnecting')
    auth.dispose()
    expect(await whatIsLeft(stage)).toEqual(nothing)
  })

  test('a switch ends the old socket before the new one, and no token goes with the wrong user', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, backend, tap, failure, settle, statuses } = stage
    const old = Array.from({ length: 20 }, (_, i) => failure(auth.fetch(`${paths.own}?n=${i}`)))
    const asked: Promise<Response>[] = []
    auth.subscribe(() => {
      if (auth.getState().status !== 'connecting') return
      queueMicrotask(() => {
        while (asked.length < 20) asked.push(auth.fetch(`${paths.items}?n=${asked.length}`))
      })
    })
    await settle(auth.switchUser(bob))
    const codes = (await Promise.all(old)).map(({ code }) => code)
    expect(new Set(codes)).toEqual(new Set(['session-ended']))
    const answers = await settle(Promise.all(asked))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))

    expect(backend.counters.wrongUserTokens).toBe(0)
    expect(backend.counters.peakSocketsByUser).toEqual({ jane: 1, bob: 1 })
    expect(stage.liveSockets).toEqual([1, 0, 1])
    expectTokensOfTheirUsers(stage)
    expect(tap.requests.filter(({ path }) => path.startsWith(paths.items))).toHaveLength(20)
    expect(statuses).toEqual([
      'connecting',
      'connected',
      'disconnecting',
      'connecting',
      'connected',
    ])
  })

  test('a token that comes after the switch is thrown away', async (setUp) => {
    const asked: TokenRequest[] = []
    const answers: ((token: string) => void)[] = []
    const stage = await setUp({
      tokenProvider: (request) => {
        asked.push(request)
        return new Promise((resolve) => answers.push(resolve))
      },
    })
    const { auth, backend, failure, settle, until, events } = stage
    const calls = () => events.filter(({ type }) => type === 'token-requested').length
    const first = later(auth.connectUser(jane))
    await until(() => calls() === 1)
    const switching = auth.switchUser(bob)
    await until(() => calls() === 2)
    expect(asked[0]?.signal.aborted).toBe(true)
    answers[0]?.(await backend.createToken('jane'))
    answers[1]?.(await backend.createToken('bob'))
    await settle(switching)
    expect((await failure(first)).code).toBe('superseded')
    expect(auth.getState()).toMatchObject({ status: 'connected', user: { id: 'bob' } })
    expect((await settle(auth.fetch(paths.own))).status).toBe(200)
    expect(backend.counters).toMatchObject({ socketsOpened: 1, wrongUserTokens: 0 })
    expectTokensOfTheirUsers(stage)
  })

  test('of many switches at once the last one wins, with one socket', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, backend, failure, settle, until } = stage
    const losers = [bob, jane, bob, jane].map((user) => failure(auth.switchUser(user)))
    await settle(auth.switchUser(bob))
    expect(new Set((await Promise.all(losers)).map(({ code }) => code))).toEqual(
      new Set(['superseded']),
    )
    expect(auth.getState()).toMatchObject({ status: 'connected', user: { id: 'bob' } })
    await until(({ liveSockets }) => liveSockets === 1)
    expect(backend.counters.wrongUserTokens).toBe(0)
    expectTokensOfTheirUsers(stage)
  })

  test('the old session’s client cannot speak for the next user', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, backend, settle } = stage
    const state = auth.getState()
    if (state.status !== 'connected') throw new Error(state.status)
    await settle(auth.switchUser(bob))
    const next = auth.getState()
    expect(next.status === 'connected' && next.client).not.toBe(state.client)
    expect(next.status === 'connected' && next.sessionId).not.toBe(state.sessionId)
    expect(backend.counters.liveSockets).toBe(1)
  })

  // Over a network the two ends of a socket do not learn of its end in the same moment.
  if (!hasClock) return

  test('a log-out is over when the socket is closed, not before', async (setUp) => {
    const { auth, backend } = await connected(setUp)
    await auth.disconnectUser()
    expect(backend.counters.liveSockets).toBe(0)
  })
}

/** Whoever a request or a socket was from, the token it carried was theirs. */
function expectTokensOfTheirUsers({ tap }: Stage): void {
  for (const { userId, token } of tap.requests) {
    expect(decodeJwt(token ?? '')).toMatchObject({ user_id: userId })
  }
}
