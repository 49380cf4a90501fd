import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expect } from 'vitest'
import { createBrowserEnvironment } from '../../../src/browser/createBrowserEnvironment.js'
import { httpConnector } from '../../../src/connectors/http/httpConnector.js'
import type { ChatAuth } from '../../../src/core/chatAuth.js'
import { createChatAuth } from '../../../src/core/createChatAuth.js'
import { openInMemory } from '../../connectors/contract/hosts.js'
import { signIn } from '../../testing/wireClient.js'

const fields = ['name', 'team'] as const
type Field = (typeof fields)[number]
type Profile = Partial<Record<Field, string>>

/** Longest wait for a reconnect after a loss, and for all that follows it, in milliseconds. */
const settledAfterMs = 5000

export interface Device {
  readonly auth: ChatAuth
  /** Fields as the app on this device last declared them. */
  declared: Profile
}

export interface Play {
  readonly devices: readonly Device[]
  /** What was declared or updated last. */
  readonly last: Profile
  /** Details of all handshakes. */
  readonly details: readonly object[]
  readonly drop: () => void
  readonly writeElsewhere: (change: Profile) => Promise<unknown>
  readonly settle: <T>(promise: Promise<T>) => Promise<T>
}

type Step = (device: Device, change: Profile, play: Play) => Promise<unknown> | void

export const steps = {
  async update({ auth }, change, { settle, last }) {
    const user = await settle(auth.updateUser(change))
    Object.assign(last, change)
    assert.deepEqual({ ...user, ...change }, user)
  },
  /** Resumes a paused session too: what is declared is sent once it is connected. */
  async declare(device, change, { settle, last }) {
    const changed = Object.entries(change).filter(
      ([field, value]) => device.declared[field as Field] !== value,
    )
    device.declared = { ...device.declared, ...change }
    await settle(device.auth.connectUser({ id: 'jane', ...device.declared }))
    Object.assign(last, Object.fromEntries(changed))
  },
  async renew({ auth }, _, { settle, details }) {
    const before = details.length
    await settle(auth.refreshToken())
    const expected = auth.getState().status === 'connected' ? [{ id: 'jane' }] : []
    assert.deepEqual(details.slice(before), expected)
  },
  lose: (_device, _change, { drop }) => drop(),
  pause: ({ auth }, _, { settle }) => settle(auth.pause()),
  resume: ({ auth }, _, { settle }) => settle(auth.resume()),
  async elsewhere(_device, change, { settle, writeElsewhere, last }) {
    await settle(writeElsewhere(change))
    Object.assign(last, change)
  },
} satisfies Record<string, Step>

export const script = fc.array(
  fc.record({
    step: fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])),
    device: fc.constantFrom(0, 1),
    change: fc.dictionary(fc.constantFrom(...fields), fc.constantFrom('a', 'b', 'c'), {
      minKeys: 1,
      noNullPrototype: true,
    }),
  }),
  { minLength: 1, maxLength: 14 },
)

export async function setUp(): Promise<
  Play & { check: () => Promise<void>; close: () => unknown }
> {
  const host = await openInMemory()
  const { backend, clock, tap, target, tokenProvider, environment } = host
  const devices = [0, 1].map(() => ({
    declared: {},
    auth: createChatAuth({
      connector: httpConnector(target),
      tokenProvider,
      environment: { ...createBrowserEnvironment(), ...environment },
      crossTab: false,
    }),
  }))
  const elsewhere = await signIn(backend)
  const last: Profile = {}

  async function settle<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {})
    await clock.advance(settledAfterMs)
    return promise
  }

  async function check(): Promise<void> {
    await clock.advance(settledAfterMs)
    const { json } = await settle(elsewhere.send('/me'))
    expect(json.user).toMatchObject(last)
    for (const { auth } of devices) {
      const state = auth.getState()
      expect(['connected', 'paused']).toContain(state.status)
      if (state.status === 'connected') expect(state.user).toMatchObject(last)
    }
  }

  return {
    devices,
    last,
    details: tap.details,
    drop: () => backend.dropConnections('abnormal', 'jane'),
    writeElsewhere: (set) =>
      elsewhere.send('/users', { method: 'PATCH', body: { users: [{ id: 'jane', set }] } }),
    settle,
    check,
    close() {
      for (const { auth } of devices) auth.dispose()
      return host.close()
    },
  }
}
