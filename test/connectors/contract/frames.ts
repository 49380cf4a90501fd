import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyFrame } from './anyFrame.js'
import { watchTeam } from './listen.js'
import type { Contract } from './stage.js'

/** Case of the contract that is not in the package, because it generates frames of any shape. */
export function testFrames({ setUp, hasClock }: Contract): void {
  if (!hasClock) return

  describe('a stranger’s word', () => {
    test('10,000 frames of other users, of any shape and names, move nothing', async () => {
      const { auth, backend, statuses, events, tap, clock, settle } = await setUp()
      await settle(auth.connectUser({ id: 'jane', name: 'Jane' }))
      let said = 0
      const frames = fc.array(anyFrame, { minLength: 100, maxLength: 100 })
      await fc.assert(
        fc.asyncProperty(frames, async (some) => {
          // A frame may have told the client that the channel is gone.
          await settle(watchTeam(auth))
          for (const frame of some) tap.say(frame)
          said += some.length
          await clock?.advance(0)
          expect(auth.getState()).toMatchObject({ status: 'connected', user: { id: 'jane' } })
          expect(statuses).toEqual(['connecting', 'connected'])
          expect(backend.counters).toMatchObject({
            tokenCalls: 1,
            socketsOpened: 1,
            liveSockets: 1,
          })
          expect(events.filter(({ type }) => type === 'connection-lost')).toEqual([])
        }),
        { numRuns: 100, seed: 10 },
      )
      expect(said).toBe(10_000)
    }, 60_000)
  })
}
