import { bob, jane } from '../arm.js'
import { Outcomes } from '../outcomes.js'
import { scenario, type Play } from '../scenario.js'
import { openStage, sleep, until } from '../stage.js'

/** Jane's token is being refreshed when Bob takes over; the answer to that refresh comes after him. */
export const switching = scenario({
  id: 'switching',
  title: 'Four switches from Jane to Bob while her token is refreshed',
  waiting: ['bare'],
  rows: {
    awaited: { label: "Bob's 10 requests, where each step is awaited", unit: 'text' },
    hasty: { label: "Bob's 10 requests, where log-out is not awaited", unit: 'text' },
    crossUser: { label: "requests that carried another user's token", unit: 'count' },
    wrongUser: { label: "requests and sockets refused for another user's token", unit: 'count' },
    sockets: { label: 'live sockets at the end, of one user each time', unit: 'text' },
    unhandled: { label: 'unhandled rejections', unit: 'count' },
  },
  async play(play) {
    // Four stories: the refresh is wanted by requests or by the socket, the log-out awaited or not.
    const told: Awaited<ReturnType<typeof tell>>[] = []
    for (const isAwaited of [true, false]) {
      for (const isSocket of [false, true]) told.push(await tell(isAwaited, isSocket, play))
    }
    const sum = (name: 'crossUser' | 'wrongUser') =>
      told.reduce((total, one) => total + one[name], 0)
    const bobs = (isAwaited: boolean) =>
      [...new Set(told.filter((one) => one.isAwaited === isAwaited).map((one) => one.text))].join(
        '; while her socket reconnected: ',
      )
    return {
      awaited: bobs(true),
      hasty: bobs(false),
      crossUser: sum('crossUser'),
      wrongUser: sum('wrongUser'),
      sockets: [...new Set(told.map((one) => one.sockets))].join(' / '),
      unhandled: play.unhandledRejections(),
    }
  },
})

async function tell(isAwaited: boolean, isSocket: boolean, { createArm }: Play) {
  const stage = await openStage(createArm)
  const { arm, backend } = stage
  backend.socketExpiry = isSocket ? 'abnormal' : 'silent'
  await arm.connect(jane)

  let letGo = () => {}
  const gone = new Promise<void>((resolve) => (letGo = resolve))
  let refreshes = 0
  stage.provider = async (fetchToken, userId) => {
    const token = await fetchToken(userId)
    if (userId !== jane.id) return token
    refreshes++
    await gone
    return token
  }
  await backend.expireToken(jane.id)
  const hers = new Outcomes()
  if (!isSocket) hers.add(...Array.from({ length: 10 }, () => arm.request(jane)))
  await until(() => refreshes > 0, 15_000)

  const switched = new Outcomes()
  switched.add(arm.switchUser(bob, isAwaited))
  // Her answer comes while his session is being opened, or when it is open.
  await switched.settle(300)
  letGo()
  await switched.settle(5_000)
  await sleep(500)
  const his = new Outcomes()
  his.add(...Array.from({ length: 10 }, () => arm.request(bob)))
  await Promise.all([his.settle(4_000), hers.settle(4_000)])

  const figures = {
    isAwaited,
    text: switched.count('answered')
      ? his.describe()
      : `${his.describe()}, the switch ${switched.describe()}`,
    crossUser: stage.crossUserRequests(),
    wrongUser: backend.counters.wrongUserTokens,
    sockets: describeSockets(stage.breakSockets()),
  }
  await stage.close()
  return figures
}

function describeSockets(left: Record<string, number>): string {
  const some = Object.entries(left).filter(([, count]) => count > 0)
  return some.map(([userId, count]) => `${count} of ${userId}`).join(' and ') || 'none'
}
