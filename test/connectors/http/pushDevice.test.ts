import { expect, test } from 'vitest'
import {
  httpConnector,
  type HttpConnectorOptions,
} from '../../../src/connectors/http/httpConnector.js'
import { contractsOf, type Stage } from '../contract/stage.js'

const device = { id: 'phone-1', push_provider: 'firebase' }

function setUp(): Promise<Stage> {
  const [inMemory] = contractsOf((target) => httpConnector({ ...target, device }))
  return inMemory!.setUp()
}

const send = async ({ auth, settle }: Stage, path: string, method = 'GET', body?: object) => {
  const init = { method, ...(body && { body: JSON.stringify(body) }) }
  const response = await settle(auth.fetch(path, init))
  return { status: response.status, json: await settle(response.json() as Promise<unknown>) }
}

test('the device of the options is registered by the handshake, once, whatever reconnects', async () => {
  const stage = await setUp()
  await stage.settle(stage.auth.connectUser({ id: 'jane' }))
  await stage.settle(stage.auth.refreshToken())
  await stage.until(({ socketsOpened }) => socketsOpened === 2)
  const { json } = await send(stage, '/devices')
  expect(json).toMatchObject({ devices: [{ ...device, user_id: 'jane' }] })
})

test('the device of the options is registered for a guest, and an anonymous reader connects without', async () => {
  const stage = await setUp()
  await stage.settle(stage.auth.setGuestUser({ id: 'visitor' }))
  expect((await send(stage, '/devices')).json).toMatchObject({ devices: [device] })
  await stage.settle(stage.auth.connectAnonymousUser())
  expect(stage.auth.getState().status).toBe('connected')
})

test.each([
  ['null', null, '`device` must be an object'],
  ['a text', 'phone-1', '`device` must be an object'],
  ['no id', { push_provider: 'apn' }, '`device.id` must be'],
  ['an id that is a number', { id: 7, push_provider: 'apn' }, '`device.id` must be'],
  ['an empty provider', { id: 'a', push_provider: '' }, '`device.push_provider` must be'],
  [
    'a name of the provider that is null',
    { ...device, push_provider_name: null },
    '`device.push_provider_name` must be',
  ],
])('a device that is %s throws a TypeError that names the option', (_, wrong, message) => {
  const options = { apiKey: 'key', baseUrl: 'https://chat.test', device: wrong } as unknown
  expect(() => httpConnector(options as HttpConnectorOptions)).toThrow(new RegExp(`^${message}`))
  expect(() => httpConnector(options as HttpConnectorOptions)).toThrow(TypeError)
})

test('a device is added once by its id, listed, and removed by `/devices`', async () => {
  const stage = await setUp()
  await stage.settle(stage.auth.connectUser({ id: 'jane' }))
  const tablet = { id: 'tablet', push_provider: 'apn', push_provider_name: 'kiosk' }
  await send(stage, '/devices', 'POST', tablet)
  await send(stage, '/devices', 'POST', tablet)
  expect((await send(stage, '/devices')).json).toMatchObject({ devices: [device, tablet] })
  await send(stage, '/devices?id=phone-1', 'DELETE')
  const { json } = await send(stage, '/devices')
  expect(json).toMatchObject({ devices: [tablet] })
  expect((json as { devices: unknown[] }).devices).toHaveLength(1)
})

test('a device for another user, or the profile of another user, is refused with 403 and changes nobody', async () => {
  const stage = await setUp()
  await stage.settle(stage.auth.connectUser({ id: 'bob', name: 'Bob' }))
  await stage.settle(stage.auth.switchUser({ id: 'jane', name: 'Jane' }))
  const foreign = await send(stage, '/devices', 'POST', { ...device, id: 'x', user_id: 'bob' })
  expect(foreign.status).toBe(403)
  const renaming = [
    { id: 'jane', set: { name: 'Mallory' } },
    { id: 'bob', set: { name: 'Mallory' } },
  ]
  const refused = await send(stage, '/users', 'PATCH', { users: renaming })
  expect(refused).toMatchObject({ status: 403, json: { code: 17 } })
  await stage.settle(stage.auth.switchUser({ id: 'bob' }))
  expect(stage.auth.getState()).toMatchObject({ user: { name: 'Bob' } })
  await stage.settle(stage.auth.switchUser({ id: 'jane' }))
  expect(stage.auth.getState()).toMatchObject({ user: { name: 'Jane' } })
})
