import type { ChatAuthErrorCode } from '../../core/errors.js'
import { expect } from './expect.js'
import { endOf, failed } from './failedConnection.js'
import { later, type Contract } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }

export function testConnectingOnClock({ test, hasClock }: Contract): void {
  if (!hasClock) return

  test.each<[41 | 42, ChatAuthErrorCode]>([
    [41, 'token-not-yet-valid'],
    [42, 'token-issued-in-future'],
  ])(
    'refused with %i, it waits a little and only then fails as %s',
    async (setUp, code, errorCode) => {
      const stage = await setUp()
      const { clock, backend } = stage
      backend.faults.refuseFreshTokens = code
      const connecting = later(stage.auth.connectUser(jane))
      await clock?.advance(4000)
      expect(stage.auth.getState().status).toBe('connecting')
      expect(await endOf(stage, connecting)).toEqual(failed(errorCode))
      expect(backend.counters.socketsRefused).toEqual({ [code]: 2 })
      expect(backend.counters.tokenCalls).toBe(1)
    },
  )

  test('a backend whose clock is behind for a few seconds lets the token in after those', async (setUp) => {
    const { auth, backend, settle } = await setUp()
    backend.clockSkewMs = -4000
    await settle(auth.connectUser(jane))
    expect(backend.counters.socketsRefused).toEqual({ 42: 1 })
    expect(backend.counters).toMatchObject({ tokenCalls: 1, liveSockets: 1 })
  })

  test('a backend that does not answer in ten seconds is given up on, and asked again', async (setUp) => {
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

  test('a backend that makes no guest in ten seconds is a connection-timeout', async (setUp) => {
    const stage = await setUp()
    stage.backend.faults.slowMs = 60_000
    const making = stage.auth.setGuestUser({ id: 'visitor' })
    expect(await endOf(stage, making)).toEqual(failed('connection-timeout'))
    expect(stage.backend.counters.guestsCreated).toBe(0)
  })
}
