import { describe, expect, test } from 'vitest'
import {
  httpConnector,
  type HttpConnectorOptions,
} from '../../../src/connectors/http/httpConnector.js'
import type { ConnectorTarget } from '../contract/hosts.js'
import { contractsOf, later, type Stage } from '../contract/stage.js'

const jane = { id: 'jane', name: 'Jane' }

type Change = (target: ConnectorTarget) => Partial<HttpConnectorOptions>

const setUpWith = (change: Change) => {
  const [inMemory] = contractsOf((target) => httpConnector({ ...target, ...change(target) }))
  return inMemory!.setUp()
}

async function connectedWith(change: Change): Promise<Stage> {
  const stage = await setUpWith(change)
  await stage.settle(stage.auth.connectUser(jane))
  return stage
}

describe('an answer with a bad status', () => {
  /** Sends the first half of a refusal only, and counts the readers that wait for the rest. */
  const stalling = () => {
    const state = { open: 0, cancelled: 0 }
    const body = () =>
      new ReadableStream({
        start(controller) {
          state.open++
          controller.enqueue(new TextEncoder().encode('{"code":40,'))
        },
        cancel: () => void state.cancelled++,
      })
    return { state, fetch: async () => new Response(body(), { status: 401 }) }
  }

  test('that stalls goes to the caller after 5 seconds, with its body unread', async () => {
    const { state, fetch } = stalling()
    const { auth, clock } = await connectedWith(() => ({ fetch }))
    let response: Response | null = null
    const before = clock!.pendingTimers
    void auth.fetch('/me').then((answer) => (response = answer))
    await clock!.advance(4999)
    expect(response).toBeNull()
    await clock!.advance(1)
    expect(response).toMatchObject({ status: 401, bodyUsed: false })
    expect(state).toEqual({ open: 1, cancelled: 0 })
    const reader = response!.body!.getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('{"code":40,')
    expect(clock!.pendingTimers).toBe(before)
    await reader.cancel()
    expect(state.cancelled).toBe(1)
  })

  test.each<[string, (stage: Stage, caller: AbortController) => void]>([
    ['the session ends', ({ auth }) => auth.dispose()],
    ['its caller aborts it', (_, caller) => caller.abort(new Error('enough'))],
  ])('that stalls leaves no timer behind when %s', async (_, end) => {
    const stage = await connectedWith(() => stalling())
    const caller = new AbortController()
    const before = stage.clock!.pendingTimers
    const asked = later(stage.auth.fetch('/me', { signal: caller.signal }))
    await stage.clock!.advance(0)
    expect(stage.clock!.pendingTimers).toBe(before + 1)
    end(stage, caller)
    await expect(asked).rejects.toBeInstanceOf(Error)
    await stage.clock!.advance(0)
    expect(stage.clock!.pendingTimers).toBeLessThanOrEqual(before)
  })

  test('that arrives after the session’s end, from a fetch that ignores signals, is cancelled', async () => {
    const { state, fetch } = stalling()
    let answer = () => {}
    const asked = new Promise<void>((resolve) => (answer = resolve))
    const stage = await connectedWith(() => ({
      async fetch() {
        await asked
        return fetch()
      },
    }))
    const request = later(stage.auth.fetch('/me'))
    stage.auth.dispose()
    answer()
    await expect(request).rejects.toMatchObject({ code: 'disposed' })
    await stage.clock!.advance(0)
    expect(state).toEqual({ open: 1, cancelled: 1 })
  })

  test.each<[string, number, object, string]>([
    ['a redirect', 302, { Location: '/elsewhere' }, 'redirect-refused'],
    ['what an anonymous user may not', 403, {}, 'anonymous-not-allowed'],
  ])('that says %s is cancelled', async (_, status, headers, code) => {
    let isCancelled = false
    const body = () =>
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"code":17}')),
        pull: (controller) => (status === 403 ? controller.close() : undefined),
        cancel: () => void (isCancelled = true),
      })
    const init = { status, headers: headers as HeadersInit }
    const stage = await setUpWith(() => ({ fetch: async () => new Response(body(), init) }))
    await stage.settle(stage.auth.connectAnonymousUser())
    expect((await stage.failure(stage.auth.fetch('/me'))).code).toBe(code)
    // A body that was read to its end has nothing left to cancel.
    expect(isCancelled).toBe(status !== 403)
  })
})

describe('creating a guest', () => {
  const guest = { id: 'visitor' }
  /** Never answers, but rejects at an abort, as a network does. */
  const silent: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))
    })
  /** Answers with a body that goes on until it is aborted. */
  const endless: typeof fetch = async (_, init) =>
    new Response(
      new ReadableStream({
        start(body) {
          init?.signal?.addEventListener('abort', () => body.error(init.signal?.reason))
        },
      }),
    )

  test.each([
    ['no answer', silent],
    ['an answer without end', endless],
  ])('is aborted after connectTimeoutMs of %s', async (_, fetch) => {
    const { auth, clock } = await setUpWith(() => ({ fetch, connectTimeoutMs: 2000 }))
    const making = later(auth.setGuestUser(guest))
    await clock?.advance(1999)
    expect(auth.getState().status).toBe('connecting')
    await clock?.advance(1)
    await expect(making).rejects.toMatchObject({ code: 'connection-timeout' })
    expect(clock?.pendingTimers).toBe(0)
  })

  test.each([Infinity, 30 * 86_400_000])(
    'may take %s ms with that connectTimeoutMs',
    async (ms) => {
      const { auth, clock, settle } = await setUpWith(() => ({
        fetch: silent,
        connectTimeoutMs: ms,
      }))
      void later(auth.setGuestUser(guest))
      await clock?.advance(300_000)
      expect(auth.getState().status).toBe('connecting')
      await settle(auth.disconnectUser())
      expect(clock?.pendingTimers).toBe(0)
    },
  )

  test('fails at an answer of more than 64 kB, which is cancelled', async () => {
    let isCancelled = false
    const huge = new ReadableStream({
      pull: (body) => body.enqueue(new Uint8Array(10_000).fill(32)),
      cancel: () => void (isCancelled = true),
    })
    const stage = await setUpWith(() => ({ fetch: async () => new Response(huge) }))
    expect((await stage.failure(stage.auth.setGuestUser(guest))).code).toBe('unexpected-answer')
    expect(isCancelled).toBe(true)
  })

  test('ends with a log-out', async () => {
    const aborted: unknown[] = []
    const { auth, settle, clock } = await setUpWith(() => ({
      fetch: (input, init) => {
        init?.signal?.addEventListener('abort', () => aborted.push(init.signal?.reason))
        return silent(input, init)
      },
    }))
    void later(auth.setGuestUser(guest))
    await clock?.advance(0)
    await settle(auth.disconnectUser())
    expect(aborted).toMatchObject([{ code: 'session-ended' }])
    expect(clock?.pendingTimers).toBe(0)
  })

  test('in an app that does not allow guests fails as guests-disabled', async () => {
    const { auth, failure } = await setUpWith(() => ({
      fetch: async () => Response.json({ code: 5, message: 'no guests' }, { status: 401 }),
    }))
    expect((await failure(auth.setGuestUser(guest))).code).toBe('guests-disabled')
  })
})
