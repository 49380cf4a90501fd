import { describe, expect, test } from 'vitest'
import {
  httpConnector,
  type HttpConnectorOptions,
} from '../../../src/connectors/http/httpConnector.js'
import { requestLimitMs } from '../../../src/connectors/protocol/requestLimit.js'
import { contractsOf, later, type Stage } from '../contract/stage.js'

/** Connects Jane over a network on which requests to `/hole` get no answer until released. */
async function connected(options: Partial<HttpConnectorOptions> = {}, knowsSignals = true) {
  const answers = new Set<() => void>()
  const signals: (AbortSignal | null | undefined)[] = []
  let cancelled = 0
  const [inMemory] = contractsOf((target) =>
    httpConnector({
      ...target,
      fetch: async (input, init) => {
        if (new URL(input as string).pathname !== '/hole') return target.fetch(input, init)
        signals.push(init?.signal)
        await new Promise<void>((resolve, reject) => {
          answers.add(resolve)
          if (!knowsSignals) return
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))
        })
        return new Response(new ReadableStream({ cancel: () => void cancelled++ }))
      },
      ...options,
    }),
  )
  const stage = await inMemory!.setUp()
  await stage.settle(stage.auth.connectUser({ id: 'jane' }))
  const clock = stage.clock as NonNullable<Stage['clock']>
  const timersBefore = clock.pendingTimers
  return {
    ...stage,
    clock,
    signals,
    answer: () => answers.forEach((let_) => let_()),
    cancelled: () => cancelled,
    timers: () => clock.pendingTimers - timersBefore,
  }
}

const isTimeout = { name: 'ChatAuthError', code: 'request-timeout', retryable: true }

describe.each([
  ['that knows signals', true],
  ['that knows no signals', false],
])('a request into a black hole, with a fetch %s', (_, knowsSignals) => {
  test('rejects after a minute, and its signal is aborted', async () => {
    const { auth, clock, signals, timers } = await connected({}, knowsSignals)
    const asked = later(auth.fetch('/hole'))
    await clock.advance(59_999)
    expect(signals[0]?.aborted).toBe(false)
    await clock.advance(1)
    await expect(asked).rejects.toMatchObject(isTimeout)
    expect(signals[0]?.aborted).toBe(true)
    expect(timers()).toBe(0)
  })

  test('rejects after `requestTimeoutMs`', async () => {
    const { auth, clock } = await connected({ requestTimeoutMs: 1500 }, knowsSignals)
    const asked = later(auth.fetch('/hole'))
    await clock.advance(1500)
    await expect(asked).rejects.toMatchObject(isTimeout)
  })
})

test('an answer after the limit, from a fetch that ignores signals, is cancelled', async () => {
  const { auth, clock, answer, cancelled } = await connected({}, false)
  const asked = later(auth.fetch('/hole'))
  await clock.advance(60_000)
  await expect(asked).rejects.toMatchObject(isTimeout)
  answer()
  await clock.advance(0)
  expect(cancelled()).toBe(1)
})

test('a request has no limit with `requestTimeoutMs: Infinity`', async () => {
  const { auth, clock, answer } = await connected({ requestTimeoutMs: Infinity })
  const asked = later(auth.fetch('/hole'))
  await clock.advance(3_500_000)
  answer()
  await expect(asked).resolves.toMatchObject({ status: 200 })
})

test('the body of an answer whose headers came in time has no limit', async () => {
  const { auth, clock, answer, cancelled, signals, timers } = await connected()
  const asked = later(auth.fetch('/hole'))
  await clock.advance(59_000)
  answer()
  await asked
  await clock.advance(3_000_000)
  expect([cancelled(), signals[0]?.aborted, timers()]).toEqual([0, false, 0])
})

test('a request that was held first has its whole limit once it is sent', async () => {
  const { auth, backend, clock } = await connected()
  backend.tokenEndpoint.slowMs = 9000
  await backend.revokeTokens('jane')
  await clock.advance(1000)
  const asked = later(auth.fetch('/hole'))
  let isOver = false
  void asked.catch(() => (isOver = true))
  await clock.advance(60_000)
  expect(isOver).toBe(false)
  await clock.advance(10_000)
  await expect(asked).rejects.toMatchObject(isTimeout)
})

test.each<[string, unknown, number]>([
  ['no body', null, 0],
  ['text', 'x'.repeat(16_000), 1000],
  ['a blob', new Blob(['x'.repeat(1_600_000)]), 100_000],
  ['bytes', new Uint8Array(32_000), 2000],
  ['a buffer', new ArrayBuffer(32_000), 2000],
])('a request has a second more for each 16 kB of an upload: %s', (_, body, moreMs) => {
  expect(requestLimitMs(60_000, body)).toBe(60_000 + moreMs)
  expect(requestLimitMs(Infinity, body)).toBe(Infinity)
})

test.each([0, -1, NaN, '5000', null])(
  'the connector option `requestTimeoutMs: %s` throws a TypeError',
  (value) => {
    const options = { apiKey: 'key', baseUrl: 'https://chat.test', requestTimeoutMs: value }
    expect(() => httpConnector(options as HttpConnectorOptions)).toThrow(/`requestTimeoutMs`/)
  },
)
