import { expect, it } from 'vitest'
import { createAskBeforeEnd } from '../../../src/core/session/askBeforeEnd.js'
import type { EndingSession } from '../../../src/core/options.js'
import { createOutbox } from '../../../src/core/outbox.js'
import { held } from '../../support/promises.js'
import { createWorld } from '../../support/world.js'

it('a late answer about one session lets the app be asked no second time about the next', async () => {
  const { clock, environment } = createWorld()
  const asked: string[] = []
  const answers = { first: held<void>(), second: held<void>() }
  const ask = createAskBeforeEnd({
    callbacks: {
      beforeSessionEnd({ sessionId }) {
        asked.push(sessionId)
        return answers[sessionId as 'first' | 'second'].promise
      },
    },
    timeoutMs: 3000,
    environment,
    outbox: createOutbox(environment),
  })
  const askAbout = (sessionId: string) => ask({ sessionId } as EndingSession)

  const first = askAbout('first')
  const second = askAbout('second')
  answers.first.resolve()
  await first
  const again = askAbout('second')
  answers.second.resolve()
  expect(await Promise.all([second, again])).toEqual([true, true])
  expect(asked).toEqual(['first', 'second'])
  expect(clock.pendingTimers).toBe(0)
})
