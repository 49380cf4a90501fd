import { intents } from './calls.js'
import { hangOf, happenings, outcomes } from './deeds.js'
import { play, replay, type Played } from './play.js'
import { createRandom, type Random } from './random.js'
import { parse, print, type Schedule, type Step } from './schedule.js'
import type { World } from './world.js'

/** Generates schedules, which are played one after another. */
export type Plays = AsyncGenerator<Played, void>

const mostSteps = 9
const mostGap = 16
const intentNames = Object.keys(intents)

/** Schedules that reach every callback and every kind of pending point. */
export const lives = [
  'A token open out',
  'A told token told open told lost told open out',
  'A token open pause told resume open',
  'A token open lost open out',
  'A token open lost40 token open swB token open',
  'A token open fetch answer40 token open answer out',
  'A token- timer token open- timer open out',
  'A token! retry token open',
  'A token open refresh out',
  'lost=named A token open refresh token lost open lost40 token open',
  'A token open goB token! open out',
  'A token open swB token open swA token open',
  'As open B token open',
  'A token open pause fetch answer resume open out',
  'A token open pause fetch answer40 token!',
  'A token pause open resume open lost pause resume open',
  'ttl=60 Aq token sleep fetch token answer resume open out',
  'anon open A token open',
  'ttl=60 A token open sleep refresh token open fetch answer out',
  'ttl=60 A token open timer token open wake out',
  'before=held A token open out yes',
  'before=held A token open swB no swB yes token open',
  'confirm=held A token open out sure',
  'confirm=held A token open swB keep swB sure token open',
  'confirm=held before=held A token open swB sure yes token open',
  'A token open leave A token open',
  'tabs=yes Ad hear token open tabOut hear hear wake token open',
  'tabs=yes Ad hear token open tabOut hear hear tabA hear hear token open',
  'close=held A token open swB close token open out close',
  'storage=sync guest made open up token open out',
  'storage=held guest store made store open out store',
  'storage=held guest store made open out storeNewest store',
  'storage=held kept=yes guest store open up token open store',
  'tabs=yes A hear token open tabOut hear hear',
  'tabs=yes B token open swA hear token open tabB hear hear',
  'provider=thenable A token open refresh token open out',
  'provider=sync A open refresh open out',
]

const worlds = [
  '',
  'before=held',
  'confirm=held',
  'confirm=held before=held',
  'close=held',
  'storage=held',
  'storage=held kept=yes',
  'ttl=60',
  'tabs=yes',
  'lost=named',
]

/** Plays a script at rest. Bounds the choices for each step, and the number of bad outcomes. */
function playOrder(
  script: readonly string[],
  world: string,
  mostBad: number,
  choose: (width: number) => number,
): Promise<Played> {
  let taken = 0
  let bad = 0
  let intended = 0
  return play(parse(world), {
    gap: () => null,
    next(pending) {
      if (taken++ >= mostSteps) return null
      const intent = script[intended]
      const choices = orderedChoices(pending, intent, bad < mostBad)
      if (!choices.length) return null
      const name = choices[choose(choices.length)] ?? ''
      if (name === intent) intended++
      else if (!isGood(name)) bad++
      return name
    },
  })
}

/** Yields every order of intents and outcomes at rest, with a bounded number of bad outcomes. */
async function* everyOrder(script: readonly string[], world: string, mostBad: number): Plays {
  // Depth first: changes the last step of the last play that has another choice left.
  for (let path: number[] | null = []; path;) {
    const widths: number[] = []
    const chosen: number[] = path
    yield await playOrder(script, world, mostBad, (width) => {
      const at = (chosen[widths.length] ??= 0)
      widths.push(width)
      return at
    })
    path = nextPath(chosen, widths)
  }
}

function orderedChoices(world: World, intent: string | undefined, withBad: boolean): string[] {
  const kinds = world.points.kinds()
  // Every play ends by answering all pending points, so that a single good answer is no choice.
  if (!intent && !withBad && kinds.length <= 1) return []
  const good = kinds.map((kind) => Object.keys(outcomes[kind])[0] ?? '')
  if (!withBad) return [...(intent ? [intent] : []), ...good]
  const bad = kinds.flatMap((kind) => [...Object.keys(outcomes[kind]).slice(1), hangOf(kind)])
  const losses = world.backend.up().length > 0 ? ['lost', 'lostClosed', 'lost40', 'lost43'] : []
  return [...(intent ? [intent] : []), ...good, ...bad, ...losses, 'timer']
}

function isGood(name: string): boolean {
  return Object.values(outcomes).some((table) => Object.keys(table)[0] === name)
}

function nextPath(path: number[], widths: number[]): number[] | null {
  for (let at = widths.length - 1; at >= 0; at--) {
    const choice = (path[at] ?? 0) + 1
    if (choice < (widths[at] ?? 0)) return [...path.slice(0, at), choice]
  }
  return null
}

/** Yields every order of each pair of intents; then longer scripts in every world, with bad outcomes. */
export async function* orders(seed: number): Plays {
  const random = createRandom(seed)
  for (const first of intentNames) {
    yield* everyOrder([first], '', 1)
    for (const second of intentNames) yield* everyOrder([first, second], '', 0)
  }
  for (;;) {
    const script = Array.from({ length: 2 + random.below(3) }, () => random.pick(intentNames))
    yield await playOrder(script, random.pick(worlds), random.below(3), random.below)
  }
}

