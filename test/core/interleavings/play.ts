import { act } from './deeds.js'
import { settleWell } from './points.js'
import type { Schedule, Step } from './schedule.js'
import type { Violation } from './watch.js'
import { createWorld, type World } from './world.js'

/** Chooses each step when it is due, so that the choice can depend on what is pending. */
export interface Player {
  /** Microtasks to run before the next step; null for all of them. */
  gap(): number | null
  /** Next step; null at the end. */
  next(world: World): string | null
}

export interface Played {
  readonly schedule: Schedule
  readonly violation: Violation | null
  /** Callbacks that were called. */
  readonly places: ReadonlySet<string>
}

let current: World | null = null

/** Reports uncaught errors as failures of the schedule that is being played. */
export function onUnhandled(reason: unknown): void {
  current?.watch.fail('no unhandled rejection', reason)
}

export async function play(setUp: Omit<Schedule, 'steps'>, player: Player): Promise<Played> {
  const world = createWorld({ ...setUp, steps: [] })
  const steps: Step[] = []
  current = world
  if (setUp.options['tabs']) {
    world.other?.connect('a')
    await world.rest()
  }
  for (;;) {
    const gap = player.gap()
    if (gap === null) await rest(world)
    for (let hop = 0; hop < (gap ?? 0); hop++) await Promise.resolve()
    const name = player.next(world)
    if (name === null || world.watch.violation()) break
    steps.push({ name, gap })
    guarded(world, () => act(name, world))
  }
  await rest(world)
  await drain(world)
  await end(world)
  current = null
  const { violation } = world.watch
  return { schedule: { ...setUp, steps }, violation: violation(), places: world.controls.places }
}

export function replay(schedule: Schedule): Promise<Played> {
  let at = 0
  return play(schedule, {
    gap: () => schedule.steps[at]?.gap ?? null,
    next: () => schedule.steps[at++]?.name ?? null,
  })
}

function guarded(world: World, deed: () => void): void {
  try {
    deed()
  } catch (error) {
    world.watch.fail('nothing is thrown at the outside world', error)
  }
}

async function rest(world: World): Promise<void> {
  await world.rest()
  checkAtRest(world)
}

function checkAtRest({
  watch,
  auth,
  sessions,
  backend,
  points,
  clock,
  calls,
  controls,
  late,
}: World): void {
  const state = auth.getState()
  watch.check(sessions.lastTold() === state, 'the last state told is the state', () => [
    sessions.lastTold().status,
    state.status,
  ])
  const isHeard = late.every(({ last }) => last === state)
  watch.check(isHeard, 'a listener subscribed in a callback hears of what comes after')
  const live = backend.up()
  const isOurs = 'sessionId' in state && live.every(({ client }) => client === state.client)
  watch.check(live.length === 0 || isOurs, 'a live connection is of the session that is shown')
  const isResting = state.status !== 'paused' || live.length === 0
  watch.check(isResting, 'a paused session has no connection')
  const isUnderWay = points.any() || clock.pending() > 0 || !controls.isOnline
  const isStale = state.status === 'connected' && live.length === 0 && !isUnderWay
  watch.check(!isStale || points.hasHung('open'), 'connected implies an open connection')
  const mostAsked = calls.asksOutside()
  watch.check(controls.asked <= mostAsked, 'beforeSessionEnd is asked once for an end')
  if (controls.isDisposed) {
    sessions.over()
    watch.check(state.status === 'disconnected', 'disconnected after dispose', () => state.status)
  }
}

function isSteady({ auth, points, calls, backend }: World): boolean {
  const { status } = auth.getState()
  if (points.any() || calls.pending().length > 0) return false
  if (status === 'connected') return backend.up().length === 1
  if (status === 'paused') return backend.up().length === 0
  return status === 'disconnected' || status === 'failed'
}

/** Answers everything and lets time pass until nothing is pending. */
async function drain(world: World): Promise<void> {
  const { watch, points, clock, auth, calls, controls } = world
  // A person has no time limit, as opposed to a hook.
  const isHopeless = (['open', 'guest', 'answer', 'confirm'] as const).some((kind) =>
    points.hasHung(kind),
  )
  controls.isOnline = true
  guarded(world, () => world.wakers.forEach((wake) => wake()))
  await rest(world)
  for (let round = 0; round < 80 && !isSteady(world) && !watch.violation(); round++) {
    const point = points.takeAny()
    if (point?.kind === 'message') calls.disturb()
    if (point) settleWell(point)
    else if (clock.pending() > 0) clock.fireNext()
    else break
    await rest(world)
  }
  if (isHopeless || watch.violation()) return
  const { status } = auth.getState()
  watch.check(calls.pending().length === 0, 'every call settles', () => [status, calls.pending()])
  watch.check(isSteady(world), 'a session comes to rest in a good world', () => status)
  calls.checkLatest(auth.getState())
}

/** Ends everything, and checks that nothing is left. */
async function end(world: World): Promise<void> {
  const { watch, points, clock, auth, calls, controls, browser, sessions, backend } = world
  guarded(world, () => auth.dispose())
  controls.isDisposed = true
  await rest(world)
  for (let round = 0; round < 40 && (points.any() || clock.pending() > 0); round++) {
    const point = points.takeAny()
    if (point) settleWell(point)
    else clock.fireNext()
    await rest(world)
    if (round === 0) world.other?.dispose()
  }
  world.other?.dispose()
  await rest(world)
  watch.check(calls.pending().length === 0, 'every call settles at dispose', calls.pending)
  const isKept = world.items.size > 0 && calls.hasLoggedOutGuest()
  watch.check(!isKept || controls.isStorageFaulty, 'a guest who has logged out is forgotten')
  sessions.checkAllEnded()
  const left = {
    timers: clock.pending(),
    wakers: world.wakers.size,
    ...browser.left(),
    signals: backend.liveSignals().length,
    providerCalls: world.liveProviderCalls(),
    connections: backend.up().length,
  }
  const isClean = Object.values(left).every((count) => count === 0)
  watch.check(isClean, 'nothing is left after dispose', () => left)
}
