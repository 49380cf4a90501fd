import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzzParameters } from '../support/fuzzParameters.js'
import { script, setUp, steps, type Device } from './profiles/play.js'

/**
 * Two devices of one user on the real protocol, against a model of who wrote each field last. A failure
 * prints its seed and path: `FC_SEED=… FC_PATH=… npx vitest run --project core test/core/profiles.model`
 * runs just that one again.
 */
const parameters = fuzzParameters(20)

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
    await expect(fc.assert(property, parameters)).resolves.toBeUndefined()
  }, 60_000)
})
