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
  /** Recovery from two hours, by what the endpoint answers meanwhile. */
  readonly long: Readonly<Record<'silent' | 'toldMinute' | 'toldFiveMinutes', Recovery>>
}

interface Recovery {
  readonly recoveryPeak: number
  /** Seconds until the rate is within three times the mean for good. */
  readonly recoverySeconds: number
  readonly lost: number
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

/** Table of the recovery from two hours without the endpoint. */
export function LongOutageTable({ herd }: { herd: Herd }) {
  const row = (name: string, { recoveryPeak, recoverySeconds, lost }: Recovery) => [
    name,
    `${whole(recoveryPeak)} (${Math.round(recoveryPeak / herd.paperMean)} times)`,
    whole(recoverySeconds),
    whole(lost),
  ]
  return (
    <DocsTable
      head={[
        'answer during the outage',
        'refreshes in the busiest second',
        'seconds until three times the mean',
        'sessions that failed',
      ]}
      rows={[
        row('none', herd.long.silent),
        row('503 with `Retry-After: 60`', herd.long.toldMinute),
        row('503 with `Retry-After: 300`', herd.long.toldFiveMinutes),
      ]}
    />
  )
}
