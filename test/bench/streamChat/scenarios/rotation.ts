import { jane } from '../arm.js'
import { Outcomes } from '../outcomes.js'
import { scenario } from '../scenario.js'
import { watchSockets } from '../socketWatch.js'
import { now, openStage, sleep } from '../stage.js'

const everyMs = 50

/** Tokens that live for 5 seconds, and an app that never stops asking. */
export const rotation = scenario({
  id: 'rotation',
  title: '60 s of tokens that live for 5 s, with 20 requests a second',
  waiting: [],
  isSideBySide: true,
  rows: {
    refused: { label: 'requests refused for their token', unit: 'count' },
    outcome: { label: 'the requests', unit: 'text' },
    slowestMs: { label: 'slowest answer', unit: 'ms' },
    providerCalls: { label: 'token provider calls', unit: 'count' },
    refusedSockets: { label: 'sockets refused', unit: 'count' },
    gapMs: { label: 'without any live socket', unit: 'ms' },
  },
  async play({ createArm, isQuick }) {
    const windowMs = isQuick ? 8_000 : 60_000
    const stage = await openStage(createArm)
    const { arm, backend } = stage
    backend.tokenEndpoint.expiresInSeconds = 5
    await arm.connect(jane)
    const before = backend.counters
    const watch = watchSockets(backend)

    const outcomes = new Outcomes()
    let slowestMs = 0
    const startedAt = now()
    for (let sent = 0; sent < windowMs / everyMs; sent++) {
      // As many as are due, so that their number does not depend on the machine.
      await sleep(Math.max(0, startedAt + sent * everyMs - now()))
      const sentAt = now()
      const request = arm.request(jane).finally(() => {
        slowestMs = Math.max(slowestMs, now() - sentAt)
      })
      outcomes.add(request)
    }
    const { totalMs } = watch.stop()
    const { tokenCalls, refused, socketsRefused } = backend.counters
    await outcomes.settle(30_000)
    await stage.close()
    return {
      refused: refused[40] ?? 0,
      outcome: outcomes.describe(),
      slowestMs,
      providerCalls: tokenCalls - before.tokenCalls,
      refusedSockets: socketsRefused[40] ?? 0,
      gapMs: totalMs,
    }
  },
})
