import { expect, onTestFinished, test } from 'vitest'
import { createBrowserEnvironment } from '../../src/browser/createBrowserEnvironment.js'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import { createChatAuth } from '../../src/core/createChatAuth.js'
import { createPush, type PushOutcome } from '../../stories/reactNative/push.js'
import { openInMemory } from './contract/hosts.js'

async function setUp() {
  const host = await openInMemory()
  const { backend, clock, environment, target, tokenProvider } = host
  const outcomes: PushOutcome[] = []
  const push = createPush({
    fetch: (path, init) => auth.fetch(path, init),
    readDeviceId: async () => 'phone 1',
    report: (outcome) => void outcomes.push(outcome),
  })
  const auth = createChatAuth({
    connector: httpConnector(target),
    tokenProvider,
    environment: { ...createBrowserEnvironment(), ...environment },
    crossTab: false,
    ...push,
  })
  onTestFinished(() => {
    auth.dispose()
    return host.close()
  })
  async function settle<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {})
    await clock.advance(0)
    return promise
  }
  async function devicesOf(id: string): Promise<string[]> {
    await settle(auth.connectUser({ id }, undefined, { paused: true }))
    const response = await settle(auth.fetch('/devices'))
    const { devices } = (await response.json()) as { devices: { id: string }[] }
    return devices.map((device) => device.id)
  }
  return { auth, backend, clock, outcomes, settle, devicesOf }
}

test('the recipe for push registers the device at a connect, and unregisters it before the log-out', async () => {
  const { auth, outcomes, settle, devicesOf } = await setUp()
  await settle(auth.connectUser({ id: 'jane' }))
  expect(outcomes).toEqual(['registered'])
  expect(await devicesOf('jane')).toEqual(['phone 1'])
  await settle(auth.disconnectUser())
  expect(outcomes).toEqual(['registered', 'unregistered'])
  expect(await devicesOf('jane')).toEqual([])
})

test('the recipe for push moves the device to the next user at a switch', async () => {
  const { auth, outcomes, settle, devicesOf } = await setUp()
  await settle(auth.connectUser({ id: 'jane' }))
  await settle(auth.switchUser({ id: 'bob' }))
  expect(outcomes).toEqual(['registered', 'unregistered', 'registered'])
  expect(await devicesOf('bob')).toEqual(['phone 1'])
})

test('the recipe for push says that the device is left registered where the log-out cut it off', async () => {
  const { auth, backend, clock, outcomes, settle } = await setUp()
  await settle(auth.connectUser({ id: 'jane' }))
  backend.faults.slowMs = 10_000
  const leaving = auth.disconnectUser()
  await clock.advance(3000)
  await settle(leaving)
  expect(outcomes).toEqual(['registered', 'left-registered'])
  expect(auth.getState().status).toBe('disconnected')
})

test('the recipe for push says that the device is left registered where the backend cannot be reached', async () => {
  const { auth, backend, outcomes, settle } = await setUp()
  await settle(auth.connectUser({ id: 'jane' }))
  backend.faults.down = true
  await settle(auth.disconnectUser())
  expect(outcomes).toEqual(['registered', 'left-registered'])
})

test('the recipe for push registers nobody anonymous, and does not hinder the log-out', async () => {
  const { auth, outcomes, settle } = await setUp()
  await settle(auth.connectAnonymousUser())
  await settle(auth.disconnectUser())
  expect(outcomes).toEqual(['not-registered'])
  expect(auth.getState().status).toBe('disconnected')
})
