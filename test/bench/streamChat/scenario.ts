import type { Figure, Unit } from '../../../stories/comparison/figures.js'
import type { ArmName, CreateArm } from './arm.js'

export interface Play {
  readonly createArm: CreateArm
  readonly armName: ArmName
  /** Shorter windows, for a run that is to show only that everything still works. */
  readonly isQuick: boolean
  /** Promises that were rejected with nobody listening, in this process so far. */
  readonly unhandledRejections: () => number
}

/** The lines of the table that a scenario fills, by the names of its figures. */
export type Rows<Name extends string> = Readonly<Record<Name, { label: string; unit: Unit }>>

export interface Scenario<Name extends string = string> {
  readonly id: string
  readonly title: string
  /** The arms that merely wait in it: they may do so beside others. What is timed runs alone. */
  readonly waiting: readonly ArmName[]
  /** Whether both arms play it at the same time, after all else: for what takes a minute. */
  readonly isSideBySide?: boolean
  readonly rows: Rows<Name>
  /** Plays it with one arm, in a process of its own. */
  play(play: Play): Promise<Record<Name, Figure>>
}

/** Infers the names of the figures. */
export const scenario = <Name extends string>(definition: Scenario<Name>): Scenario<Name> =>
  definition