/** Yields each life with one step, or a substitute, 0 to 16 microtasks after the step before. */
export async function* gaps(seed: number): Plays {
  const random = createRandom(seed)
  for (const hurried of hurries()) yield await replay(parse(hurried))
  for (;;) {
    const { options, hooks, steps } = parse(random.pick(lives))
    const changed = steps.map((step): Step => {
      const name = random.next() < 0.15 ? random.pick(deeds) : step.name
      return { name, gap: anyGap(random) }
    })
    yield await replay({ options, hooks, steps: changed })
  }
}

/** Step that comes early: the life's own (null), or one that ends it there. */
const badlyTimed = [null, 'out', 'swB', 'lost', 'lost40', 'lostOpen', 'dispose']

/** Orders by length, and tries each common beginning once. */
function hurries(): Set<string> {
  const all = new Set<string>()
  const parsed = lives.map(parse)
  for (let at = 1; at < mostSteps; at++) {
    for (const life of parsed.filter(({ steps }) => at < steps.length)) {
      for (const name of badlyTimed) {
        for (let gap = 0; gap <= mostGap; gap++) all.add(print(hurry(life, at, name, gap)))
      }
    }
  }
  return all
}

function hurry(life: Schedule, at: number, name: string | null, gap: number): Schedule {
  const before = life.steps.slice(0, at)
  if (name) return { ...life, steps: [...before, { name, gap }] }
  const step = { name: life.steps[at]?.name ?? '', gap }
  return { ...life, steps: [...before, step, ...life.steps.slice(at + 1)] }
}

/** Yields each life with each method of the handle called inside each callback. */
export async function* callingBack(seed: number): Plays {
  const random = createRandom(seed)
  const reached: { life: Schedule; place: string }[] = []
  for (const text of lives) {
    const life = parse(text)
    const { places } = await replay(life)
    for (const place of places) reached.push({ life, place })
  }
  const answersBack = [...intentNames, 'throw', 'sub', 'unsub']
  const all = reached.flatMap((at) => answersBack.map((deed) => ({ ...at, deed })))
  for (const { life, place, deed } of shuffled(all, random)) {
    yield await replay({ ...life, hooks: [{ place, deed }] })
  }
  for (;;) {
    const { life, place } = random.pick(reached)
    const other = random.pick(reached)
    const hooks = [
      { place, deed: random.pick(answersBack) },
      { place: other.place, deed: random.pick(answersBack) },
    ]
    const steps = life.steps.map(({ name }) => ({ name, gap: anyGap(random) }))
    yield await replay({ ...life, hooks: random.next() < 0.5 ? hooks : hooks.slice(1), steps })
  }
}

const deeds = [...intentNames, ...Object.keys(happenings)]

/** Yields random schedules. */
export async function* anything(seed: number): Plays {
  const random = createRandom(seed)
  for (;;) {
    const { options, hooks } = parse(random.pick(worlds))
    let steps = 4 + random.below(mostSteps)
    let asks = 2 + random.below(3)
    yield await play(
      { options: random.next() < 0.3 ? { ...options, ...anyOption(random) } : options, hooks },
      {
        gap: () => anyGap(random),
        next(world) {
          if (steps-- === 0) return null
          const kinds = world.points.kinds()
          if (asks > 0 && (kinds.length === 0 || random.next() < 0.3)) {
            asks--
            return random.pick(intentNames)
          }
          if (kinds.length === 0 || random.next() < 0.2) return random.pick(Object.keys(happenings))
          const kind = random.pick(kinds)
          const answers = Object.keys(outcomes[kind])
          if (random.next() < 0.65) return answers[0] ?? null
          return random.next() < 0.15 ? hangOf(kind) : random.pick(answers)
        },
      },
    )
  }
}

function anyOption(random: Random): Record<string, string> {
  return parse(random.pick([...worlds, 'provider=sync', 'provider=thenable', 'before=no'])).options
}

function anyGap(random: Random): number | null {
  return random.next() < 0.5 ? null : random.below(mostGap + 1)
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, key: random.next() }))
    .sort((left, right) => left.key - right.key)
    .map(({ item }) => item)
}

/** Removes words from a failing schedule as long as it still fails. */
export async function shrink(schedule: Schedule, invariant: string): Promise<string> {
  let words = print(schedule).split(' ')
  for (let at = 0; at < words.length;) {
    const shorter = [
      words.filter((_, index) => index !== at),
      // Moves the step to rest, if the schedule still fails.
      words.map((word, index) => (index === at ? (word.split('+')[0] ?? '') : word)),
    ].filter((candidate) => candidate.join(' ') !== words.join(' '))
    let found: string[] | null = null
    for (const candidate of shorter) {
      const { violation } = await replay(parse(candidate.join(' ')))
      if (violation?.invariant !== invariant) continue
      found = candidate
      break
    }
    if (found) words = found
    else at++
    if (found) at = 0
  }
  return words.join(' ')
}
