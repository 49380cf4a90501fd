import { describe, expect, test } from 'vitest'
import type { Environment } from '../../../src/core/environment.js'
import { ChatAuthError } from '../../../src/core/errors.js'
import { createLife } from '../../../src/core/life.js'
import type { Settings } from '../../../src/core/options.js'
import { createOutbox } from '../../../src/core/outbox.js'
import { createTokenSource } from '../../../src/core/token/createTokenSource.js'
import { createManualClock } from '../../../src/testing/controls/createManualClock.js'
import { answerClient, createHerdClient, settings } from './herdClient.js'
import { createRandom } from './simulateHerd.js'
import { mint } from '../../support/world.js'

const hour = 3_600_000
/** Duration of the outage, long enough for some tokens to expire. */
const outage = { fromMs: 2 * hour, toMs: 2 * hour + 1_800_000 }
const endMs = 4 * hour

/** Times at which a session of the library requests a token. */
async function callsOfLibrary(seed: number, retryAfterMs: number | null) {
  const clock = createManualClock({ now: new Date(0) })
  const calls: number[] = []
  const environment: Environment = {
    ...clock,
    random: createRandom(seed),
    createAbortController: () => new AbortController(),
    isOnline: () => true,
    onWake: () => () => {},
  }
  const outbox = createOutbox(environment)
  const source = createTokenSource({
    life: createLife(environment, outbox),
    outbox,
    userId: 'jane',
    provider: async () => {
      const nowMs = clock.now()
      calls.push(nowMs)
      if (nowMs >= outage.fromMs && nowMs < outage.toMs) {
        throw new ChatAuthError('token-provider-failed', {
          retryAfterMs: retryAfterMs ?? undefined,
        })
      }
      const iat = Math.floor(nowMs / 1000)
      return mint({ user_id: 'jane', iat, exp: iat + 3600 })
    },
    isAnonymous: false,
    staticToken: null,
    environment,
    settings: { ...settings, providerTimeoutMs: 10_000 } as unknown as Settings,
    sharing: null,
    emit: () => {},
    onChange: () => {},
    isWanted: () => true,
    onReady: () => {},
    onFatal: () => {},
  })
  void source.whenReady()
  await clock.advance(endMs)
  source.dispose(new ChatAuthError('disposed'))
  return calls
}

/** Times at which the simulated client requests a token. */
function callsOfModel(seed: number, retryAfterMs: number | null) {
  const random = createRandom(seed)
  const client = createHerdClient(0)
  const calls: number[] = []
  while (client.asksAtMs <= endMs) {
    const nowMs = client.asksAtMs
    calls.push(nowMs)
    const isDown = nowMs >= outage.fromMs && nowMs < outage.toMs
    answerClient(client, isDown ? { retryAfterMs } : 'token', nowMs, 'as-built', random)
  }
  return calls
}

describe('the simulated client requests tokens at the same times as the library', () => {
  test.each([null, 60_000])('through an outage with Retry-After: %j', async (retryAfterMs) => {
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8]
    for (const seed of seeds) {
      const modelled = callsOfModel(seed, retryAfterMs)
      const calls = await callsOfLibrary(seed, retryAfterMs)
      expect(calls.length).toBe(modelled.length)
      const apart = calls.map((atMs, index) => Math.abs(atMs - (modelled[index] ?? Infinity)))
      // The library waits at least one millisecond.
      expect(Math.max(...apart)).toBeLessThan(20)
    }
    expect(seeds.flatMap((seed) => callsOfModel(seed, retryAfterMs)).length).toBeGreaterThan(40)
  })
})
