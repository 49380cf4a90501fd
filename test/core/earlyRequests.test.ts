import { describe, expect, it } from 'vitest'
import { quietly } from '../support/promises.js'
import { connectedWorld, createWorld, failWith, failure, type World } from '../support/world.js'

const outcome = (request: Promise<unknown>) =>
  request.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? 'untyped',
  )

const sentTo = ({ requests }: World, path: string) =>
  requests.filter((request) => request.path === path).map((request) => request.outcome)

/** Connected without a socket; the clock that mints is so far ahead. */
async function pausedAhead(
  minterAheadMs: number,
  options: Parameters<typeof createWorld>[0] = {},
  connector: Parameters<typeof createWorld>[1] = {},
) {
  const world = createWorld({ ttlSeconds: 3600, ...options }, connector)
  world.controls.minterAheadMs = minterAheadMs
  await Promise.all([
    world.auth.connectUser({ id: 'jane' }, undefined, { paused: true }),
    world.settle(),
  ])
  return world
}

describe('in a paused session whose minting server is ahead', () => {
  it.each([1000, 5000, 10_000])(
    'by %d ms a request is answered, and sent twice',
    async (aheadMs) => {
      const world = await pausedAhead(aheadMs)
      const answer = outcome(world.auth.fetch('/channels'))
      await world.clock.advance(2 * aheadMs + 1000)
      expect(await answer).toBe('ok')
      expect(sentTo(world, '/channels')).toEqual([42, 'taken'])
      expect(world.sockets).toHaveLength(0)
      expect(world.clock.pendingTimers).toBe(0)
    },
  )

  it('many requests wait for one probe at a time, and go out in their order', async () => {
    const world = await pausedAhead(5000)
    const paths = ['/a', '/b', '/c', '/d']
    const answers = paths.map((path) => outcome(world.auth.fetch(path)))
    await world.clock.advance(3000)
    const late = outcome(world.auth.fetch('/late'))
    await world.clock.advance(9000)
    expect(await Promise.all([...answers, late])).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
    for (const path of paths) expect(sentTo(world, path)).toEqual([42, 'taken'])
    expect(sentTo(world, '/late')).toEqual(['taken'])
    const taken = world.requests.filter((request) => request.outcome === 'taken')
    expect(taken.map(({ path }) => path)).toEqual(['/probe', ...paths, '/late'])
    expect(sentTo(world, '/probe')).toEqual([42, 42, 42, 42, 'taken'])
  })

  it('a request waits for as long as any held one, and no probe follows it', async () => {
    const world = await pausedAhead(3_600_000, { holdTimeoutMs: 20_000 })
    const answer = outcome(world.auth.fetch('/channels'))
    await world.clock.advance(20_000)
    expect(await answer).toBe('hold-timeout')
    const sent = world.requests.length
    await world.clock.advance(600_000)
    expect(world.requests).toHaveLength(sent)
    expect(world.clock.pendingTimers).toBe(0)
    world.controls.minterAheadMs = 0
    const token = world.auth.getToken()
    await world.settle()
    expect(await token).toContain('.')
  })

  it('the next token waits for its moment, as the clocks are known by then', async () => {
    const world = await pausedAhead(5000)
    quietly(world.auth.fetch('/first'))
    await world.clock.advance(12_000)
    await Promise.all([world.auth.refreshToken(), world.settle()])
    const answer = outcome(world.auth.fetch('/second'))
    await world.clock.advance(12_000)
    expect(await answer).toBe('ok')
    expect(sentTo(world, '/second')).toEqual(['taken'])
  })

  it('requests see for themselves where a probe gets no answer', async () => {
    const world = await pausedAhead(5000)
    const answer = outcome(world.auth.fetch('/channels'))
    await world.settle()
    world.controls.onSend = (path) => {
      if (path === '/probe') throw failure({ message: 'offline' })
    }
    await world.clock.advance(250)
    expect(await answer).toBe('token-issued-in-future')
  })

  it('requests see for themselves with a connector that has no probe', async () => {
    const world = await pausedAhead(5000, {}, { canProbe: false })
    const answer = outcome(world.auth.fetch('/channels'))
    await world.clock.advance(250)
    expect(await answer).toBe('token-issued-in-future')
    expect(sentTo(world, '/channels')).toEqual([42, 42])
  })

  it('retry() sends the next probe at once', async () => {
    const world = await pausedAhead(5000)
    const answer = outcome(world.auth.fetch('/channels'))
    await world.clock.advance(4500)
    await world.clock.advance(1000) // the next one is at 7.75 s
    quietly(world.auth.retry())
    await world.settle()
    expect(await answer).toBe('ok')
  })

  it('a request that is rejected with its session leaves no probe behind', async () => {
    const world = await pausedAhead(5000)
    const answer = outcome(world.auth.fetch('/channels'))
    await world.clock.advance(1000)
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect(await answer).toBe('session-ended')
    const sent = world.requests.length
    await world.clock.advance(60_000)
    expect(world.requests).toHaveLength(sent)
  })
})

it('a request whose token was early is answered where no socket can be opened', async () => {
  const world = await connectedWorld({ ttlSeconds: 3600 })
  world.controls.openFault = failWith('connection-failed')
  world.controls.minterAheadMs = 5000
  world.revoke(world.live()[0]?.token ?? '')
  world.live()[0]?.drop(40)
  await world.settle()
  const answer = outcome(world.auth.fetch('/channels'))
  await world.clock.advance(20_000)
  expect(await answer).toBe('ok')
  expect(sentTo(world, '/channels')).toEqual([42, 'taken'])
})
