import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBrowserEnvironment } from '../../src/browser/createBrowserEnvironment.js'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import type { ChatAuth } from '../../src/core/chatAuth.js'
import { createChatAuth } from '../../src/core/createChatAuth.js'
import { openInMemory } from '../connectors/contract/hosts.js'
import { fuzzParameters } from '../support/fuzzParameters.js'
import { signIn } from '../testing/wireClient.js'

/**
 * Two devices of one user on the real protocol, against a model of who wrote each field last. A failure
 * prints its seed and path: `FC_SEED=… FC_PATH=… npx vitest run --project core test/core/profiles.model`
 * runs just that one again.
 */
const parameters = fuzzParameters(20)

const fields = ['name', 'team'] as const
type Field = (typeof fields)[number]
type Profile = Partial<Record<Field, string>>

/** Longest wait for a reconnect after a loss, and for all that follows it, in milliseconds. */
const settledAfterMs = 5000

interface Device {
  readonly auth: ChatAuth
  /** Fields as the app on this device last declared them. */
  declared: Profile
}

interface Play {
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

const steps = {
  async update({ auth }, change, { settle, last }) {
    const user = await settle(auth.updateUser(change))
    Object.assign(last, change)
    expect(user).toMatchObject(change)
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
    expect(details.slice(before)).toEqual(
      auth.getState().status === 'connected' ? [{ id: 'jane' }] : [],
    )
  },
  lose: (_device, _change, { drop }) => drop(),
  pause: ({ auth }, _, { settle }) => settle(auth.pause()),
  resume: ({ auth }, _, { settle }) => settle(auth.resume()),
  async elsewhere(_device, change, { settle, writeElsewhere, last }) {
    await settle(writeElsewhere(change))
    Object.assign(last, change)
  },
} satisfies Record<string, Step>

const script = fc.array(
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

async function setUp(): Promise<Play & { check: () => Promise<void>; close: () => unknown }> {
  const { backend, clock, tap, target, tokenProvider, environment, close } = await openInMemory()
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
      return close()
    },
  }
}

describe('two devices of one user', () => {
  it('agree with the backend on the last value that was declared or updated, whatever happens between', async () => {
    const property = fc.asyncProperty(script, async (commands) => {
      const play = await setUp()
      const [laptop, phone] = play.devices as [Device, Device]
      await steps.declare(laptop, { name: 'a', team: 'a' }, play)
      await steps.declare(phone, {}, play)
      for (const { step, device, change } of commands) {
        await steps[step](play.devices[device] as Device, change, play)
        await play.check()
      }
      for (const device of play.devices) await steps.resume(device, {}, play)
      await play.check()
      await play.close()
    })
    await fc.assert(property, parameters)
  }, 60_000)
})
