import { expect } from './expect.js'
import { clientOf, connected, later, nothing, whatIsLeft, type Contract } from './stage.js'

/** Cases of a paused session. */
export function testResting({ test, paths }: Contract): void {
  test('closes its socket, while its client stays and requests are answered', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, backend, settle, until } = stage
    const client = clientOf(auth)
    await settle(auth.pause())
    await until(({ liveSockets }) => liveSockets === 0)
    expect((await settle(auth.fetch(paths.own))).status).toBe(200)
    expect(clientOf(auth)).toBe(client)
    expect(backend.counters).toMatchObject({ liveSockets: 0, tokenCalls: 1 })
    expect(stage.events.filter(({ type }) => type === 'connection-lost')).toEqual([])
  })

  test('opens one socket when the session resumes, with the same client', async (setUp) => {
    const { auth, backend, statuses, settle, until } = await connected(setUp)
    const client = clientOf(auth)
    for (let round = 0; round < 2; round++) {
      await settle(auth.pause())
      await until(({ liveSockets }) => liveSockets === 0)
      await settle(auth.resume())
    }
    expect(backend.counters).toMatchObject({ liveSockets: 1, socketsOpened: 3 })
    expect(clientOf(auth)).toBe(client)
    expect(statuses.slice(2, 5)).toEqual(['paused', 'reconnecting', 'connected'])
  })

  test('is left with one socket by pauses and resumes in quick succession', async (setUp) => {
    const { auth, settle, until } = await connected(setUp)
    const calls = [auth.pause(), auth.resume(), auth.pause(), auth.resume()]
    await settle(Promise.all(calls))
    await until(({ liveSockets }) => liveSockets === 1)
    expect(auth.getState().status).toBe('connected')
  })

  test('is left without a socket by a pause while it opens one', async (setUp) => {
    const { auth, settle, until, tap } = await setUp()
    const connecting = later(auth.connectUser({ id: 'jane' }))
    await until(() => tap.socketTokens.length > 0)
    await settle(Promise.all([auth.pause(), connecting]))
    await until(({ liveSockets }) => liveSockets === 0)
    expect(auth.getState().status).toBe('paused')
    expect((await settle(auth.fetch(paths.own))).status).toBe(200)
  })

  test('needs no socket in a session that begins paused, and opens one at `resume`', async (setUp) => {
    const { auth, backend, settle } = await setUp()
    await settle(auth.connectUser({ id: 'jane', name: 'Jane' }, undefined, { paused: true }))
    expect((await settle(auth.fetch(paths.own))).status).toBe(200)
    expect(backend.counters.socketsOpened).toBe(0)
    await settle(auth.resume())
    expect(backend.counters).toMatchObject({ liveSockets: 1, socketsOpened: 1 })
  })

  test('leaves nothing of a session that ends while it is paused', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, settle } = stage
    await settle(auth.pause())
    await settle(auth.disconnectUser())
    expect(await whatIsLeft(stage)).toEqual(nothing)
  })
}
