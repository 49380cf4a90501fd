import { expect, it } from 'vitest'
import { never, quietly } from '../support/promises.js'
import { openTabsAsJane } from '../support/tabsOfJane.js'
import {
  connectedWorld,
  createWorld,
  failWith,
  failure,
  tokenStateOf,
  whoIs,
} from '../support/world.js'
import { createFakeBrowser } from '../support/fakeBrowser.js'

const hour = 3_600_000
const down = () => Promise.reject(failure({}))
const outcome = (p: Promise<unknown>) =>
  p.then(
    () => 'ok',
    (e) => e.code ?? e.message,
  )

/** Connected, and taught that the minting server is 5 s ahead. */
async function taught() {
  const world = createWorld()
  world.controls.minterAheadMs = 5000
  quietly(world.auth.connectUser({ id: 'jane' }))
  await world.clock.advance(20_000)
  return world
}

it('an early token ends no live session that has a good one, whatever `retry.maxAttempts` is', async () => {
  const world = await connectedWorld({ retry: { maxAttempts: 1 } })
  world.controls.minterAheadMs = 5000
  await world.clock.advance(60_000)
  expect(world.state().status).toBe('connected')
})

it("a backend's clock set back for a second ends no live session, whatever `retry.maxAttempts` is", async () => {
  const world = await connectedWorld({ retry: { maxAttempts: 1 } })
  world.controls.refuseAll = 42
  quietly(world.auth.fetch('/'))
  await world.clock.advance(1000)
  world.controls.refuseAll = null
  await world.clock.advance(10_000)
  expect(world.state().status).toBe('connected')
})

it('requests go out with a first token that was early, where no socket can be opened', async () => {
  const world = createWorld()
  world.controls.openFault = failWith('connection-failed')
  world.controls.minterAheadMs = 5000
  quietly(world.auth.connectUser({ id: 'jane' }))
  quietly(world.auth.fetch('/'))
  await world.clock.advance(20_000)
  const second = outcome(world.auth.fetch('/second'))
  await world.clock.advance(120_000)
  expect(await second).toBe('ok')
})

it('requests of a session whose minting server is ahead are answered while its sockets fail for five minutes', async () => {
  const world = await taught()
  world.controls.openFault = failWith('connection-failed')
  world.live()[0]?.drop()
  for (let i = 0; i < 300; i++) {
    quietly(world.auth.fetch('/'))
    await world.clock.advance(1000)
  }
  expect(world.typesOf().filter((type) => type === 'request-rejected')).toHaveLength(0)
})

it('requests carry the old token while a slow handshake tries one that may be early', async () => {
  const world = await taught()
  world.controls.openFault = never
  const calls = world.calls.length
  while (world.calls.length === calls) await world.clock.advance(250)
  await world.clock.advance(9000) // the old one is good for 10 s more
  quietly(world.auth.fetch('/'))
  await world.settle()
  expect(world.requests).toHaveLength(1)
})

it('a provider is asked where the token in use is revoked while its successor waits for its moment', async () => {
  const world = await connectedWorld({ ttlSeconds: 3600 })
  world.controls.minterAheadMs = 200_000
  await Promise.all([world.auth.refreshToken(), world.settle()])
  await world.clock.advance(300_000)
  const old = world.live()[0]?.token ?? ''
  await Promise.all([world.auth.refreshToken(), world.settle()]) // waits for a known 200 s
  world.controls.minterAheadMs = 0 // a token of now would be good
  world.revoke(old)
  const answer = outcome(world.auth.fetch('/'))
  await world.clock.advance(31_000)
  expect(await answer).toBe('ok')
})

it("another tab's token is taken where the one in use is revoked while its successor waits", async () => {
  const browser = createFakeBrowser()
  const [world, other] = [browser.openTab({ ttlSeconds: 3600 }), browser.openTab()]
  await Promise.all([world.auth.connectUser({ id: 'jane' }), browser.settle()])
  world.controls.minterAheadMs = 200_000
  await Promise.all([world.auth.refreshToken(), browser.settle()])
  await browser.clock.advance(300_000)
  const old = world.live()[0]?.token ?? ''
  await Promise.all([world.auth.refreshToken(), browser.settle()])
  world.controls.minterAheadMs = 0
  const channel = other.environment.tabs?.openChannel('react-chat-auth 2 ["fake","jane"]', () => {})
  channel?.post({ type: 'token', token: world.mintFor('jane', 10_800), leftMs: 3 * hour })
  await browser.settle()
  world.revoke(old)
  const answer = outcome(world.auth.fetch('/'))
  await browser.clock.advance(31_000)
  expect(await answer).toBe('ok')
})

it('a token that is refused as early after it was accepted is still renewed before its expiry', async () => {
  const world = await connectedWorld({ ttlSeconds: 3600 })
  world.controls.random = 0.99
  await world.clock.advance(1_700_000)
  world.controls.refuseAll = 42
  quietly(world.auth.fetch('/'))
  await world.clock.advance(1000)
  world.controls.refuseAll = null
  await world.clock.advance(1_890_000) // 3591 s of 3600
  expect(world.calls.length).toBeGreaterThan(1)
})

it('a provider that returns nothing is called again, though the newest token was never accepted', async () => {
  const world = await connectedWorld()
  world.controls.openFault = failWith('connection-failed')
  world.live()[0]?.drop()
  world.sleep(hour)
  world.wake()
  await world.clock.advance(5000) // a new token; the backend cannot be reached
  world.sleep(hour)
  world.controls.provider = () => null
  world.wake()
  await world.clock.advance(40_000)
  expect(world.state().status).toBe('reconnecting')
})

