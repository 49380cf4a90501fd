/**
 * A schedule is one line of text, so that a failure can be run again from where it was printed:
 *
 *     before=held @connecting>out A token open+2 lost40
 *
 * `key=value` sets up the world, `@place>deed` has the app do something inside a callback, and the rest
 * are steps. A step comes at rest, when no promise callback is left to run; with `+k`, k microtasks
 * after the step before it.
 */
export interface Schedule {
  readonly options: Readonly<Record<string, string>>
  readonly hooks: readonly Hook[]
  readonly steps: readonly Step[]
}

/** Deed of the app in each callback at this place. */
export interface Hook {
  readonly place: string
  readonly deed: string
}

export interface Step {
  readonly name: string
  /** Microtasks after the step before; null for a step at rest. */
  readonly gap: number | null
}

export function parse(text: string): Schedule {
  const options: Record<string, string> = {}
  const hooks: Hook[] = []
  const steps: Step[] = []
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const hook = /^@(.+)>(.+)$/.exec(word)
    const option = /^(\w+)=(\w+)$/.exec(word)
    const [name = '', gap] = word.split('+')
    if (hook) hooks.push({ place: hook[1] ?? '', deed: hook[2] ?? '' })
    else if (option) options[option[1] ?? ''] = option[2] ?? ''
    else steps.push({ name, gap: gap === undefined ? null : Number(gap) })
  }
  return { options, hooks, steps }
}

export function print({ options, hooks, steps }: Schedule): string {
  return [
    ...Object.entries(options).map(([key, value]) => `${key}=${value}`),
    ...hooks.map(({ place, deed }) => `@${place}>${deed}`),
    ...steps.map(({ name, gap }) => (gap === null ? name : `${name}+${gap}`)),
  ].join(' ')
}
