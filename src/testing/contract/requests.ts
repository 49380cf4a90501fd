import { expect } from './expect.js'
import { later, type Contract, type SetUp, type Stage, type StageOptions } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }

async function connected(setUp: SetUp, options?: StageOptions) {
  const stage = await setUp(options)
  // The request is the first to learn that the token is dead.
  stage.backend.socketExpiry = 'silent'
  await stage.settle(stage.auth.connectUser(jane))
  return stage
}

export function testRequests({ test, protocol, hasClock, paths, requestIdHeader }: Contract): void {
  test('carry the user, their token and an id of their own', async (setUp) => {
    const { auth, tap, settle } = await connected(setUp)
    await settle(
      Promise.all([
        auth.fetch(paths.own),
        auth.fetch(paths.items.slice(1), { headers: { a: 'b' } }),
      ]),
    )
    const me = tap.requests.find(({ path }) => path === paths.own)
    const channels = tap.requests.find(({ path }) => path === paths.items)
    expect(me).toMatchObject({ method: 'GET', path: paths.own, userId: 'jane' })
    expect(me?.token).toBe(tap.socketTokens[0])
    expect(channels?.headers.get('a')).toBe('b')
    expect(new Set(tap.requests.map(({ requestId }) => requestId)).size).toBe(2)
  })

  protocol('say how they are authenticated, and carry the API key', async (setUp) => {
    const { auth, backend, tap, settle } = await connected(setUp)
    await settle(auth.fetch(paths.own))
    expect(tap.requests[0]?.headers.get('stream-auth-type')).toBe('jwt')
    // Without the key, the backend refuses with 2.
    expect(backend.counters).toMatchObject({ requests: 1, accepted: 1, refused: {} })
  })

  test('cannot be told to carry another token, nor another id', async (setUp) => {
    const { auth, tap, settle } = await connected(setUp)
    const headers = { authorization: 'mine', [requestIdHeader]: 'mine' }
    expect((await settle(auth.fetch(paths.own, { headers }))).status).toBe(200)
    expect(tap.requests[0]?.token).toBe(tap.socketTokens[0])
    expect(tap.requests[0]?.requestId).not.toContain('mine')
  })

  test('a hundred at a revocation: one provider call, each replayed once under its own id', async (setUp) => {
    const { auth, backend, tap, settle, until } = await connected(setUp)
    const asked = Array.from({ length: 100 }, (_, i) => auth.fetch(`${paths.items}?n=${i}`))
    await backend.revokeTokens('jane')
    const answers = await settle(Promise.all(asked))

    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200))
    expect(backend.counters).toMatchObject({
      tokenCalls: 2,
      requests: 200,
      accepted: 100,
      refused: { 40: 100 },
      replays: 100,
      acceptedTwice: 0,
    })
    // The socket is given the new token as well, though a replay may be quicker.
    await until(() => tap.socketTokens.length === 2)
    for (let i = 0; i < 100; i++) {
      const sendings = tap.requests.filter(({ path }) => path === `${paths.items}?n=${i}`)
      expect(sendings).toHaveLength(2)
      expect(sendings[0]?.requestId).toBe(sendings[1]?.requestId)
      expect(sendings.map(({ token }) => token)).toEqual(tap.socketTokens.slice(0, 2))
    }
    expect(auth.getState().status).toBe('connected')
  })

  test('a hundred at once do not make the platform warn of a leak', async (setUp) => {
    const { auth, settle } = await connected(setUp)
    const warnings: string[] = []
    const hear = ({ name }: Error) => void warnings.push(name)
    const platform = globalThis as { readonly process?: WarningPlatform }
    platform.process?.on?.('warning', hear)
    try {
      await settle(Promise.all(Array.from({ length: 100 }, () => auth.fetch(paths.own))))
    } finally {
      platform.process?.off?.('warning', hear)
    }
    expect(warnings).toEqual([])
  })

  test('a refusal that arrives after the token was replaced causes no further provider call', async (setUp) => {
    const { auth, backend, tap, settle, until } = await connected(setUp)
    await backend.revokeTokens('jane')
    const release = tap.holdAnswers(paths.own)
    const late = auth.fetch(paths.own)
    await until(({ refused }) => refused[40] === 1)
    await settle(auth.refreshToken())
    release()
    expect((await settle(late)).status).toBe(200)
    expect(backend.counters).toMatchObject({ tokenCalls: 2, replays: 1 })
  })

  test('are replayed once and no more: refused with the fresh token too, they fail', async (setUp) => {
    const { auth, backend, failure, until } = await connected(setUp)
    backend.faults.refuseFreshTokens = 40
    await backend.revokeTokens('jane')
    expect(await failure(auth.fetch(paths.own))).toMatchObject({ code: 'token-refused' })
    await until(({ liveSockets }) => liveSockets === 0)
    expect(auth.getState()).toMatchObject({ status: 'failed', error: { code: 'token-refused' } })
    expect(backend.counters.tokenCalls).toBe(2)
    expect(backend.counters.requests).toBeLessThanOrEqual(2)
  })

  test.each<[string, (stage: Stage) => void, number]>([
    ['not found', () => {}, 404],
    ['500', ({ backend }) => (backend.faults.answerWith = -1), 500],
    ['429', ({ backend }) => (backend.faults.answerWith = 9), 429],
  ])(
    'get answers that are not about the token as they are: %s',
    async (setUp, _, arrange, status) => {
      const stage = await connected(setUp)
      arrange(stage)
      expect((await stage.settle(stage.auth.fetch('/nothing/here'))).status).toBe(status)
      expect(stage.auth.getState().status).toBe('connected')
      expect(stage.backend.counters).toMatchObject({ requests: 1, tokenCalls: 1 })
    },
  )

  protocol('get the 403 of an app that is suspended as it is', async (setUp) => {
    const { auth, backend, settle } = await connected(setUp)
    backend.faults.answerWith = 99
    expect((await settle(auth.fetch('/nothing/here'))).status).toBe(403)
    expect(auth.getState().status).toBe('connected')
    expect(backend.counters).toMatchObject({ requests: 1, tokenCalls: 1 })
  })

  test('to a backend that is gone fail as connection-failed, and the next one goes through', async (setUp) => {
    const { auth, backend, failure, settle } = await connected(setUp)
    backend.faults.down = true
    expect(await failure(auth.fetch(paths.own))).toMatchObject({ code: 'connection-failed' })
    backend.faults.down = false
    expect((await settle(auth.fetch(paths.own))).status).toBe(200)
  })

  test('aborted while in flight reject at once with the caller’s reason', async (setUp) => {
    const { auth, tap, settle, failure, until } = await connected(setUp)
    const release = tap.holdAnswers(paths.own)
    const controller = new AbortController()
    const asked = later(auth.fetch(paths.own, { signal: controller.signal }))
    await until(() => tap.requests.length === 1)
    controller.abort(new Error('never mind'))
    expect((await failure(asked)).message).toBe('never mind')
    release()
    expect((await settle(auth.fetch(paths.own))).status).toBe(200)
  })

  test('aborted while held reject at once, and are never sent', async (setUp) => {
    const { auth, backend, settle, failure, until, events } = await connected(setUp)
    backend.tokenEndpoint.fault = 'hang'
    await backend.revokeTokens('jane')
    const first = later(auth.fetch(`${paths.own}?first`))
    await until(() => events.some(({ type }) => type === 'request-held'))
    const controller = new AbortController()
    const held = auth.fetch(`${paths.own}?held`, { signal: controller.signal })
    controller.abort(new Error('never mind'))
    expect((await failure(held)).message).toBe('never mind')
    const early = auth.fetch(`${paths.own}?early`, { signal: controller.signal })
    expect((await failure(early)).message).toBe('never mind')
    await settle(auth.disconnectUser())
    expect((await failure(first)).code).toBe('session-ended')
    expect(backend.counters.requests).toBe(1)
  })

  test('aborting one leaves the answers of the others, and of their bodies, alone', async (setUp) => {
    const { auth, settle } = await connected(setUp)
    const controller = new AbortController()
    const [first, second] = await settle(
      Promise.all([
        auth.fetch(paths.items, { signal: controller.signal }),
        auth.fetch(paths.items),
      ]),
    )
    controller.abort()
    expect(JSON.parse((await second?.text()) ?? '')).toMatchObject({})
    // Whether its body was in by then or not, it settles.
    await first?.text().catch(() => {})
  })

  if (!hasClock) return

  test('are not sent with a token that would die on the way', async (setUp) => {
    const stage = await setUp()
    const { auth, backend, clock, settle } = stage
    backend.tokenEndpoint.expiresInSeconds = 60
    await settle(auth.connectUser(jane))
    backend.tokenEndpoint.fault = '500'
    await clock?.advance(59_500)
    backend.tokenEndpoint.fault = null
    backend.faults.slowMs = 700
    expect((await settle(auth.fetch(paths.own))).status).toBe(200)
    expect(backend.counters).toMatchObject({ accepted: 1, requests: 1 })
  })

  test('held for longer than holdTimeoutMs reject as hold-timeout, and are never sent', async (setUp) => {
    const stage = await connected(setUp, { holdTimeoutMs: 5000 })
    stage.backend.tokenEndpoint.fault = 'hang'
    await stage.backend.revokeTokens('jane')
    expect((await stage.failure(stage.auth.fetch(paths.own))).code).toBe('hold-timeout')
    expect(stage.backend.counters.requests).toBe(1)
  })
}

interface WarningPlatform {
  on?(name: 'warning', hear: (warning: Error) => void): void
  off?(name: 'warning', hear: (warning: Error) => void): void
}
