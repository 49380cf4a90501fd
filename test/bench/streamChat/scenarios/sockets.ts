import { jane } from '../arm.js'
import { scenario, type Play } from '../scenario.js'
import { watchSockets } from '../socketWatch.js'
import { now, openStage, sleep, until, type Stage } from '../stage.js'

/** How a backend may tell an open socket that its token has expired. */
const ways = {
  event: (stage: Stage) => expire(stage, 'error-event'),
  frame: (stage: Stage) => expire(stage, 'error-frame'),
  async closed4001(stage: Stage) {
    await expire(stage, 'silent')
    stage.backend.dropConnections({ code: 4001, reason: 'token expired' })
  },
  broken: (stage: Stage) => expire(stage, 'abnormal'),
}

async function expire({ backend }: Stage, how: Stage['backend']['socketExpiry']) {
  backend.socketExpiry = how
  await backend.expireToken(jane.id)
}

/** Reconnecting has an element of chance. */
const tries = 5

export const sockets = scenario({
  id: 'sockets',
  title: `An open socket learns that its token has expired: how long there is none, in ${tries} tries`,
  waiting: ['bare'],
  rows: {
    event: { label: 'by an error event and close 1000: the longest', unit: 'ms' },
    frame: { label: 'by an error frame and close 1000: the longest', unit: 'ms' },
    soonest: { label: 'by either of these: the shortest', unit: 'ms' },
    closed4001: { label: 'by close 4001: the longest', unit: 'ms' },
    broken: { label: 'by a broken connection: the longest', unit: 'ms' },
    pretended: { label: 'of the longest, the client called itself healthy for', unit: 'ms' },
  },
  async play(play) {
    const plays = (['event', 'frame', 'closed4001', 'broken'] as const).flatMap((way) =>
      Array.from({ length: tries }, () => async () => ({
        way,
        ...(await measure(ways[way], play)),
      })),
    )
    // The bare client only waits, and may do so in all of them at once; ours is timed one by one.
    const done = play.armName === 'bare' ? await Promise.all(plays.map((start) => start())) : []
    if (play.armName === 'ours') for (const start of plays) done.push(await start())

    done.sort((a, b) => b.downMs - a.downMs)
    const told = (...by: (keyof typeof ways)[]) => done.filter(({ way }) => by.includes(way))
    const figure = (one: (typeof done)[number] | undefined) =>
      one?.isOver ? one.downMs : { moreThan: one?.downMs ?? 0 }
    return {
      event: figure(told('event')[0]),
      frame: figure(told('frame')[0]),
      soonest: figure(told('event', 'frame').at(-1)),
      closed4001: figure(told('closed4001')[0]),
      broken: figure(told('broken')[0]),
      pretended: done[0]?.pretendedMs ?? 0,
    }
  },
})

async function measure(way: (stage: Stage) => Promise<void>, { createArm, isQuick }: Play) {
  const capMs = isQuick ? 1_000 : 45_000
  const stage = await openStage(createArm)
  await stage.arm.connect(jane)
  // A connection that has only just come up may be reopened with more caution, in either arm.
  await sleep(1_000)

  const watch = watchSockets(stage.backend)
  let pretendedMs = 0
  let lookedAt = now()
  const sampler = setInterval(() => {
    const sinceMs = now() - lookedAt
    lookedAt += sinceMs
    if (watch.isDown && stage.arm.isHealthy()) pretendedMs += sinceMs
  }, 5)
  await way(stage)
  const isOver = await until(() => !watch.isDown, capMs)
  clearInterval(sampler)
  const { gaps } = watch.stop()
  await stage.close()
  return { downMs: isOver ? Math.max(...gaps, 0) : capMs, isOver, pretendedMs }
}
