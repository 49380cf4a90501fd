import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzzParameters } from '../support/fuzzParameters.js'
import { createWorld, type World } from '../support/world.js'
import { checkDisposal, checkGuarantees, checkRecovery } from './lifecycle/guarantees.js'
import { holdTimeoutMs, type Model, type Step } from './lifecycle/model.js'
import { steps } from './lifecycle/steps.js'

/**
 * Compares the lifecycle with a model: random commands in random interleavings, and a check after
 * every step. A failure prints its seed and path; `FC_SEED=… FC_PATH=… npx vitest run --project core
 * test/core/lifecycle` replays it, and `FC_RUNS=20000` searches further.
 */
const parameters = fuzzParameters(2000)

async function play(commands: { step: Step }[]): Promise<{ world: World; model: Model }> {
  const model: Model = {
    wanted: { who: null, isSettled: true },
    intents: [],
    sent: [],
    errors: [],
    sleptMs: 0,
    mayEnd: true,
  }
  const confirmEnd = () => model.mayEnd
  const options = { holdTimeoutMs, providerTimeoutMs: 10_000, pauseAfterHiddenMs: 5000 }
  const world = createWorld({ ...options, confirmEnd })
  for (const [index, { step }] of commands.entries()) {
    // Another random number at each step, so that session ids differ.
    world.controls.random = ((index + 1) * 0.618034) % 1
    await step(world, model)
    await world.settle()
    checkGuarantees(world, model)
  }
  return { world, model }
}

describe('the lifecycle', () => {
  it('keeps its guarantees for any events in any order', { timeout: 600_000 }, async () => {
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
    'never has a request refused for expiry, for any clock, lifetime and randomness',
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
