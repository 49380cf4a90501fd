import { jane } from '../arm.js'
import { Outcomes } from '../outcomes.js'
import { scenario } from '../scenario.js'
import { openStage, sleep } from '../stage.js'

/** The app's server hands out tokens of which the chat backend accepts none: a wrong secret, say. */
export const refusedForEver = scenario({
  id: 'refused-for-ever',
  title: '10 requests while every fresh token is refused, watched for 30 s',
  waiting: ['bare', 'ours'],
  rows: {
    providerCalls: { label: 'token provider calls', unit: 'count' },
    requests: { label: 'requests that reached the server', unit: 'count' },
    outcome: { label: 'how the requests ended', unit: 'text' },
    lastAnswerMs: { label: 'time until the last of them ended', unit: 'ms' },
    standing: { label: 'what the app is told', unit: 'text' },
  },
  async play({ createArm, isQuick }) {
    const windowMs = isQuick ? 3_000 : 30_000
    const stage = await openStage(createArm)
    const { arm, backend } = stage
    await arm.connect(jane)
    const before = backend.counters

    backend.faults.refuseFreshTokens = 40
    await backend.expireToken(jane.id)
    const outcomes = new Outcomes()
    outcomes.add(...Array.from({ length: 10 }, () => arm.request(jane)))
    await sleep(windowMs)

    const { tokenCalls, requests } = backend.counters
    const figures = {
      providerCalls: tokenCalls - before.tokenCalls,
      requests: requests - before.requests,
      outcome: outcomes.describe(),
      lastAnswerMs: outcomes.count('waiting') > 0 ? { moreThan: windowMs } : outcomes.lastAnswerMs,
      standing: arm.standing(),
    }
    await stage.close()
    return figures
  },
})
