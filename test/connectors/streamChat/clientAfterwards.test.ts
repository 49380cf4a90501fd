import { StreamChat } from 'stream-chat'
import { expect, test, vi } from 'vitest'
import { noteOwnClient } from '../../../src/connectors/streamChat/strayClients.js'
import { connected, me } from '../realClient.js'

const tokenOf = ({ tokenManager }: StreamChat) => tokenManager.token

test('after a log-out the client has neither user nor token, and its late requests still end as the session did', async () => {
  const { client, auth } = await connected()
  expect(client.userID).toBe('jane')
  await auth.disconnectUser()
  expect(client).not.toHaveProperty('user')
  expect(client).not.toHaveProperty('userID')
  expect(tokenOf(client)).toBeUndefined()
  await expect(me(client)).rejects.toMatchObject({ code: 'session-ended' })
})

test('after a failure the client has no token, but its user until the log-out, for what is kept to be read', async () => {
  const { client, auth, backend, until } = await connected()
  backend.faults.refuseFreshTokens = 40
  await backend.revokeTokens('jane')
  await expect(me(client)).rejects.toMatchObject({ code: 'token-refused' })
  await until(() => tokenOf(client) === undefined)
  expect(client.userID).toBe('jane')
  await auth.disconnectUser()
  expect(client).not.toHaveProperty('userID')
})

test('a client that nobody connected is named once in development, and the session’s client never', async () => {
  const warn = vi.fn()
  const own = new StreamChat('key')
  const hook = () => Object.getOwnPropertyDescriptor(StreamChat.prototype, '_getToken')?.value
  const before: unknown = hook()
  noteOwnClient(own, undefined)
  expect(hook()).toBe(before)
  noteOwnClient(own, warn)
  expect(() => own._getToken()).toThrow('tokens are not set')
  expect(warn).not.toHaveBeenCalled()

  const stray = new StreamChat('key')
  await expect(stray.queryUsers({})).rejects.toThrow('tokens are not set')
  await expect(stray.queryUsers({})).rejects.toThrow('tokens are not set')
  expect(warn).toHaveBeenCalledTimes(1)
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('useChatClient<StreamChat>()'))
})
