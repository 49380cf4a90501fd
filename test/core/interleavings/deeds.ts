import { answers, lost } from './backend.js'
import { intents } from './calls.js'
import { settleBadly, settleWell, type Kind, type Point } from './points.js'
import { AppError } from './watch.js'
import type { World } from './world.js'
import { ChatAuthError } from '../../../src/core/errors.js'

type Settle = (point: Point, world: World) => void

const fails: Settle = (point) => settleBadly(point, new AppError(point.kind))
const failsWith =
  (error: () => unknown): Settle =>
  (point) =>
    settleBadly(point, error())
const answersWith =
  (value: () => unknown): Settle =>
  (point) => {
    point.onSettled?.(false)
    point.resolve(value())
  }

const permanently = () => Object.assign(new AppError('denied'), { permanent: true })
const finally_ = () => new ChatAuthError('not-allowed')

/** Possible outcomes of each pending point. The first is the good one. */
export const outcomes: Record<Kind, Record<string, Settle>> = {
  token: {
    token: settleWell,
    'token-': fails,
    'token!': failsWith(permanently),
    tokenX: answersWith(() => 'not a token'),
  },
  open: {
    open: settleWell,
    'open-': failsWith(() => new ChatAuthError('connection-failed')),
    'open!': failsWith(finally_),
    open40: failsWith(() => lost.refused(40)),
    open43: failsWith(() => lost.refused(43)),
  },
  close: { close: settleWell, 'close-': fails },
  confirm: { sure: settleWell, keep: answersWith(() => false), 'sure-': fails },
  ask: { yes: settleWell, no: answersWith(() => false), 'yes-': fails },
  store: { store: settleWell, 'store-': fails },
  guest: { made: settleWell, 'made-': fails, 'made!': failsWith(finally_) },
  answer: {
    answer: settleWell,
    answer40: answersWith(() => answers.refused(40)),
    'answer-': fails,
  },
  message: { hear: settleWell },
}

const kinds = Object.keys(outcomes) as Kind[]

/** Step that never answers a pending point. */
export const hangOf = (kind: Kind) => `${kind}Hang`

/** Steps that are possible at any time. */
export const happenings: Record<string, (world: World) => void> = {
  lost: ({ backend }) => backend.lose(lost.plain()),
  lostClosed: ({ backend }) => backend.lose(lost.closed()),
  lost40: ({ backend }) => backend.lose(lost.refused(40)),
  lost43: ({ backend }) => backend.lose(lost.refused(43)),
  lostOpen: ({ backend }) => backend.loseThenOpen(lost.plain()),
  lostOpen40: ({ backend }) => backend.loseThenOpen(lost.refused(40)),
  lostLast: ({ backend }) => backend.lose(lost.plain(), -2),
  told: ({ backend }) => backend.tellOfUser(),
  abort: ({ calls }) => calls.abortLatest(),
  /** Answers the later of two storage operations first. */
  storeNewest({ points }) {
    const point = points.takeNewest('store')
    if (point) settleWell(point)
  },
  timer: ({ clock }) => clock.fireNext(),
  wake: ({ wakers }) => wakers.forEach((wake) => wake()),
  sleep: ({ clock }) => clock.sleep(3_600_000),
  offline({ controls, wakers }) {
    controls.isOnline = false
    wakers.forEach((wake) => wake())
  },
  online({ controls, wakers }) {
    controls.isOnline = true
    wakers.forEach((wake) => wake())
  },
  tabA: ({ other, calls }) => (calls.disturb(), other?.connect('a')),
  tabB: ({ other, calls }) => (calls.disturb(), other?.switchTo('b')),
  tabOut: ({ other, calls }) => (calls.disturb(), other?.logOut()),
}

/** Makes one step; does nothing if the point that it answers is not pending. */
export function act(name: string, world: World): void {
  if (name in intents) return world.call(name, null)
  const happening = happenings[name]
  if (happening) {
    world.calls.hinder()
    return happening(world)
  }
  for (const kind of kinds) {
    if (name === hangOf(kind)) {
      world.calls.hinder()
      world.controls.isStorageFaulty ||= kind === 'store'
      return world.points.hang(kind)
    }
    const settle = outcomes[kind][name]
    if (!settle) continue
    const point = world.points.take(kind)
    if (kind === 'message') world.calls.disturb()
    if (settle !== settleWell) {
      world.calls.hinder()
      world.controls.isStorageFaulty ||= kind === 'store'
    }
    if (point) settle(point, world)
    return
  }
  throw new Error(`No such step: ${name}`)
}
