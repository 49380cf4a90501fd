import { describe, expect, test } from 'vitest'
import { openApp, places } from './host/hosts.js'

const jane = { id: 'jane', name: 'Jane Müller 🦉' }
const bob = { id: 'bob', name: 'Bob' }

describe.each(places)('on $host.name, with the $kind connector', ({ host, kind }) => {
  test('a user connects over the platform’s own sockets, with a name beyond ASCII', async () => {
    const { app, backend } = await openApp(host, kind)
    expect(await app.run('connectUser', jane)).toMatchObject({
      status: 'connected',
      user: jane,
      hasClient: true,
      token: { status: 'valid' },
    })
    expect(backend.counters).toMatchObject({ liveSockets: 1, tokenCalls: 1, wrongUserTokens: 0 })
    expect(app.fatal).toEqual([])
  })

  test('requests under load at an expiry cause one provider call, and each is replayed once', async () => {
    const { app, backend } = await openApp(host, kind)
    await app.run('connectUser', jane)
    const paths = Array.from({ length: 50 }, (_, n) => `/me?n=${n}`)
    await backend.expireToken('jane')
    const statuses = await app.run('requestsOfClient', paths)
    expect(statuses).toEqual(paths.map(() => 200))
    expect(backend.counters).toMatchObject({ tokenCalls: 2, refused: { 40: 50 }, acceptedTwice: 0 })
  })

  test('a revocation is survived with a fresh token, and refused for good when the provider says so', async () => {
    const { app, backend } = await openApp(host, kind)
    await app.run('connectUser', jane)
    await backend.revokeTokens('jane')
    expect(await app.run('requestsOfClient', ['/me'])).toEqual([200])
    backend.tokenEndpoint.fault = '401'
    await backend.revokeTokens('jane')
    await expect(app.run('requestsOfClient', ['/me'])).rejects.toMatchObject({
      code: 'token-provider-denied',
    })
    expect(await app.run('until', 'failed')).toMatchObject({
      error: { code: 'token-provider-denied' },
    })
  })

  test('a switch ends the first user before the second connects', async () => {
    const { app, backend, until } = await openApp(host, kind)
    await app.run('connectUser', jane)
    expect(await app.run('switchUser', bob)).toMatchObject({ status: 'connected', user: bob })
    await until(({ liveSockets }) => liveSockets === 1)
    expect(await app.run('requestsOfClient', ['/me'])).toEqual([200])
    expect(backend.counters).toMatchObject({
      wrongUserTokens: 0,
      tokenCallsByUser: { jane: 1, bob: 1 },
    })
  })

  test('a guest is kept in AsyncStorage, and an anonymous user needs no token', async () => {
    const { app, backend } = await openApp(host, kind)
    const { user } = await app.run<{ user: { id: string } }>('setGuestUser', { id: 'visitor' })
    expect(user.id).toContain('visitor')
    expect([...app.native.stored.values()].join()).toContain(user.id)
    expect(await app.run('connectAnonymousUser')).toMatchObject({ status: 'connected' })
    expect(backend.counters).toMatchObject({ guestsCreated: 1, tokenCalls: 0 })
  })

  test.each(['disconnectUser', 'dispose'])(
    'after %s no socket and no timer is left',
    async (end) => {
      const { app, until } = await openApp(host, kind)
      await app.run('connectUser', jane)
      await app.run('requestsOfClient', ['/me'])
      await app.run(end)
      await until(({ liveSockets }) => liveSockets === 0)
      await app.run('state')
      expect(app.native.openSockets()).toBe(0)
      if (end === 'dispose') await app.untilNoTimer()
      expect(app.fatal).toEqual([])
    },
  )
})