it('a wake tries a live session again that ended over a provider that returned nothing', async () => {
  const world = await connectedWorld({ retry: { maxAttempts: 2 } })
  world.controls.provider = () => null
  world.sleep(hour)
  world.wake()
  await world.clock.advance(10_000)
  expect(world.state().status).toBe('failed')
  world.controls.provider = 'mint'
  world.wake()
  await world.clock.advance(1000)
  expect(world.state().status).toBe('connected')
})

it('a spare call of the provider that fails ends no session whose token waits for its moment', async () => {
  const world = createWorld({ ttlSeconds: 3600 })
  world.controls.minterAheadMs = 35_000
  quietly(world.auth.connectUser({ id: 'jane' }))
  await world.clock.advance(25_000)
  world.controls.provider = () => null
  await world.clock.advance(120_000)
  expect(world.state().status).toBe('connected')
})

it('a signal that a subscriber aborts once it sees the user connected changes nothing', async () => {
  const { browser, first, second } = await openTabsAsJane(2)
  const controller = new AbortController()
  first.auth.subscribe(() => {
    if (whoIs(first) === 'bob') controller.abort(new Error('late'))
  })
  const how = { goBack: true, signal: controller.signal }
  const result = outcome(first.auth.switchUser({ id: 'bob' }, undefined, how))
  await browser.clock.advance(5000)
  expect([await result, whoIs(first), whoIs(second)]).toEqual(['ok', 'bob', 'bob'])
})

it('the state says when an early token is tried again, also after a spare call', async () => {
  const world = createWorld()
  world.controls.minterAheadMs = 24 * hour
  quietly(world.auth.connectUser({ id: 'jane' }))
  await world.clock.advance(40_000)
  expect(tokenStateOf(world)).toMatchObject({ status: 'retrying', nextAttemptAt: expect.any(Date) })
})

it('the state says `valid` after a spare call, while a good token is in use', async () => {
  const world = await connectedWorld({ ttlSeconds: 3600 })
  world.controls.minterAheadMs = 200_000
  await Promise.all([world.auth.refreshToken(), world.settle()])
  await world.clock.advance(45_000)
  expect(world.unansweredCalls()).toEqual([])
  expect(tokenStateOf(world).status).not.toBe('refreshing')
})

it('retry() tries an early token at once', async () => {
  const world = createWorld()
  world.controls.refuseAll = 42
  quietly(world.auth.connectUser({ id: 'jane' }))
  await world.clock.advance(17_000) // the next one is at 30.75 s
  world.controls.refuseAll = null
  quietly(world.auth.retry())
  await world.clock.advance(1000)
  expect(world.state().status).toBe('connected')
})

it('retry() hurries the socket, though the token endpoint is down', async () => {
  const world = await connectedWorld({ ttlSeconds: 3600 })
  world.controls.provider = down
  await world.clock.advance(3_000_000)
  world.controls.openFault = failWith('connection-failed')
  world.live()[0]?.drop()
  await world.clock.advance(60_000)
  world.controls.openFault = null
  quietly(world.auth.retry())
  await world.settle()
  expect(world.state().status).toBe('connected')
})

it('an early static token is replaced by the provider that comes later', async () => {
  const world = createWorld()
  world.controls.minterAheadMs = 24 * hour
  const early = world.mintFor('jane', 7 * 86_400)
  world.controls.minterAheadMs = 0
  quietly(world.auth.connectUser({ id: 'jane' }, early))
  await world.clock.advance(40_000)
  quietly(world.auth.connectUser({ id: 'jane' }, world.provider))
  await world.clock.advance(120_000)
  expect(world.calls.length).toBeGreaterThan(0)
})

it('a sleep in the wait of an early static token ends no session', async () => {
  const world = createWorld()
  world.controls.minterAheadMs = 24 * hour
  quietly(world.auth.connectUser({ id: 'jane' }, world.mintFor('jane', 3600)))
  await world.clock.advance(10_000)
  world.sleep(2 * hour) // its moment is 22 h away
  world.wake()
  await world.clock.advance(10_000)
  expect(world.state().status).toBe('connecting')
})

it('dispose() leaves no timer where the moment of a token came in the middle of a provider call', async () => {
  const browser = createFakeBrowser()
  const world = browser.openTab({ ttlSeconds: 3600 })
  await Promise.all([world.auth.connectUser({ id: 'jane' }), browser.settle()])
  await browser.clock.advance(20_000)
  world.controls.minterAheadMs = 3000
  await Promise.all([world.auth.refreshToken(), browser.settle()])
  Object.assign(world.controls, { provider: 'hold', openFault: never })
  quietly(world.auth.refreshToken())
  await browser.clock.advance(400)
  world.auth.dispose()
  await browser.settle()
  expect(world.clock.pendingTimers).toBe(0)
})

it('a token that waits for its moment and is accepted meanwhile serves at once', async () => {
  const world = await connectedWorld()
  let open = () => {}
  world.controls.refuseAll = 42
  quietly(world.auth.fetch('/refused'))
  world.controls.requestGate = new Promise<void>((resolve) => (open = resolve))
  quietly(world.auth.fetch('/slow'))
  await world.clock.advance(100)
  world.controls.refuseAll = null
  open()
  await world.clock.advance(100)
  expect(tokenStateOf(world)).toMatchObject({ status: 'valid', heldRequests: 0 })
})
const spent = async () => {
  const world = createWorld({ retry: { maxAttempts: 1 } })
  world.controls.provider = down
  quietly(world.auth.connectUser({ id: 'jane' }))
  await world.clock.advance(1000)
  return world
}
it('fifty wakes in a second make one provider call at most', async () => {
  const world = await spent()
  for (let i = 0; i < 50; i++) {
    world.wake()
    await world.clock.advance(20)
  }
  expect(world.calls.length).toBeLessThan(5)
})
