import { bob, jane } from '../arm.js'
import { Outcomes } from '../outcomes.js'
import { scenario, type Play } from '../scenario.js'
import { openStage, sleep, until } from '../stage.js'

type Fault = (fetchToken: (userId: string) => Promise<string>) => Promise<string>

/** What the provider does once, when the token has expired; it is well before and after. */
const faults = {
  fails: () => Promise.reject(new Error('the token server is down')),
  hangs: () => new Promise<string>(() => {}),
  impostor: (fetchToken) => fetchToken(bob.id),
  nothing: () => Promise.resolve(undefined as unknown as string),
} satisfies Record<string, Fault>

export const providerFaults = scenario({
  id: 'provider-faults',
  title: 'A token provider that does the wrong thing once, when the token has expired',
  waiting: ['bare', 'ours'],
  rows: {
    fails: { label: 'it fails: 5 requests under way', unit: 'text' },
    failsLater: { label: 'it fails: 5 requests a second later', unit: 'text' },
    hangs: { label: 'it never answers: 5 requests under way', unit: 'text' },
    hangsLater: { label: 'it never answers: 5 requests a second later', unit: 'text' },
    impostor: { label: "it gives another user's token: 5 requests under way", unit: 'text' },
    impostorLater: { label: "it gives another user's token: 5 a second later", unit: 'text' },
    nothing: { label: 'it gives `undefined`: 5 requests under way', unit: 'text' },
    nothingLater: { label: 'it gives `undefined`: 5 requests a second later', unit: 'text' },
    unsettled: { label: 'of these 40 requests, without an end after 20 s', unit: 'count' },
    crossUser: { label: "requests with another user's token", unit: 'count' },
    unhandled: { label: 'unhandled rejections', unit: 'count' },
  },
  async play(play) {
    const [fails, hangs, impostor, nothing] = await Promise.all([
      meet(faults.fails, play),
      meet(faults.hangs, play),
      meet(faults.impostor, play),
      meet(faults.nothing, play),
    ])
    const sum = (name: 'unsettled' | 'crossUser') =>
      fails[name] + hangs[name] + impostor[name] + nothing[name]
    return {
      fails: fails.underWay,
      failsLater: fails.later,
      hangs: hangs.underWay,
      hangsLater: hangs.later,
      impostor: impostor.underWay,
      impostorLater: impostor.later,
      nothing: nothing.underWay,
      nothingLater: nothing.later,
      unsettled: sum('unsettled'),
      crossUser: sum('crossUser'),
      unhandled: play.unhandledRejections(),
    }
  },
})

async function meet(fault: Fault, { createArm, isQuick }: Play) {
  const stage = await openStage(createArm)
  const { arm, backend } = stage
  // The requests alone meet the fault: no socket asks for a token of its own in between.
  backend.socketExpiry = 'silent'
  await arm.connect(jane)

  let calls = 0
  stage.provider = (fetchToken) => (calls++ === 0 ? fault(fetchToken) : fetchToken(jane.id))
  await backend.expireToken(jane.id)
  const underWay = new Outcomes()
  const ask = () => Array.from({ length: 5 }, () => arm.request(jane))
  underWay.add(...ask())
  // After the fault, and after what is made of it.
  await until(() => calls > 0, 5_000)
  await sleep(1_000)
  const later = new Outcomes()
  later.add(...ask())
  const windowMs = isQuick ? 2_000 : 20_000
  await Promise.all([underWay.settle(windowMs), later.settle(windowMs)])

  const figures = {
    underWay: underWay.describe(),
    later: later.describe(),
    unsettled: underWay.count('waiting') + later.count('waiting'),
    crossUser: stage.crossUserRequests(),
  }
  // Only now: what it rejects is not what became of them.
  await stage.close()
  return figures
}
