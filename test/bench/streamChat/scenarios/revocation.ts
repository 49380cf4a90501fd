import { jane } from '../arm.js'
import { Outcomes } from '../outcomes.js'
import { scenario } from '../scenario.js'
import { openStage, until } from '../stage.js'

/** The requests have reached the server when the token that they carry is revoked. */
export const revocation = scenario({
  id: 'revocation',
  title: '100 requests in flight when the token is revoked',
  waiting: [],
  rows: {
    providerCalls: { label: 'token provider calls', unit: 'count' },
    requests: { label: 'requests that reached the server', unit: 'count' },
    outcome: { label: 'the 100 requests', unit: 'text' },
    lastAnswerMs: { label: 'from the revocation to the last answer', unit: 'ms' },
  },
  async play({ createArm, isQuick }) {
    const stage = await openStage(createArm)
    const { arm, backend } = stage
    await arm.connect(jane)
    const before = backend.counters

    const count = isQuick ? 5 : 100
    const held = stage.holdRequests()
    const outcomes = new Outcomes()
    outcomes.add(...Array.from({ length: count }, () => arm.request(jane)))
    await until(() => held.count >= count, 20_000)
    const revokedAfterMs = outcomes.elapsedMs
    await backend.revokeTokens(jane.id)
    held.release()
    await outcomes.settle(60_000)

    const { tokenCalls, requests } = backend.counters
    await stage.close()
    return {
      providerCalls: tokenCalls - before.tokenCalls,
      requests: requests - before.requests,
      outcome: outcomes.describe(),
      lastAnswerMs: outcomes.lastAnswerMs - revokedAfterMs,
    }
  },
})
