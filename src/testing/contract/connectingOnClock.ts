import { expect } from './expect.js'
import { endOf, failedForNow } from './failedConnection.js'
import type { Contract } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }

export function testConnectingOnClock({ test, hasClock }: Contract): void {
  if (!hasClock) return

  test.each([41, 42] as const)(
    'refused with %i, it tries again until the token is let in',
    async (setUp, code) => {
      const { auth, backend, settle, until } = await setUp()
      backend.faults.refuseFreshTokens = code
      const connecting = auth.connectUser(jane)
      await until(({ socketsRefused }) => (socketsRefused[code] ?? 0) >= 2)
      expect(auth.getState().status).toBe('connecting')
      backend.faults.refuseFreshTokens = null
      await settle(connecting)
      expect(Object.keys(backend.counters.socketsRefused)).toEqual([String(code)])
      expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
    },
  )

  test('a backend whose clock is behind for a few seconds lets the token in after those', async (setUp) => {
    const { auth, backend, settle } = await setUp()
    backend.clockSkewMs = -4000
    await settle(auth.connectUser(jane))
    expect(Object.keys(backend.counters.socketsRefused)).toEqual(['42'])
    expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1 })
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
    expect(await endOf(stage, making)).toEqual(failedForNow('connection-timeout'))
    expect(stage.backend.counters.guestsCreated).toBe(0)
  })
}
