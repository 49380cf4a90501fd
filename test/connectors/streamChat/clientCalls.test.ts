import { expect, test } from 'vitest'
import { connected, me } from '../realClient.js'

const calls = [
  ['connectUser', 'connectUser or switchUser'],
  ['setUser', 'connectUser or switchUser'],
  ['setGuestUser', 'setGuestUser'],
  ['connectAnonymousUser', 'connectAnonymousUser'],
  ['setAnonymousUser', 'connectAnonymousUser'],
  ['disconnectUser', 'disconnectUser'],
  ['disconnect', 'disconnectUser'],
] as const

type Call = (user?: object, token?: string) => Promise<unknown>

test.each(calls)(
  'a call of the client’s own %s rejects with an error that names it and %s, and the session goes on',
  async (call, instead) => {
    const { client, auth, statuses, backend, tap } = await connected()
    const error: unknown = await (client[call] as Call)({ id: 'bob' }, 'token').catch((e) => e)
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toMatch(`client.${call}()`)
    expect((error as Error).message).toMatch(`Call ${instead}()`)
    await me(client)
    expect(client.userID).toBe('jane')
    expect(auth.getState().status).toBe('connected')
    expect(statuses).toEqual(['connecting', 'connected'])
    expect(backend.counters.liveSockets).toBe(1)
    expect(tap.socketTokens).toHaveLength(1)
  },
)

test.each(calls)(
  'a call of %s, as from an effect of an old tree, does nothing on the client of an ended session',
  async (call) => {
    const { client, auth, backend, tap } = await connected()
    await auth.disconnectUser()
    await expect((client[call] as Call)({ id: 'bob' }, 'token')).resolves.toBeUndefined()
    expect(backend.counters.liveSockets).toBe(0)
    expect(tap.socketTokens).toHaveLength(1)
  },
)
