import { DocsTable } from '../support/DocsTable.js'

interface Arm {
  readonly mean: number
  readonly firstPeak: number
  readonly secondPeak: number
  readonly steadyPeak: number
  readonly steadyBusiestSecond: number
  readonly recoveryPeak: number
  readonly lost: number
}

/** Result of `npm run bench:herd`. */
export interface Herd {
  readonly paperMean: number
  readonly paperMeanAtExpiry: number
  readonly built: Arm
  readonly builtToldToWait: Arm
  readonly atExpiry: Arm
  /** Recovery from ten minutes, by what the endpoint answers meanwhile. */
  readonly recoveries: Readonly<Record<'silentTenMinutes' | 'toldTenMinutes', Recovery>>
  /** Recovery from two hours. */
  readonly long: Readonly<Record<'silent' | 'toldMinute' | 'toldFiveMinutes', Recovery>>
}

interface Recovery {
  readonly peak: number
  /** Of the time in which every session without a token has to be back. */
  readonly mean: number
  readonly allBackSeconds: number
}

const whole = (value: number) => Math.round(value).toLocaleString('en')

/** Table of the simulation's figures, one row per question. */
export function HerdTable({ herd }: { herd: Herd }) {
  const { built, builtToldToWait, atExpiry } = herd
  const rate = (value: number, mean: number) =>
    `${whole(value)} (${(value / mean).toFixed(2)} times)`
  const row = (name: string, key: keyof Arm) => [
    name,
    rate(built[key], herd.paperMean),
    rate(builtToldToWait[key], herd.paperMean),
    rate(atExpiry[key], herd.paperMeanAtExpiry),
  ]
  return (
    <DocsTable
      head={[
        'refreshes a second, at most',
        'as built, no answer in the outage',
        'as built, 503 with `Retry-After: 60`',
        'renewal at exactly `exp`',
      ]}
      rows={[
        [
          'the mean on paper',
          whole(herd.paperMean),
          whole(herd.paperMean),
          whole(herd.paperMeanAtExpiry),
        ],
        row('of the first renewals', 'firstPeak'),
        row('of the second renewals', 'secondPeak'),
        row('after the second renewal, over ten seconds', 'steadyPeak'),
        row('after it, in the busiest single second', 'steadyBusiestSecond'),
        row('once the endpoint is back', 'recoveryPeak'),
        [
          'sessions that failed',
          whole(built.lost),
          whole(builtToldToWait.lost),
          whole(atExpiry.lost),
        ],
      ]}
    />
  )
}

/** Table of how the sessions whose token died come back. */
export function RecoveryTable({ herd }: { herd: Herd }) {
  const row = (name: string, { peak, mean, allBackSeconds }: Recovery) => [
    name,
    `${whole(peak)} (${(peak / herd.paperMean).toFixed(1)} times)`,
    `${(peak / mean).toFixed(2)} times`,
    whole(allBackSeconds),
  ]
  return (
    <DocsTable
      head={[
        'outage',
        'refreshes in the busiest second',
        'of the mean of the recovery',
        'seconds until all are back',
      ]}
      rows={[
        row('10 minutes, no answer', herd.recoveries.silentTenMinutes),
        row('10 minutes, 503 with `Retry-After: 60`', herd.recoveries.toldTenMinutes),
        row('2 hours, no answer', herd.long.silent),
        row('2 hours, 503 with `Retry-After: 60`', herd.long.toldMinute),
        row('2 hours, 503 with `Retry-After: 300`', herd.long.toldFiveMinutes),
      ]}
    />
  )
}
