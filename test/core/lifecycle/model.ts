import type { World } from '../../support/world.js'

export const holdTimeoutMs = 30_000

export interface Sent {
  readonly sentAtMs: number
  readonly controller: AbortController
  outcome: 'pending' | 'answered' | 'rejected'
}

export interface Wanted {
  readonly who: string | null
  /** Identity to go back to if `who` cannot connect. */
  readonly orElse?: string | null
  /** Of a trial: who was connected before it; null for nobody. */
  readonly wayBack?: string | null | undefined
  isSettled: boolean
}

/** State of the model: the identity asked for last, and the promises that must still settle. */
export interface Model {
  wanted: Wanted
  readonly intents: Wanted[]
  readonly sent: Sent[]
  readonly errors: unknown[]
  sleptMs: number
  /** What a person answers who is asked whether a session may end. */
  mayEnd: boolean
}

export type Step = (world: World, model: Model) => void | Promise<void>

export function tryTo(act: (world: World) => Promise<void>): Step {
  return (world, model) => {
    act(world).catch((error: unknown) => void model.errors.push(error))
  }
}

export const send: Step = (world, model) => {
  const controller = new AbortController()
  const sent: Sent = { sentAtMs: world.clock.monotonicNow(), controller, outcome: 'pending' }
  model.sent.push(sent)
  world.auth.fetch('/', { signal: controller.signal }).then(
    () => {
      sent.outcome = 'answered'
    },
    (error: unknown) => {
      sent.outcome = 'rejected'
      model.errors.push(error)
    },
  )
}

export const whoIs = (world: World): string | null => {
  const state = world.state()
  if (!('identity' in state)) return null
  return state.identity.type === 'user' ? state.identity.user.id : state.identity.type
}
