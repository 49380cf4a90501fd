import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChatAuthError, isChatAuthError } from '../../src/core/errors.js'
import { canary, createWorld, mint, payloadOf, type World } from '../support/world.js'

/**
 * The lifecycle against a model: random commands in random interleavings, the guarantees checked after
 * every step. A failure prints its seed and path; `FC_SEED=… FC_PATH=… npx vitest run --project core
 * test/core/lifecycle` runs just that one again, and `FC_RUNS=20000` looks further.
 */
const parameters = {
  numRuns: Number(process.env['FC_RUNS'] ?? 2000),
  ...(process.env['FC_SEED'] ? { seed: Number(process.env['FC_SEED']) } : {}),
  ...(process.env['FC_PATH'] ? { path: process.env['FC_PATH'] } : {}),
}

const holdTimeoutMs = 30_000

interface Sent {
  readonly sentAtMs: number
  readonly controller: AbortController
  outcome: 'pending' | 'answered' | 'rejected'
}

interface Wanted {
  readonly who: string | null
  /** Who is gone back to where `who` cannot connect. */
  readonly orElse?: string | null
  isSettled: boolean
}

/** What the model knows: who was asked for last, and everything that must still settle. */
interface Model {
  wanted: Wanted
  readonly intents: Wanted[]
  readonly sent: Sent[]
  readonly errors: unknown[]
  sleptMs: number
}

type Step = (world: World, model: Model) => void | Promise<void>

const command = (label: string, step: Step) => ({ step, toString: () => label })

function intend(
  who: string | null,
  act: (world: World) => Promise<unknown>,
  orElse?: (world: World) => string | null,
): Step {
  return (world, model) => {
    const intent: Wanted = { who, orElse: orElse?.(world) ?? who, isSettled: false }
    model.wanted = intent
    model.intents.push(intent)
    act(world)
      .catch((error: unknown) => {
        model.errors.push(error)
        // It has gone back: who was there before is who is wanted again.
        if (model.wanted === intent && intent.orElse !== who) {
          model.wanted = { who: intent.orElse ?? null, orElse: null, isSettled: true }
        }
      })
      .finally(() => {
        intent.isSettled = true
      })
  }
}

const upgrade: Step = (world, model) => {
  const state = world.state()
  const isGuest = 'client' in state && state.identity.type === 'guest'
  const act = () => world.auth.upgradeGuest({ id: 'jane' })
  return isGuest
    ? intend('jane', act, () => 'guest')(world, model)
    : tryTo(async () => void (await act()))(world, model)
}

function tryTo(act: (world: World) => Promise<void>): Step {
  return (world, model) => {
    act(world).catch((error: unknown) => void model.errors.push(error))
  }
}

const send: Step = (world, model) => {
  const controller = new AbortController()
  const sent: Sent = { sentAtMs: world.clock.monotonicNow(), controller, outcome: 'pending' }
  model.sent.push(sent)
  world.auth.fetch('/', { signal: controller.signal }).then(
    () => {
      sent.outcome = 'answered'
    },
    (error: unknown) => {
      sent.outcome = 'rejected'
      model.errors.push(error)
    },
  )
}

const lies: Record<string, () => unknown> = {
  nothing: () => undefined,
  'an empty string': () => '',
  'a quoted string': () => '"quoted"',
  'an object': () => ({ token: 'x' }),
  'a token of another user': () => mint({ user_id: 'mallory' }),
  'an expired token': () => mint({ user_id: 'jane', exp: 1 }),
  'an error': () => Promise.reject(new Error('down')),
  'a final error': () => Promise.reject(Object.assign(new Error('no'), { status: 403 })),
}

const openFault = () => Promise.reject(new ChatAuthError('connection-failed'))

const steps = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('jane', 'bob').map((id) =>
      command(
        `connect ${id}`,
        intend(id, ({ auth }) => auth.connectUser({ id })),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('jane', 'bob').map((id) =>
      command(
        `switch to ${id}`,
        intend(id, ({ auth }) => auth.switchUser({ id })),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('jane', 'bob').map((id) =>
      command(
        `switch to ${id} or go back`,
        intend(
          id,
          ({ auth }) => auth.switchUser({ id }, undefined, { goBack: true }),
          (world) => (world.state().status === 'disconnecting' ? null : whoIs(world)),
        ),
      ),
    ),
  },
  { weight: 1, arbitrary: fc.constant(command('upgrade', upgrade)) },
  {
    weight: 1,
    arbitrary: fc.constant(
      command(
        'guest',
        intend('guest', ({ auth }) => auth.setGuestUser({ id: 'v' })),
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      command(
        'anonymous',
        intend('anonymous', ({ auth }) => auth.connectAnonymousUser()),
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      command(
        'log out',
        intend(null, ({ auth }) => auth.disconnectUser()),
      ),
    ),
  },
  { weight: 5, arbitrary: fc.constant(command('request', send)) },
  {
    weight: 1,
    arbitrary: fc.constant(
      command('abort', (_, { sent }) => sent.at(-1)?.controller.abort(new Error('aborted'))),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      command(
        'refresh',
        tryTo(({ auth }) => auth.refreshToken()),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constant(
      command(
        'retry',
        tryTo(({ auth }) => auth.retry()),
      ),
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(0, 1, 400, 5000, 31_000, 100_000)
      .map((ms) => command(`${ms} ms`, ({ clock }) => clock.advance(ms))),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1000, 3_600_000).map((ms) =>
      command(`sleep ${ms} ms`, (world, model) => {
        model.sleptMs += ms
        world.sleep(ms)
        world.wake()
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(-86_400_000, -20_000, 20_000, 86_400_000)
      .map((ms) => command(`wall clock ${ms} ms`, ({ clock }) => clock.jumpWallClock(ms))),
  },
  {
    weight: 3,
    arbitrary: fc.constant(
      command('revoke', (world) =>
        world.revoke(...world.sockets.map(({ token }) => token).filter(Boolean)),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(40, 41, 42, undefined).map((code) =>
      command(`drop ${code}`, (world) =>
        world
          .live()
          .at(-1)
          ?.drop(code as 40 | undefined),
      ),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constant(
      command('provider mints', ({ controls }) => {
        controls.provider = 'mint'
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constant(
      command('provider hangs', ({ controls }) => {
        controls.provider = 'hold'
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...Object.entries(lies)).map(([name, lie]) =>
      command(`provider answers ${name}`, ({ controls }) => {
        controls.provider = lie
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constant(
      command('hung calls answer', (world) => {
        for (const call of world.calls) call.resolve(world.mintFor(call.userId))
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      command('hung calls fail', (world) => {
        for (const call of world.calls) call.reject(new Error('down'))
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map((isOnline) =>
      command(isOnline ? 'online' : 'offline', (world) => {
        world.controls.isOnline = isOnline
        world.wake()
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map((isDown) =>
      command(isDown ? 'backend down' : 'backend up', ({ controls }) => {
        controls.openFault = isDown ? openFault : null
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(null, null, 40, 42, 43).map((code) =>
      command(`all tokens ${code}`, ({ controls }) => {
        controls.refuseAll = code as 40 | null
      }),
    ),
  },
)

const whoIs = (world: World): string | null => {
  const state = world.state()
  if (!('identity' in state)) return null
  return state.identity.type === 'user' ? state.identity.user.id : state.identity.type
}

function checkGuarantees(world: World, model: Model): void {
  const state = world.state()
  // 1. No request and no socket carries another's token.
  for (const { token, userId } of [...world.sockets, ...world.requests]) {
    if (token === '') expect(userId).toMatch(/^anonymous-/)
    else expect(payloadOf(token).user_id).toBe(userId)
  }
  // 2. One provider call in flight that anyone still waits for.
  expect(world.unansweredCalls().length).toBeLessThanOrEqual(1)
  // 3. Nothing is sent more than twice, or taken more than once; nothing waits beyond its time.
  const byId = groupById(world.requests)
  for (const sendings of byId.values()) {
    expect(sendings.length).toBeLessThanOrEqual(2)
    expect(sendings.filter(({ outcome }) => outcome === 'taken').length).toBeLessThanOrEqual(1)
  }
  for (const { outcome, sentAtMs } of model.sent) {
    if (outcome !== 'pending') continue
    expect(world.clock.monotonicNow() - sentAtMs).toBeLessThanOrEqual(holdTimeoutMs)
  }
  // One socket, of whoever is connected; none for anyone else.
  expect(world.live().length).toBeLessThanOrEqual(1)
  if (state.status === 'disconnected' || state.status === 'failed') {
    expect(world.live()).toEqual([])
  }
  // The latest intent wins: nobody else is ever shown.
  if (state.status !== 'disconnecting') {
    expect([model.wanted.who, model.wanted.orElse, null]).toContain(whoIs(world))
  }
  if (model.wanted.who === null) expect(world.live()).toEqual([])
  // 4, 9. Every error is typed or the caller's own, and nothing shows a token.
  for (const error of model.errors) {
    expect(isChatAuthError(error) || (error as Error).message === 'aborted').toBe(true)
  }
}

async function play(commands: { step: Step }[]): Promise<{ world: World; model: Model }> {
  const world = createWorld({ holdTimeoutMs, providerTimeoutMs: 10_000 })
  const model: Model = {
    wanted: { who: null, isSettled: true },
    intents: [],
    sent: [],
    errors: [],
    sleptMs: 0,
  }
  for (const [index, { step }] of commands.entries()) {
    // Session ids are drawn by chance, and are told apart below.
    world.controls.random = ((index + 1) * 0.618034) % 1
    await step(world, model)
    await world.settle()
    checkGuarantees(world, model)
  }
  return { world, model }
}

/** Once the world is well again, whoever was asked for last is there, and requests are answered. */
async function checkRecovery(world: World, model: Model): Promise<void> {
  Object.assign(world.controls, {
    provider: 'mint',
    isOnline: true,
    openFault: null,
    refuseAll: null,
  })
  for (const call of world.calls) call.reject(new Error('too late'))
  world.pardon()
  world.wake()
  await world.clock.advance(120_000)
  if (world.state().status === 'failed') {
    await tryTo(({ auth }) => auth.retry())(world, model)
    await world.clock.advance(1000)
  }
  expect([model.wanted.who, model.wanted.orElse]).toContain(whoIs(world))
  expect(model.intents.every(({ isSettled }) => isSettled)).toBe(true)
  expect(model.sent.every(({ outcome }) => outcome !== 'pending')).toBe(true)
  if (model.wanted.who === null) return
  expect(world.state()).toMatchObject({ status: 'connected', token: { heldRequests: 0 } })
  await send(world, model)
  await world.clock.advance(1000)
  expect(model.sent.at(-1)?.outcome).toBe('answered')
}

async function checkDisposal(world: World, model: Model): Promise<void> {
  world.auth.dispose()
  await world.settle()
  expect(world.clock.pendingTimers).toBe(0)
  expect(world.wakers.size).toBe(0)
  expect(world.live()).toEqual([])
  const errors = model.errors.map((error) => [(error as Error).stack, (error as Error).cause])
  expect(JSON.stringify([world.events, errors, world.state()])).not.toContain(canary)
}

describe('the lifecycle', () => {
  it('keeps its guarantees whatever happens in whatever order', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 40, size: 'max' }), async (commands) => {
        const { world, model } = await play(commands)
        await checkRecovery(world, model)
        await checkDisposal(world, model)
        expect(model.intents.every(({ isSettled }) => isSettled)).toBe(true)
      }),
      parameters,
    )
  })

  it(
    'never has a request refused for expiry, whatever the clock, the life and the chance',
    { timeout: 600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 2, max: 2000 }),
          fc.constantFrom(0, -86_400_000, 86_400_000, -1500, 1500),
          fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 10 }),
          async (ttlSeconds, skewMs, chances) => {
            const world = createWorld({ ttlSeconds })
            world.clock.jumpWallClock(skewMs)
            await Promise.all([world.auth.connectUser({ id: 'jane' }), world.settle()])
            for (const chance of chances) {
              world.controls.random = chance
              await world.clock.advance((ttlSeconds * 1000) / 3)
              await Promise.all([world.auth.fetch('/'), world.settle()])
            }
            expect(world.requests.map(({ outcome }) => outcome)).toEqual(chances.map(() => 'taken'))
            expect(world.typesOf()).not.toContain('token-refused')
            expect(world.state().status).toBe('connected')
            world.auth.dispose()
          },
        ),
        { ...parameters, numRuns: Math.ceil(parameters.numRuns / 10) },
      )
    },
  )
})

function groupById<T extends { id: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(item.id, [...(groups.get(item.id) ?? []), item])
  return groups
}
